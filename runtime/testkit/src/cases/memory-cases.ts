import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { architecture, type ContractCase } from '../contract-case.ts';
import { demand } from '../contract-violation.ts';
import { SinkRun, sinkRecords } from '../sink-run.ts';
import { SourceRun } from '../source-run.ts';
import type { Subject } from '../subject.ts';

const readMore = architecture('promise 7');
const batch = 500;
/** Batches before the first measurement: caches fill, code is compiled. */
const warmUp = 2;
const batches = 20;

/** Takes 10,000 records through `step` and holds the growth of the heap against the bound. */
async function demandBounded(subject: Subject, step: (from: number) => Promise<void>): Promise<void> {
  for (let at = 0; at < warmUp; at++) await step(at * batch);
  const before = await usedBytes();
  for (let at = 0; at < batches; at++) await step((warmUp + at) * batch);
  const grown = (await usedBytes()) - before;
  const bound = subject.options.memoryBound ?? 2 * 1024 * 1024;
  demand(grown <= bound, () => `${batches * batch} records made the memory grow by ${grown} bytes; the bound is ${bound}`);
}

async function usedBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Twice, with a turn between: finalizers and promises let go of more.
  collect();
  await new Promise<void>((resolve) => setImmediate(resolve));
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What tasks may keep. */
export const memoryCases: readonly ContractCase[] = [
  {
    id: 'source-memory',
    name: '10,000 records that were polled and committed leave nothing in memory',
    kind: 'source',
    readMore,
    async run(subject) {
      const run = await SourceRun.start(subject);
      await demandBounded(subject, async (from) => {
        await subject.source.produce(from, batch);
        await run.commit(await run.take(batch));
      });
    },
  },
  {
    id: 'sink-memory',
    name: '10,000 records that were put and committed leave nothing in memory',
    kind: 'sink',
    readMore,
    async run(subject) {
      const run = await SinkRun.start(subject);
      await demandBounded(subject, async (from) => {
        await run.put(sinkRecords(subject, from, batch));
        await run.preCommit();
      });
    },
  },
];
