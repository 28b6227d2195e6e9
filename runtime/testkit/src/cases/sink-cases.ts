import { RetriableException, SchemaAndValue, TopicPartition } from '@millrace/api';
import { architecture, type ContractCase } from '../contract-case.ts';
import { demand, messageOf, violated } from '../contract-violation.ts';
import { SinkRun, shown, sinkRecord, sinkRecords } from '../sink-run.ts';
import { CONTRACT_TOPIC, type Subject } from '../subject.ts';

const atLeastOnce = architecture('promise 1');
const noSilence = architecture('promise 4');

/** @throws ContractViolation unless everything expected is in the system, and nothing else; `times` says how often each may show. */
async function demandShown(subject: Subject, expected: readonly string[], most: number): Promise<void> {
  const got = await subject.sink.read();
  const counts = new Map<string, number>();
  for (const text of got) counts.set(text, (counts.get(text) ?? 0) + 1);
  const missing = expected.filter((text) => !counts.has(text));
  demand(missing.length === 0, () => `${missing.length} of ${expected.length} records are not in the system, the first is ${missing[0]}`);
  const strange = got.filter((text) => !expected.includes(text));
  demand(strange.length === 0, () => `The system holds what was not put: ${strange[0]}`);
  const often = [...counts].find(([, count]) => count > most);
  demand(often === undefined, () => `The system holds ${often?.[0]} ${often?.[1]} times; at most ${most} is right`);
}

/** Puts the records and makes them durable. */
async function putAll(subject: Subject, ...batches: Parameters<SinkRun['put']>[0][]): Promise<SinkRun> {
  const run = await SinkRun.start(subject);
  for (const batch of batches) await run.put(batch);
  await run.preCommit();
  return run;
}

/** A record that the sink either takes, or refuses as the author says. */
async function demandTaken(
  subject: Subject,
  record: Parameters<SinkRun['put']>[0][number],
  rule: { readonly refused: string } | { shows(n: number): string | null },
): Promise<void> {
  const run = await SinkRun.start(subject);
  await run.put(sinkRecords(subject, 0, 3));
  if ('refused' in rule) {
    const error = await errorOf(run.put([record]));
    demand(error !== null && !(error instanceof RetriableException), () => 'The sink takes a record that its author says it refuses');
    return;
  }
  await run.put([record]);
  await run.put(sinkRecords(subject, 4, 2));
  await run.preCommit();
  const text = rule.shows(3);
  await demandShown(subject, [...shown(subject, 0, 3), ...(text === null ? [] : [text]), ...shown(subject, 4, 2)], 1);
}

async function errorOf(work: Promise<void>): Promise<unknown> {
  try {
    await work;
    return null;
  } catch (error) {
    return error;
  }
}

const unlessPoison = ({ sink }: Subject): string | null => (typeof sink.poison === 'string' ? sink.poison : null);

/** What a sink promises of the records that it is given. */
export const sinkCases: readonly ContractCase[] = [
  {
    id: 'sink-complete',
    name: 'every record that was put is in the system after preCommit',
    kind: 'sink',
    readMore: noSilence,
    async run(subject) {
      await putAll(subject, sinkRecords(subject, 0, 40), sinkRecords(subject, 40, 20));
      await demandShown(subject, shown(subject, 0, 60), 1);
    },
  },
  {
    id: 'sink-empty-put',
    name: 'a put without records does nothing, also as the first',
    kind: 'sink',
    readMore: architecture('Plug-ins'),
    async run(subject) {
      await putAll(subject, []);
      await demandShown(subject, [], 1);
    },
  },
  {
    id: 'sink-order',
    name: 'records of a topic partition reach the system in their order',
    kind: 'sink',
    readMore: architecture('promise 2'),
    async run(subject) {
      await putAll(subject, sinkRecords(subject, 0, 30), sinkRecords(subject, 30, 30));
      const got = await subject.sink.read();
      const expected = shown(subject, 0, 60).filter((text) => got.includes(text));
      const at = expected.findIndex((text, place) => got.indexOf(text) < got.indexOf(expected[place - 1] ?? text));
      demand(at < 0, () => `${expected[at]} is before ${expected[at - 1]}`);
    },
  },
  {
    id: 'sink-committed-durable',
    name: 'what preCommit allows to commit outlives a crash',
    kind: 'sink',
    readMore: atLeastOnce,
    async run(subject) {
      const run = await SinkRun.start(subject);
      await run.put(sinkRecords(subject, 0, 5));
      const allowed = (await run.preCommit()).get(TopicPartition.of(CONTRACT_TOPIC, 0)) ?? 0;
      // No stop: the task is gone. A successor goes on behind what was committed.
      const successor = await SinkRun.start(subject);
      if (allowed < 5) await successor.put(sinkRecords(subject, allowed, 5 - allowed));
      await successor.put(sinkRecords(subject, 5, 5));
      await successor.preCommit();
      await demandShown(subject, shown(subject, 0, 10), 1);
    },
  },
  {
    id: 'sink-commit-bounded',
    name: 'preCommit allows no offset beyond what was put',
    kind: 'sink',
    readMore: atLeastOnce,
    async run(subject) {
      const run = await SinkRun.start(subject);
      await run.put(sinkRecords(subject, 0, 5));
      for (const [partition, offset] of await run.preCommit()) {
        demand(offset <= 5 && partition === TopicPartition.of(CONTRACT_TOPIC, 0), () => `preCommit allows ${partition} at ${offset}`);
      }
    },
  },
  {
    id: 'sink-redelivery',
    name: 'records that are put again after a crash spoil nothing: they show once or twice, as the delivery guarantee says',
    kind: 'sink',
    readMore: atLeastOnce,
    async run(subject) {
      // The first life ends in order, but its last commit does not arrive.
      const first = await putAll(subject, sinkRecords(subject, 0, 20));
      await first.stop();
      await putAll(subject, sinkRecords(subject, 10, 10), sinkRecords(subject, 20, 5));
      await demandShown(subject, shown(subject, 0, 25), subject.sink.delivery === 'idempotent' ? 1 : 2);
    },
  },
  {
    id: 'sink-rebalance',
    name: 'partitions can be taken away and given back',
    kind: 'sink',
    readMore: architecture('promise 6'),
    async run(subject) {
      const run = await SinkRun.start(subject);
      await run.put(sinkRecords(subject, 0, 5));
      await run.rebalance();
      await run.put(sinkRecords(subject, 5, 5));
      await run.preCommit();
      await demandShown(subject, shown(subject, 0, 10), 1);
    },
  },
  {
    id: 'sink-tombstone',
    name: 'a record without a value is taken or refused, as the author says, and never silently anything else',
    kind: 'sink',
    readMore: noSilence,
    run: (subject) =>
      demandTaken(subject, sinkRecord({ key: subject.sink.record(3).key, value: SchemaAndValue.NULL }, 3), subject.sink.tombstone),
  },
  {
    id: 'sink-null-key',
    name: 'a record without a key is taken or refused, as the author says',
    kind: 'sink',
    readMore: noSilence,
    run: (subject) =>
      demandTaken(subject, sinkRecord({ key: SchemaAndValue.NULL, value: subject.sink.record(3).value }, 3), subject.sink.nullKey),
  },
  {
    id: 'sink-schemaless',
    name: 'records without a schema are taken as those with one',
    kind: 'sink',
    readMore: architecture('Values'),
    unless: ({ sink }) => (typeof sink.schemaless === 'string' ? sink.schemaless : null),
    async run(subject) {
      const fixture = subject.sink.schemaless as Exclude<typeof subject.sink.schemaless, string>;
      const fixtures = Array.from({ length: 5 }, (_, n) => fixture(n));
      await putAll(
        subject,
        fixtures.map((item, n) => sinkRecord(item, n)),
      );
      await demandShown(
        subject,
        fixtures.map(({ shows }) => shows),
        1,
      );
    },
  },
  {
    id: 'sink-poison-refused',
    name: 'a record that the sink cannot take fails put with a message that names topic, partition and offset',
    kind: 'sink',
    readMore: noSilence,
    unless: unlessPoison,
    async run(subject) {
      const poison = sinkRecord(subject.sink.poison as Exclude<typeof subject.sink.poison, string>, 3);
      const run = await SinkRun.start(subject);
      const error = await errorOf(run.put([...sinkRecords(subject, 0, 3), poison]));
      if (error === null) throw violated('put takes the poison record');
      demand(!(error instanceof RetriableException), () => `put would retry the poison record for ever: ${messageOf(error)}`);
      demand(
        [CONTRACT_TOPIC, '0', '3'].every((part) => messageOf(error).includes(part)),
        () => `The message does not name ${CONTRACT_TOPIC}-0 at 3: ${messageOf(error)}`,
      );
    },
  },
  {
    id: 'sink-poison-reported',
    name: 'where errors are tolerated, a record that the sink cannot take goes to the errant record reporter, and the others are delivered',
    kind: 'sink',
    readMore: noSilence,
    unless: unlessPoison,
    async run(subject) {
      const poison = sinkRecord(subject.sink.poison as Exclude<typeof subject.sink.poison, string>, 3);
      const run = await SinkRun.start(subject, true);
      await run.put([...sinkRecords(subject, 0, 3), poison, ...sinkRecords(subject, 4, 3)]);
      await run.preCommit();
      demand(run.errant.length === 1 && run.errant[0] === poison, () => `${run.errant.length} records were reported instead of 1`);
      await demandShown(subject, [...shown(subject, 0, 3), ...shown(subject, 4, 3)], 1);
    },
  },
];
