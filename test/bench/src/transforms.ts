import { Schema, SchemaBuilder, SourceRecord, Struct, type Transformation } from '@millrace/api';
import { CastValue, InsertFieldValue, ReplaceFieldValue } from '@millrace/transforms';
import type { BenchRow } from './bench-row.ts';

/** Records of one round; distinct ones, as a batch has them. */
const batchSize = 500;
const roundMs = 250;
const rounds = 5;

const schema = SchemaBuilder.struct()
  .name('shop.Order')
  .field('id', Schema.INT64_SCHEMA)
  .field('customer', Schema.STRING_SCHEMA)
  .field('email', Schema.OPTIONAL_STRING_SCHEMA)
  .field('status', Schema.STRING_SCHEMA)
  .field('amount', Schema.FLOAT64_SCHEMA)
  .field('currency', Schema.STRING_SCHEMA)
  .field('quantity', Schema.INT32_SCHEMA)
  .field('paid', Schema.BOOLEAN_SCHEMA)
  .field('note', Schema.OPTIONAL_STRING_SCHEMA)
  .field('warehouse', Schema.INT32_SCHEMA)
  .build();

/** What a chain of InsertField, ReplaceField and Cast makes of it. */
const target = SchemaBuilder.struct()
  .name('shop.Order')
  .field('order_id', Schema.INT64_SCHEMA)
  .field('customer', Schema.STRING_SCHEMA)
  .field('status', Schema.STRING_SCHEMA)
  .field('amount', Schema.STRING_SCHEMA)
  .field('currency', Schema.STRING_SCHEMA)
  .field('quantity', Schema.INT64_SCHEMA)
  .field('paid', Schema.BOOLEAN_SCHEMA)
  .field('note', Schema.OPTIONAL_STRING_SCHEMA)
  .field('warehouse', Schema.INT32_SCHEMA)
  .field('topic', Schema.OPTIONAL_STRING_SCHEMA)
  .build();

interface Order {
  readonly [field: string]: unknown;
  readonly id: number;
  readonly amount: number;
  readonly quantity: number;
}

function order(index: number): Order {
  return {
    id: index,
    customer: `customer-${index % 97}`,
    email: index % 3 === 0 ? null : `c${index}@example.com`,
    status: 'NEW',
    amount: index + 0.25,
    currency: 'EUR',
    quantity: index % 7,
    paid: index % 2 === 0,
    note: null,
    warehouse: 12,
  };
}

function recordOf(index: number, value: unknown, valueSchema: Schema | null): SourceRecord {
  return new SourceRecord({ sourcePartition: null, sourceOffset: null, topic: 'orders', timestamp: index, valueSchema, value });
}

function chain(): readonly Transformation[] {
  const insert = new InsertFieldValue();
  insert.configure({ 'topic.field': 'topic' });
  const replace = new ReplaceFieldValue();
  replace.configure({ exclude: 'email', renames: 'id:order_id' });
  const cast = new CastValue();
  cast.configure({ spec: 'amount:string,quantity:int64' });
  return [insert, replace, cast];
}

function structByHand(record: SourceRecord): SourceRecord {
  const [id, customer, , status, amount, currency, quantity, paid, note, warehouse] = (record.value as Struct).values;
  const values = [id, customer, status, String(amount), currency, quantity, paid, note, warehouse, record.topic];
  return record.withValue(target, new Struct(target, values));
}

function mapByHand(record: SourceRecord): SourceRecord {
  const order = record.value as Order;
  const changed: Record<string, unknown> = {};
  for (const field of Object.keys(order)) {
    if (field === 'id') changed['order_id'] = order.id;
    else if (field === 'amount') changed['amount'] = String(order.amount);
    else if (field !== 'email') changed[field] = order[field];
  }
  changed['topic'] = record.topic;
  return record.withValue(null, changed);
}

/** Best rate of several rounds, in records per second. */
function rate(records: readonly SourceRecord[], run: (record: SourceRecord) => SourceRecord | null): number {
  let best = 0;
  let kept = 0;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    let done = 0;
    while (performance.now() - start < roundMs) {
      for (const record of records) kept += run(record) === null ? 0 : 1;
      done += records.length;
    }
    best = Math.max(best, (done * 1000) / (performance.now() - start));
  }
  if (kept === 0) throw new Error('every record was dropped');
  return best;
}

interface Case {
  readonly name: string;
  readonly aim: string;
  readonly byHand: (record: SourceRecord) => SourceRecord;
}

function row({ name, aim, byHand }: Case, records: readonly SourceRecord[]): BenchRow {
  const [first, second, third] = chain() as [Transformation, Transformation, Transformation];
  const recordsPerSecond = rate(records, (record) => {
    const inserted = first.apply(record);
    const replaced = inserted && second.apply(inserted);
    return replaced && third.apply(replaced);
  });
  const floorRecordsPerSecond = rate(records, byHand);
  return {
    name,
    recordsPerSecond,
    floor: 'the result of all three written by hand',
    floorRecordsPerSecond,
    ratio: recordsPerSecond / floorRecordsPerSecond,
    aim,
  };
}

/** A chain of three transformations (InsertField, ReplaceField, Cast) over records of ten fields, as structs and as schemaless maps. */
export async function benchTransforms(): Promise<BenchRow[]> {
  const orders = Array.from({ length: batchSize }, (_, index) => order(index));
  const fields = schema.fields.map(({ name }) => name);
  const structs = orders.map((value, index) =>
    recordOf(
      index,
      new Struct(
        schema,
        fields.map((field) => value[field]),
      ),
      schema,
    ),
  );
  const maps = orders.map((value, index) => recordOf(index, JSON.parse(JSON.stringify(value)), null));
  return [
    row({ name: 'three transformations, struct', aim: '≥ 0.25', byHand: structByHand }, structs),
    row({ name: 'three transformations, map', aim: '≥ 0.25', byHand: mapByHand }, maps),
  ];
}
