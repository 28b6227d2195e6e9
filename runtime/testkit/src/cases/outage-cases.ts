import { RetriableException, type SourceRecord } from '@millrace/api';
import { architecture, type ContractCase } from '../contract-case.ts';
import type { Outage } from '../contract-options.ts';
import { demand, messageOf, violated } from '../contract-violation.ts';
import { eventually } from '../deadline.ts';
import { SinkRun, shown, sinkRecords } from '../sink-run.ts';
import { SourceRun } from '../source-run.ts';
import type { Subject } from '../subject.ts';

const readMore = architecture('promise 1');
/** How long, in milliseconds, a task is left alone with a system that is away. */
const awayMs = 200;

function outageOf({ system }: Subject): Exclude<Outage, string> {
  return system.outage as Exclude<Outage, string>;
}

const unless = ({ system }: Subject): string | null => (typeof system.outage === 'string' ? system.outage : null);

/** What happens while the external system is away for a moment. */
export const outageCases: readonly ContractCase[] = [
  {
    id: 'source-outage',
    name: 'a source waits or throws RetriableException while its system is away, and then goes on without loss',
    kind: 'source',
    readMore,
    unless,
    async run(subject) {
      const { source } = subject;
      await source.produce(0, 10);
      const run = await SourceRun.start(subject);
      const records = await run.take(10);
      await outageOf(subject).begin();
      for (let round = 0; round < 3; round++) records.push(...(await pollAway(subject, run)));
      await outageOf(subject).end();
      await source.produce(10, 10);
      await eventually(
        () => `${records.length} of 20 records came`,
        subject.patienceMs,
        async () => {
          records.push(...(await pollAway(subject, run)));
          return new Set(records.map((record) => source.sequence(record))).size >= 20;
        },
      );
    },
  },
  {
    id: 'sink-outage',
    name: 'a sink waits or throws RetriableException while its system is away, and nothing that was put is lost',
    kind: 'sink',
    readMore,
    unless,
    async run(subject) {
      const run = await SinkRun.start(subject);
      await run.put(sinkRecords(subject, 0, 5));
      await run.preCommit();
      const batch = sinkRecords(subject, 5, 5);
      await outageOf(subject).begin();
      const away = run.put(batch).then(() => true, onlyRetriable);
      await Promise.race([away, new Promise<void>((resolve) => setTimeout(resolve, awayMs))]);
      await outageOf(subject).end();
      if (!(await away)) {
        const again = (): Promise<boolean> => run.put(batch).then(() => true, onlyRetriable);
        await eventually(() => 'put does not succeed after the outage', subject.patienceMs, again);
      }
      await run.preCommit();
      const got = await subject.sink.read();
      const missing = shown(subject, 0, 10).filter((text) => !got.includes(text));
      demand(missing.length === 0, () => `Lost in the outage: ${missing.join(', ')}`);
    },
  },
];

async function pollAway(subject: Subject, run: SourceRun): Promise<SourceRecord[]> {
  try {
    return (await subject.inTime('poll', run.task.poll(AbortSignal.timeout(awayMs)))) ?? [];
  } catch (error) {
    onlyRetriable(error);
    return [];
  }
}

/** @throws ContractViolation unless the error says that the call is worth repeating */
function onlyRetriable(error: unknown): false {
  const { name } = error as Error;
  if (error instanceof RetriableException || name === 'AbortError' || name === 'TimeoutError') return false;
  throw violated(`An outage is taken for a fatal error: ${name}: ${messageOf(error)}`, error);
}
