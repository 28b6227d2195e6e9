import { gunzipSync, gzipSync } from 'node:zlib';
import { Schema, SchemaBuilder, type SinkRecord, Struct } from '@millrace/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ByteSizeRule,
  ConfluentKeyer,
  DeadlineRule,
  type Codec,
  FieldPartitioner,
  IbmKeyer,
  keyView,
  JsonLinesFormat,
  RecordCountRule,
  RecordTimeRule,
  type RotationRule,
  type SinkPlan,
  valueView,
} from '../src/index.ts';
import { MemoryStore, type StoreCall } from './memory-store.ts';
import { record } from './records.ts';
import { FakeWorker } from './worker.ts';

const schema = SchemaBuilder.struct().field('d', Schema.INT32_SCHEMA).field('id', Schema.STRING_SCHEMA).build();
const calls: readonly StoreCall[] = ['putObject', 'createMultipart', 'uploadPart', 'complete', 'head', 'tag', 'abort', 'listUploads'];
const kinds = ['transient', 'throttled'] as const;

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('deliver' as const), count: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'commit' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'crash' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'rebalance' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'wait' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('turn' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      call: fc.constantFrom(...calls),
      kind: fc.constantFrom(...kinds),
      after: fc.boolean(),
      times: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), kind: fc.constantFrom('gone' as const, 'conflict' as const) }) },
);

/** Of two partitions by turns, with gaps in the offsets, and times that go up and down. */
const logs = fc
  .array(fc.record({ d: fc.integer({ min: 0, max: 2 }), gap: fc.integer({ min: 1, max: 3 }), time: fc.integer({ min: 0, max: 5000 }) }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((items) => {
    let offset = 0;
    return items.map(({ d, gap, time }, index): SinkRecord => {
      offset += gap;
      return record({
        kafkaPartition: index % 2,
        kafkaOffset: offset,
        timestamp: time,
        key: `k${offset}`,
        valueSchema: schema,
        value: new Struct(schema, [d, `${index % 2}-${offset}`]),
      });
    });
  });

function plan(rules: readonly RotationRule[], changes: Partial<SinkPlan> = {}): SinkPlan {
  return {
    partitioner: new FieldPartitioner({ fields: ['d'] }),
    keyer: new ConfluentKeyer(),
    rules,
    schemaCompatibility: 'NONE',
    schemaRotation: 'close',
    views: [valueView(new JsonLinesFormat(), null)],
    maxOpenFiles: -1,
    onNull: 'fail',
    reportNulls: false,
    tombstonePartition: 'tombstone',
    ...changes,
  };
}

async function carryOut(
  worker: FakeWorker,
  store: MemoryStore,
  action: typeof step extends fc.Arbitrary<infer T> ? T : never,
): Promise<void> {
  switch (action.do) {
    case 'deliver':
      await worker.deliver(action.count);
      return;
    case 'commit':
      worker.commit();
      return;
    case 'crash':
      worker.crash();
      return;
    case 'rebalance':
      await worker.rebalance();
      return;
    case 'wait':
      worker.now += 700;
      return;
    case 'turn':
      for (let turn = 0; turn < action.count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      return;
    case 'fail':
      store.fail(action.call, action.kind, { after: action.after, times: action.times });
      return;
    case 'forget':
      store.fail('complete', action.kind);
  }
}

/** What readers of the bucket find, and what they have to find: every record up to the committed offsets. */
async function run(plan: SinkPlan, log: readonly SinkRecord[], actions: readonly Parameters<typeof carryOut>[2][]) {
  const store = new MemoryStore();
  const worker = new FakeWorker({ store, plan, log, partBytes: 60 });
  for (const action of actions) {
    await carryOut(worker, store, action);
    expectCommittedIsStored(worker, store, log);
  }
  store.heal();
  // What the clock closes may be found to be there in part, and is read and closed again.
  for (let round = 0; round < 5; round += 1) {
    worker.now += 10_000;
    await worker.drain();
  }
  worker.commit();
  expectCommittedIsStored(worker, store, log);
  return { store, worker, ids: idsIn(store) };
}

/** Of all files with values. */
function idsIn(store: MemoryStore): string[] {
  const bodies = [...store.objects]
    .filter(([key]) => !key.includes('.keys'))
    .map(([key, { body }]) => (key.endsWith('.gz') ? gunzipSync(body) : body));
  const lines = bodies.flatMap((body) => body.toString().split('\n').slice(0, -1));
  return lines.map((line) => (JSON.parse(line) as { id: string }).id);
}

function expectCommittedIsStored(worker: FakeWorker, store: MemoryStore, log: readonly SinkRecord[]): void {
  const stored = new Set(idsIn(store));
  const missing = log.filter(({ kafkaPartition, kafkaOffset, value }) => {
    const committed = [...worker.committed].find(([partition]) => partition.partition === kafkaPartition)?.[1] ?? 0;
    return kafkaOffset < committed && !stored.has((value as Struct).getString('id')!);
  });
  expect(missing.map(({ kafkaOffset }) => kafkaOffset)).toEqual([]);
}

/** Threads of the pool would make the order of events depend on the machine. */
const gzipAtOnce: Codec = { extension: '.gz', compress: (piece) => Promise.resolve(gzipSync(piece)) };

describe('over crashes, rebalances, failures and lost uploads', () => {
  const json = new JsonLinesFormat();

  it.each([
    ['named after their first offset', {}, 400],
    ['named after first and last offset', { keyer: new IbmKeyer() }, 200],
    ['with keys beside values', { views: [valueView(json, null), keyView(json, null)] }, 200],
    ['that are compressed', { views: [valueView(json, gzipAtOnce)] }, 50],
  ])('deterministic files %s are those of a run without any, and hold every record once', async (_name, changes, numRuns) => {
    const rules = [
      new RecordCountRule(5),
      new ByteSizeRule(110),
      new RecordTimeRule({ intervalMs: 2000, onPartitionChange: false, isDeterministic: true }),
    ];
    await fc.assert(
      fc.asyncProperty(logs, fc.array(step, { maxLength: 60 }), async (log, actions) => {
        const { store, ids } = await run(plan(rules, changes), log, actions);
        const calm = await run(plan(rules, changes), log, []);

        expect(store.texts()).toEqual(calm.store.texts());
        expect(ids.length).toBe(new Set(ids).size);
      }),
      { numRuns },
    );
  });

  it('files that the clock closes hold every record, and none twice', async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.array(step, { maxLength: 60 }), async (log, actions) => {
        const { ids } = await run(plan([new RecordCountRule(7), new DeadlineRule(1000)]), log, actions);

        expect(ids.sort()).toEqual(log.map(({ value }) => (value as Struct).getString('id')!).sort());
      }),
      { numRuns: 400 },
    );
  });
});
