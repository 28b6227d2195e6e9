import { ConnectHeaders, Schema, SchemaBuilder, type SinkRecord, Struct, TopicPartition } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import {
  ConfluentKeyer,
  DeadlineRule,
  DefaultPartitioner,
  FieldPartitioner,
  IbmKeyer,
  JsonLinesFormat,
  keyView,
  RecordCountRule,
  RecordTimeRule,
  RecordTimestampExtractor,
  SinglePartitioner,
  type SinkPlan,
  TimePartitioner,
  valueView,
  WallclockTimestampExtractor,
} from '../src/index.ts';
import { MemoryStore } from './memory-store.ts';
import { record } from './records.ts';
import { FakeWorker } from './worker.ts';

const json = new JsonLinesFormat();
const p3 = TopicPartition.of('orders', 3);
const countrySchema = SchemaBuilder.struct().field('country', Schema.STRING_SCHEMA).field('n', Schema.INT32_SCHEMA).build();

function plan(changes: Partial<SinkPlan> = {}): SinkPlan {
  return {
    partitioner: new DefaultPartitioner(),
    keyer: new ConfluentKeyer({ padWidth: 3 }),
    rules: [new RecordCountRule(3)],
    schemaCompatibility: 'NONE',
    schemaRotation: 'close',
    views: [valueView(json, null)],
    maxOpenFiles: -1,
    onNull: 'fail',
    reportNulls: true,
    tombstonePartition: 'tombstone',
    ...changes,
  };
}

function numbers(count: number): SinkRecord[] {
  return Array.from({ length: count }, (_, kafkaOffset) => record({ kafkaOffset, value: kafkaOffset }));
}

/** Records of two countries by turns, beginning with CH. */
function countries(count: number): SinkRecord[] {
  return Array.from({ length: count }, (_, n) =>
    record({ kafkaOffset: n, valueSchema: countrySchema, value: new Struct(countrySchema, [n % 2 === 0 ? 'CH' : 'DE', n]) }),
  );
}

const byCountry = new FieldPartitioner({ fields: ['country'] });

describe('files', () => {
  it('close at their count, and only then may their offsets be committed', async () => {
    const store = new MemoryStore();
    const worker = new FakeWorker({ store, plan: plan(), log: numbers(8) });

    await worker.drain();
    worker.commit();

    expect(store.texts()).toEqual({
      'topics/orders/partition=3/orders+3+000.json': '0\n1\n2\n',
      'topics/orders/partition=3/orders+3+003.json': '3\n4\n5\n',
    });
    expect(worker.committed.get(p3)).toBe(6);
  });

  it('of all directories close together, each named after its first record', async () => {
    const store = new MemoryStore();
    const worker = new FakeWorker({ store, plan: plan({ partitioner: byCountry }), log: countries(4) });

    await worker.drain();
    worker.commit();

    expect(Object.keys(store.texts())).toEqual([
      'topics/orders/country=CH/orders+3+000.json',
      'topics/orders/country=DE/orders+3+001.json',
    ]);
    expect(worker.committed.get(p3)).toBe(3);
  });

  it('are named after first and last offset as IBM names them', async () => {
    const store = new MemoryStore();
    const ibm = plan({ keyer: new IbmKeyer(), partitioner: new SinglePartitioner() });
    const worker = new FakeWorker({ store, plan: ibm, log: numbers(4) });

    await worker.drain();

    expect(Object.keys(store.texts())).toEqual(['orders/3/0000000000000000-0000000000000002.json']);
  });

  it('close before a record that is later by the interval', async () => {
    const store = new MemoryStore();
    const partitioner = new TimePartitioner({
      durationMs: 1000,
      pathFormat: 'ss',
      timezone: 'UTC',
      locale: 'en',
      timestamp: new RecordTimestampExtractor(),
    });
    const rules = [new RecordTimeRule({ intervalMs: 1000, onPartitionChange: false, isDeterministic: true })];
    const times = [0, 900, 100, 1000, 1999];
    const log = times.map((timestamp, kafkaOffset) => record({ kafkaOffset, timestamp, value: timestamp }));
    const worker = new FakeWorker({ store, plan: plan({ partitioner, rules }), log });

    await worker.drain();
    worker.commit();

    expect(store.texts()).toEqual({ 'topics/orders/00/orders+3+000.json': '0\n900\n100\n' });
    expect(worker.committed.get(p3)).toBe(3);
  });

  it('close at the deadline without a record, and the worker is asked to come back in time', async () => {
    const store = new MemoryStore();
    const worker = new FakeWorker({ store, plan: plan({ rules: [new DeadlineRule(5000)] }), log: numbers(2) });
    await worker.deliver(2);
    expect(worker.timeouts.at(-1)).toBe(5000);
    worker.now += 5000;

    await worker.drain();
    worker.commit();

    expect(Object.values(store.texts())).toEqual(['0\n1\n']);
    expect(worker.committed.get(p3)).toBe(2);
  });

  it('close when the schema changes, or one stays open for each', async () => {
    const log = Array.from({ length: 6 }, (_, kafkaOffset) =>
      record({ kafkaOffset, value: kafkaOffset, valueSchema: kafkaOffset % 2 === 0 ? Schema.INT32_SCHEMA : Schema.INT64_SCHEMA }),
    );
    const objects: number[] = [];
    for (const schemaRotation of ['close', 'per-version'] as const) {
      const store = new MemoryStore();
      await new FakeWorker({ store, plan: plan({ schemaRotation, rules: [new RecordCountRule(6)] }), log }).drain();
      objects.push(store.objects.size);
    }

    expect(objects).toEqual([5, 2]);
  });

  it('close when there would be too many', async () => {
    const store = new MemoryStore();
    const worker = new FakeWorker({
      store,
      plan: plan({ partitioner: byCountry, maxOpenFiles: 1, rules: [new RecordCountRule(99)] }),
      log: countries(3),
    });

    await worker.drain();

    expect(Object.values(store.texts())).toEqual(['{"country":"CH","n":0}\n', '{"country":"DE","n":1}\n']);
  });
});

describe('records without a value', () => {
  const log = [record({ kafkaOffset: 0, value: 0, key: 'a' }), record({ kafkaOffset: 1, key: 'b' }), record({ kafkaOffset: 2, key: 'c' })];

  it('fail the task by default', async () => {
    await expect(new FakeWorker({ store: new MemoryStore(), plan: plan(), log }).drain()).rejects.toThrow(
      'The record at offset 1 of orders-3 has no value; behavior.on.null.values=ignore',
    );
  });

  it('are left out and reported, and their offsets are committed when nothing before them is open', async () => {
    const store = new MemoryStore();
    const reported: number[] = [];
    const reporter = { report: (item: SinkRecord) => Promise.resolve(void reported.push(item.kafkaOffset)) };
    const worker = new FakeWorker({ store, plan: plan({ onNull: 'ignore', rules: [new RecordCountRule(1)] }), log, reporter });

    await worker.drain();
    worker.commit();

    expect(reported).toEqual([1, 2]);
    expect(worker.committed.get(p3)).toBe(3);
  });

  it('do not let offsets pass a file that is open', async () => {
    const worker = new FakeWorker({ store: new MemoryStore(), plan: plan({ onNull: 'ignore' }), log });

    await worker.drain();
    worker.commit();

    expect(worker.committed.get(p3)).toBeUndefined();
  });

  it('are written as tombstones, their keys only', async () => {
    const store = new MemoryStore();
    const views = [valueView(json, null), keyView(json, null)];
    const worker = new FakeWorker({ store, plan: plan({ onNull: 'write', views }), log });

    await worker.drain();

    expect(store.texts()).toEqual({
      'topics/orders/partition=3/orders+3+000.json': '0\n',
      'topics/orders/partition=3/orders+3+000.keys.json': '"a"\n',
      'topics/orders/tombstone/orders+3+001.keys.json': '"b"\n"c"\n',
    });
  });
});

describe('records that cannot be written', () => {
  const views = [valueView(json, null), keyView(json, null)];
  const log = [
    record({ kafkaOffset: 0, value: 0, key: 'a' }),
    record({ kafkaOffset: 1, value: 1 }),
    record({ kafkaOffset: 2, value: 2, key: 'c' }),
  ];

  it('are reported, and leave values and keys in step', async () => {
    const store = new MemoryStore();
    const errors: string[] = [];
    const reporter = { report: (_item: SinkRecord, error: unknown) => Promise.resolve(void errors.push((error as Error).message)) };
    const worker = new FakeWorker({ store, plan: plan({ views, rules: [new RecordCountRule(2)] }), log, reporter });

    await worker.drain();

    expect(errors).toEqual([
      expect.stringContaining('The record at offset 1 of orders-3 cannot be written: There is nothing for the .keys file'),
    ]);
    expect(Object.values(store.texts())).toEqual(['0\n2\n', '"a"\n"c"\n']);
  });

  it('fail the task where nobody takes reports', async () => {
    await expect(new FakeWorker({ store: new MemoryStore(), plan: plan({ views }), log }).drain()).rejects.toThrow('offset 1 of orders-3');
  });
});

describe('a store that fails', () => {
  it('for now gets the same files later, and nothing is read again', async () => {
    const store = new MemoryStore();
    const worker = new FakeWorker({ store, plan: plan({ partitioner: byCountry }), log: countries(9) });
    store.fail('putObject', 'transient', { times: 25 });

    await worker.drain(2);
    worker.commit();

    expect(worker.timeouts).toContain(5000);
    expect(Object.keys(store.texts())).toEqual(
      ['000', '004', '006', '001', '003', '007'].map(
        (offset, index) => `topics/orders/country=${index < 3 ? 'CH' : 'DE'}/orders+3+${offset}.json`,
      ),
    );
    expect(worker.committed.get(p3)).toBe(9);
  });

  it('for good fails the task', async () => {
    const store = new MemoryStore();
    store.fail('putObject', 'auth');

    await expect(new FakeWorker({ store, plan: plan(), log: numbers(9) }).drain()).rejects.toThrow(
      'Writing to the store failed: putObject on demand',
    );
  });

  it('and forgets an upload gets all files of the offsets again, the same ones', async () => {
    const store = new MemoryStore();
    store.fail('complete', 'gone');
    const worker = new FakeWorker({ store, plan: plan({ partitioner: byCountry, rules: [new RecordCountRule(10)] }), log: countries(20) });

    await worker.drain(3);
    worker.commit();

    const contents = Object.values(store.texts())
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { n: number }).n);
    expect(contents.sort((a, b) => a - b)).toEqual(countries(20).map(({ kafkaOffset }) => kafkaOffset));
    expect(store.objects.size).toBe(4);
    expect(worker.committed.get(p3)).toBe(20);
  });
});

describe('an object that is there already', () => {
  it('is told from ours when files are deterministic, and nothing is replaced', async () => {
    const store = new MemoryStore();
    await new FakeWorker({ store, plan: plan({ rules: [new RecordCountRule(5)] }), log: numbers(5) }).drain();
    const other = new FakeWorker({ store, plan: plan(), log: numbers(5) });

    await expect(other.drain()).rejects.toThrow('orders+3+000.json exists and is not the object that offsets 0 to 2 make');
    expect(Object.values(store.texts())).toEqual(['0\n1\n2\n3\n4\n']);
  });

  it('is replaced where that is wanted, as by Confluent', async () => {
    const store = new MemoryStore();
    await new FakeWorker({ store, plan: plan({ rules: [new RecordCountRule(2)] }), log: numbers(2) }).drain();

    await new FakeWorker({ store, plan: plan(), log: numbers(3), conditional: false }).drain();

    expect(Object.values(store.texts())).toEqual(['0\n1\n2\n']);
  });

  it.each([1, 2, 3, 4])('of %i records is gone on behind when the clock decides, and no record is there twice', async (count) => {
    const store = new MemoryStore();
    const clock = plan({ rules: [new DeadlineRule(1000)] });
    const zombie = new FakeWorker({ store, plan: clock, log: numbers(count) });
    await zombie.drain();
    zombie.now += 1000;
    await zombie.drain();
    const worker = new FakeWorker({ store, plan: clock, log: numbers(3 + (count > 3 ? 2 : 0)) });
    await worker.deliver(3);
    for (let round = 0; round < 4; round += 1) {
      worker.now += 1000;
      await worker.drain();
    }
    worker.commit();

    expect(Object.values(store.texts()).join('')).toBe(count > 3 ? '0\n1\n2\n3\n4\n' : '0\n1\n2\n');
    expect(worker.committed.get(p3)).toBe(count > 3 ? 5 : 3);
  });

  it('fails the task where directories go by the clock too, since what is there cannot be left out', async () => {
    const store = new MemoryStore();
    const timestamp = new WallclockTimestampExtractor(() => 0);
    const partitioner = new TimePartitioner({ durationMs: 1000, pathFormat: 'ss', timezone: 'UTC', locale: 'en', timestamp });
    await new FakeWorker({ store, plan: plan({ partitioner, rules: [new RecordCountRule(2)] }), log: numbers(2) }).drain();

    await expect(new FakeWorker({ store, plan: plan({ partitioner }), log: numbers(3) }).drain()).rejects.toThrow('does not tell which');
  });
});

describe('memory', () => {
  it('stays in the budget with 500 open directories', async () => {
    const store = new MemoryStore();
    const text = 'x'.repeat(20_000);
    const schema = SchemaBuilder.struct().field('d', Schema.INT32_SCHEMA).field('text', Schema.STRING_SCHEMA).build();
    const log = Array.from({ length: 2000 }, (_, kafkaOffset) =>
      record({ kafkaOffset, valueSchema: schema, value: new Struct(schema, [kafkaOffset % 500, text]) }),
    );
    const budgetBytes = 8_000_000;
    const wide = plan({ partitioner: new FieldPartitioner({ fields: ['d'] }), rules: [new RecordCountRule(2000)] });
    const worker = new FakeWorker({ store, plan: wide, log, budgetBytes, partBytes: 5_000_000 });
    let most = 0;
    while (await worker.deliver(64)) most = Math.max(most, worker.budget.used);

    await expect.poll(() => store.objects.size, { timeout: 20_000 }).toBe(500);

    expect(most).toBeLessThanOrEqual(budgetBytes);
    expect([...store.objects.values()].every(({ body }) => body.length > 80_000)).toBe(true);
    await expect.poll(() => worker.budget.used).toBe(0);
  });

  it('that cannot be freed makes the put fail for now, and no record is taken twice', async () => {
    const store = new MemoryStore();
    store.fail('uploadPart', 'transient', { times: 10_000 });
    store.fail('createMultipart', 'transient', { times: 10_000 });
    const log = numbers(300).map((item) => item.withValue(null, String(item.kafkaOffset).padStart(1000)));
    const worker = new FakeWorker({
      store,
      plan: plan({ rules: [new RecordCountRule(300)] }),
      log,
      budgetBytes: 70_000,
      partBytes: 60_000,
      core: { memoryWaitMs: 1 },
    });
    for (let round = 0; round < 10; round += 1) await worker.deliver(100);
    expect(worker.timeouts).toContain(5000);
    store.heal();

    await worker.drain();
    await expect.poll(() => store.objects.size).toBe(1);

    const lines = Object.values(store.texts())[0]?.trimEnd().split('\n') ?? [];
    expect(lines.map((line) => Number(JSON.parse(line)))).toEqual(log.map(({ kafkaOffset }) => kafkaOffset));
  });
});

describe('a plan', () => {
  it.each([
    [{ rules: [] }, 'Nothing ever closes a file'],
    [{ schemaRotation: 'per-version', schemaCompatibility: 'FULL' }, 'schema.rotation'],
    [{ onNull: 'write' }, 'needs store.kafka.keys=true'],
  ] as const)('that contradicts itself is refused: %#', (changes, message) => {
    expect(() => new FakeWorker({ store: new MemoryStore(), plan: plan(changes), log: [] })).toThrow(message);
  });
});

describe('partitions that are taken away', () => {
  it('leave no upload behind, and are read again from what is committed', async () => {
    const store = new MemoryStore();
    const headers = new ConnectHeaders();
    const log = numbers(8).map((item) => item.withValue(null, 'x'.repeat(60)).withHeaders(headers));
    const worker = new FakeWorker({ store, plan: plan({ rules: [new RecordCountRule(5)] }), log });
    await worker.drain();

    await worker.rebalance();
    expect(store.uploads.size).toBe(0);
    expect(worker.budget.used).toBe(0);
    await worker.drain();
    await worker.core.stop();

    expect(store.objects.size).toBe(1);
    expect(store.uploads.size).toBe(0);
  });
});
