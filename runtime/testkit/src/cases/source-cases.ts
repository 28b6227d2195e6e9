import { canonicalText, type SourceRecord } from '@millrace/api';
import { architecture, type ContractCase } from '../contract-case.ts';
import { demand, messageOf, violated } from '../contract-violation.ts';
import { identityOf, SourceRun, type StoredOffsets } from '../source-run.ts';
import type { Subject } from '../subject.ts';

const atLeastOnce = architecture('promise 1');
const total = 60;

/** Identities of the items `0..count-1` as an undisturbed task gives them. */
async function undisturbed(subject: Subject, count: number): Promise<string[]> {
  const run = await SourceRun.start(subject);
  const records = await run.take(count);
  await run.stop();
  return records.map((record) => identityOf(subject, record));
}

function difference(left: readonly string[], right: readonly string[]): string[] {
  const others = new Set(right);
  return left.filter((item) => !others.has(item));
}

/** @throws ContractViolation unless both hold the same records, each once */
function demandSame(expected: readonly string[], got: readonly string[], when: string): void {
  const lost = difference(expected, got);
  demand(lost.length === 0, () => `${when}, ${lost.length} records are lost, the first is ${lost[0]}`);
  const repeated = got.filter((item, at) => got.indexOf(item) !== at);
  demand(repeated.length === 0, () => `${when}, ${repeated.length} records are repeated, the first is ${repeated[0]}`);
  const strange = difference(got, expected);
  demand(strange.length === 0, () => `${when}, there are ${strange.length} records more, the first is ${strange[0]}`);
}

/** Where to interrupt: the same in every run. */
const cuts = [1, 2, 7, 13, 19, 34, 59];

/** What a source promises of its records. */
export const sourceCases: readonly ContractCase[] = [
  {
    id: 'source-complete',
    name: 'every item becomes one record',
    kind: 'source',
    readMore: architecture('promise 4'),
    async run(subject) {
      await subject.source.produce(0, total);
      const run = await SourceRun.start(subject);
      const seen = (await run.take(total)).map((record) => subject.source.sequence(record));
      const missing = Array.from({ length: total }, (_, n) => n).filter((n) => !seen.includes(n));
      demand(missing.length === 0, () => `Items that did not come: ${missing.join(', ')}`);
    },
  },
  {
    id: 'source-order',
    name: 'records of a source partition come in the order of its items',
    kind: 'source',
    readMore: architecture('promise 2'),
    async run(subject) {
      const last = new Map<string, number>();
      const run = await SourceRun.start(subject);
      for (let from = 0; from < total; from += total / 3) {
        await subject.source.produce(from, total / 3);
        for (const record of await run.take(total / 3)) {
          const partition = canonicalText(record.sourcePartition);
          const sequence = subject.source.sequence(record);
          demand(sequence >= (last.get(partition) ?? -1), () => `In ${partition}, item ${sequence} comes after ${last.get(partition)}`);
          last.set(partition, sequence);
        }
      }
    },
  },
  {
    id: 'source-resume',
    name: 'after a stop at any record, a task goes on exactly behind the last committed offset',
    kind: 'source',
    readMore: atLeastOnce,
    async run(subject) {
      await subject.source.produce(0, total);
      const expected = await undisturbed(subject, total);
      const offsets: StoredOffsets = new Map();
      const got: string[] = [];
      for (const [at, cut] of [...cuts, total].entries()) {
        const run = await SourceRun.start(subject, offsets);
        const records = await run.take(cut - (cuts[at - 1] ?? 0));
        await run.commit(records);
        await run.stop();
        got.push(...records.map((record) => identityOf(subject, record)));
      }
      demandSame(expected, got, 'Over stops after commits');
    },
  },
  {
    id: 'source-redelivery',
    name: 'after a crash, records behind the last committed offset come again, with the same content and offsets',
    kind: 'source',
    readMore: atLeastOnce,
    async run(subject) {
      await subject.source.produce(0, total);
      const offsets: StoredOffsets = new Map();
      const first = await SourceRun.start(subject, offsets);
      await first.commit(await first.take(total / 3));
      const lost = (await first.take(total / 3)).map((record) => textOf(subject, record));
      const second = await SourceRun.start(subject, offsets);
      const again = (await second.take(total / 3)).map((record) => textOf(subject, record));
      demandSame(lost, again, 'After a crash between poll and commit');
    },
  },
  {
    id: 'source-offsets-plain',
    name: 'source partitions and offsets are maps that JSON gives back unchanged',
    kind: 'source',
    readMore: atLeastOnce,
    async run(subject) {
      await subject.source.produce(0, 10);
      const run = await SourceRun.start(subject);
      for (const { sourcePartition, sourceOffset } of await run.take(10)) {
        for (const map of [sourcePartition, sourceOffset]) demand(isPlain(map), () => `JSON does not hold ${describe(map)}`);
      }
    },
  },
  {
    id: 'source-records-valid',
    name: 'records have a topic, and keys and values that fit their schemas',
    kind: 'source',
    readMore: architecture('Values'),
    async run(subject) {
      await subject.source.produce(0, 10);
      const run = await SourceRun.start(subject);
      for (const { topic, keyAndSchema, valueAndSchema } of await run.take(10)) {
        demand(typeof topic === 'string' && topic !== '', () => 'A record has no topic');
        keyAndSchema.schema?.conform(keyAndSchema.value, 'key');
        valueAndSchema.schema?.conform(valueAndSchema.value, 'value');
        demand(keyAndSchema.value !== undefined && valueAndSchema.value !== undefined, () => 'A null is undefined');
      }
    },
  },
  {
    id: 'source-stop-polling',
    name: 'a poll that waits ends when its signal fires, and nothing is lost by it',
    kind: 'source',
    readMore: architecture('promise 6'),
    async run(subject) {
      const run = await SourceRun.start(subject);
      const controller = new AbortController();
      const polled = Promise.resolve(run.task.poll(controller.signal)).catch((error: unknown) => {
        if ((error as Error).name === 'AbortError') return null;
        throw error;
      });
      setImmediate(() => controller.abort());
      const early = ((await subject.inTime('a poll whose signal fired', polled)) ?? []).length;
      await subject.source.produce(0, 3);
      if (early < 3) await run.take(3 - early);
      await run.stop();
    },
  },
  {
    id: 'source-skipped',
    name: 'a record that was skipped (metadata null) disturbs neither the task nor its offsets',
    kind: 'source',
    readMore: architecture('promise 4'),
    async run(subject) {
      await subject.source.produce(0, 10);
      const offsets: StoredOffsets = new Map();
      const run = await SourceRun.start(subject, offsets);
      const [skipped, ...others] = await run.take(5);
      try {
        run.task.commitRecord?.(skipped as SourceRecord, null);
      } catch (error) {
        throw violated(`commitRecord of a skipped record throws: ${messageOf(error)}`, error);
      }
      await run.commit(others);
      await run.take(5);
    },
  },
];

function textOf(subject: Subject, record: SourceRecord): string {
  return `${identityOf(subject, record)} at ${canonicalText(record.sourceOffset)}`;
}

function isPlain(map: unknown): boolean {
  if (map === null || typeof map !== 'object' || Array.isArray(map)) return false;
  try {
    return canonicalText(JSON.parse(JSON.stringify(map))) === canonicalText(map) && Object.values(map).every(isJsonValue);
  } catch {
    return false;
  }
}

function isJsonValue(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJsonValue);
  const isObject = typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
  return isObject && Object.values(value).every(isJsonValue);
}

function describe(map: unknown): string {
  if (map === null || typeof map !== 'object') return String(map);
  return `{ ${Object.entries(map)
    .map(([key, value]) => `${key}: ${typeof value} ${String(value)}`)
    .join(', ')} }`;
}
