import { TopicPartition } from '@millrace/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EmbeddedKafka } from '../src/embedded/embedded-kafka.ts';
import type { ConsumedRecord, Consumer } from '../src/port.ts';
import { assignedConsumer, Deliveries, recordOf } from './write-log.ts';

const partition = TopicPartition.of('t', 0);

/** Many records at once, so that segments fill up and compaction has its occasions. */
const steps = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('write' as const),
        count: fc.integer({ min: 1, max: 400 }),
        keys: fc.integer({ min: 1, max: 60 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), polls: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), keys: fc.integer({ min: 1, max: 60 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('rewind' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('commit' as const) }) },
  ),
  { minLength: 1, maxLength: 30 },
);
type Step = (typeof steps extends fc.Arbitrary<infer Steps> ? Steps : never)[number];

/** A log, what was written to it, and a consumer of it. The value of a record is its offset. */
class Model {
  readonly kafka = new EmbeddedKafka();
  readonly written: { key: string; value: string | null }[] = [];
  readonly #producer = this.kafka.producer({});
  readonly #deliveries = new Deliveries();
  consumer!: Consumer;
  /** Records below this offset may go. A later commit of a lower one does not bring them back. */
  committed = 0;

  async start(config: Record<string, string>): Promise<void> {
    await this.kafka.admin({}).createTopic({ name: 't', partitions: 1, replicationFactor: 1, config });
    this.consumer = await assignedConsumer(this.kafka, 't');
  }

  put(key: string, isTombstone: boolean): void {
    const value = isTombstone ? null : String(this.written.length);
    this.written.push({ key, value });
    this.#producer.append(recordOf('t', { key: Buffer.from(key), value: value === null ? null : Buffer.from(value) }), this.#deliveries, 0);
  }

  async run(step: Step): Promise<void> {
    if (step.kind === 'write') for (let index = 0; index < step.count; index += 1) this.put(`k${index % step.keys}`, false);
    if (step.kind === 'delete') for (let key = 0; key < step.keys; key += 1) this.put(`k${key}`, true);
    if (step.kind === 'read') for (let poll = 0; poll < step.polls; poll += 1) await this.#poll();
    if (step.kind === 'rewind') this.consumer.seek(partition, Math.floor(this.written.length * step.share));
    if (step.kind === 'commit') await this.#commit(this.consumer.position(partition));
  }

  async #commit(offset: number): Promise<void> {
    await this.consumer.commit(new Map([[partition, { offset }]]));
    this.committed = Math.max(this.committed, offset);
  }

  async #poll(): Promise<void> {
    const from = this.consumer.position(partition);
    const records = await this.consumer.poll(0);
    this.check(records, from);
    const kept = (await this.readAll()).filter(({ offset }) => offset >= from);
    const isSkipped = records.some(({ offset }, index) => offset !== kept[index]?.offset);
    if (isSkipped) throw new Error(`A poll from ${from} skipped records`);
    const position = this.consumer.position(partition);
    // Behind the last record there may be a hole, which the position is over already.
    if (position <= (records.at(-1)?.offset ?? -1)) throw new Error(`Position ${position} does not follow the records`);
  }

  /** @throws Error unless every record is what was written at its offset, and offsets rise */
  check(records: readonly ConsumedRecord[], from: number): void {
    let next = from;
    for (const { offset, key, value } of records) {
      const written = this.written[offset];
      const isSame = written !== undefined && key?.toString() === written.key && (value?.toString() ?? null) === written.value;
      if (offset < next || !isSame) throw new Error(`Record ${key}=${value} at ${offset} is not what was written at ${next} or later`);
      next = offset + 1;
    }
  }

  async readAll(): Promise<ConsumedRecord[]> {
    return this.kafka.reader({ topic: 't', isolation: 'read_committed', properties: {} }).readToEnd();
  }

  latest(): Map<string, string | null> {
    return new Map(this.written.map(({ key, value }) => [key, value]));
  }
}

describe('whatever is written, read and compacted', () => {
  it('keeps the order and every record of a log without compaction', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const model = new Model();
        await model.start({});
        for (const step of sequence) await model.run(step);
        const records = await model.readAll();
        model.check(records, 0);
        expect(records).toHaveLength(model.written.length);
        await model.kafka.close();
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the order and the latest record of each key of a compacted log, and never much more', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const model = new Model();
        await model.start({ 'cleanup.policy': 'compact' });
        for (const step of sequence) await model.run(step);
        const records = await model.readAll();
        model.check(records, 0);
        const latest = model.latest();
        expect(new Map(records.map(({ key, value }) => [key?.toString(), value?.toString() ?? null]))).toEqual(latest);
        expect(records.length).toBeLessThanOrEqual(Math.max(64, latest.size * 2 + 1));
        await model.kafka.close();
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the latest value of each key also when tombstones go at once', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const model = new Model();
        await model.start({ 'cleanup.policy': 'compact', 'delete.retention.ms': '0' });
        for (const step of sequence) await model.run(step);
        const records = await model.readAll();
        model.check(records, 0);
        const live = [...model.latest()].filter(([, value]) => value !== null);
        const read = new Map(records.map(({ key, value }) => [key?.toString(), value?.toString() ?? null]));
        expect(new Map([...read].filter(([, value]) => value !== null))).toEqual(new Map(live));
        await model.kafka.close();
      }),
      { numRuns: 60 },
    );
  });

  it('loses nothing that the group has not committed, with any limit of memory', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1000, max: 200_000 }), async (sequence, bytes) => {
        const model = new Model();
        await model.start({ 'retention.bytes': String(bytes) });
        for (const step of sequence) await model.run(step);
        const { committed } = model;
        const records = await model.readAll();
        model.check(records, 0);
        const kept = records.filter(({ offset }) => offset >= committed).map(({ offset }) => offset);
        expect(kept).toEqual(Array.from({ length: model.written.length - committed }, (_, index) => committed + index));
        await model.kafka.close();
      }),
      { numRuns: 60 },
    );
  });
});
