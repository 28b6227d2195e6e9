import { Schema, SchemaBuilder, Struct } from '@millrace/api';
import { JsonConverter } from '@millrace/converters';
import type { BenchRow } from './bench-row.ts';

/** Records of one round; distinct ones, as a batch has them. */
const batchSize = 500;
const roundMs = 120;
const rounds = 8;

const topic = 'orders';
const hexDigits = '0123456789abcdef';

/** Members of an order besides its usual ones. */
type Extra = (index: number) => Readonly<Record<string, unknown>>;

/** A usual record: 264 bytes as JSON, eleven members, one nested object, one list. */
function order(index: number): Record<string, unknown> {
  return {
    id: 1_000_000 + index,
    customer: `c-${80_000 + index}`,
    email: `jane.doe${index}@example.com`,
    status: 'SHIPPED',
    amount: index + 0.95,
    currency: 'EUR',
    created: 1_700_000_000_123 + index,
    express: index % 2 === 0,
    address: { street: '12 Long Street', city: 'Berlin', zip: '10115' },
    tags: ['a1', 'gift', 'promo'],
    note: null,
  };
}

function hex(seed: number, length: number): string {
  let state = seed;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return hexDigits[state >>> 28];
  }).join('');
}

const hexText: Extra = (index) => {
  const digits = hex(index, 32);
  return { ref: digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'), digest: hex(index + 1, 40) };
};

const address = SchemaBuilder.struct()
  .field('street', Schema.STRING_SCHEMA)
  .field('city', Schema.STRING_SCHEMA)
  .field('zip', Schema.OPTIONAL_STRING_SCHEMA)
  .build();

const schema = SchemaBuilder.struct()
  .name('shop.Order')
  .field('id', Schema.INT64_SCHEMA)
  .field('customer', Schema.STRING_SCHEMA)
  .field('email', Schema.OPTIONAL_STRING_SCHEMA)
  .field('status', Schema.STRING_SCHEMA)
  .field('amount', Schema.FLOAT64_SCHEMA)
  .field('currency', Schema.STRING_SCHEMA)
  .field('created', Schema.INT64_SCHEMA)
  .field('express', Schema.BOOLEAN_SCHEMA)
  .field('address', address)
  .field('tags', SchemaBuilder.array(Schema.STRING_SCHEMA))
  .field('note', Schema.OPTIONAL_STRING_SCHEMA)
  .build();

function structOf(index: number): Struct {
  const { address: place, ...values } = order(index);
  const struct = new Struct(schema).put('address', new Struct(address, Object.values(place as object)));
  for (const [name, value] of Object.entries(values)) struct.put(name, value);
  return struct;
}

function converter(schemasEnable: boolean): JsonConverter {
  const made = new JsonConverter();
  made.configure({ 'schemas.enable': String(schemasEnable) }, false);
  return made;
}

/** Something that is done to every record of a batch. */
type Work = (index: number) => unknown;

/** Work beside its floor. */
interface Case {
  readonly name: string;
  readonly work: Work;
  readonly floor: string;
  readonly floorWork: Work;
  readonly aim: string;
}

/** Reading and writing JSON with the JsonConverter, without schemas and in envelopes. */
export async function benchJson(): Promise<BenchRow[]> {
  const cases = [
    ...schemalessCases('order', order),
    ...schemalessCases('order with UUID and hex text', (index) => ({ ...order(index), ...hexText(index) })),
    pricesCase(),
    ...envelopeCases(),
  ];
  return cases.map(measured);
}

function schemalessCases(what: string, make: (index: number) => Record<string, unknown>): Case[] {
  const plain = converter(false);
  const records = batch(make);
  const bytes = records.map((record) => Buffer.from(JSON.stringify(record)));
  return [
    {
      name: `read ${what}, schemaless`,
      work: (index) => plain.toConnectData(topic, bytes[index] as Buffer),
      floor: 'JSON.parse(bytes.toString())',
      floorWork: (index) => JSON.parse((bytes[index] as Buffer).toString()) as unknown,
      aim: '>= 0.77 (within 1.3x)',
    },
    {
      name: `write ${what}, schemaless`,
      work: (index) => plain.fromConnectData(topic, null, records[index]),
      floor: 'Buffer.from(JSON.stringify())',
      floorWork: (index) => Buffer.from(JSON.stringify(records[index])),
      aim: '>= 0.77 (within 1.3x)',
    },
  ];
}

/** A price such as 25.00 must stay a double, so `JSON.parse` cannot read it. */
function pricesCase(): Case {
  const plain = converter(false);
  const bytes = batch((index) => Buffer.from(JSON.stringify(order(index)).replace(/"amount":\d+\.95/, `"amount":${index}.00`)));
  return {
    name: 'read order with a price 25.00, schemaless',
    work: (index) => plain.toConnectData(topic, bytes[index] as Buffer),
    floor: 'JSON.parse(bytes.toString())',
    floorWork: (index) => JSON.parse((bytes[index] as Buffer).toString()) as unknown,
    aim: '>= 0.25 (within 4x)',
  };
}

function envelopeCases(): Case[] {
  const enveloped = converter(true);
  const structs = batch(structOf);
  const bytes = structs.map((struct) => enveloped.fromConnectData(topic, schema, struct) as Buffer);
  const documents = bytes.map((document) => JSON.parse(document.toString()) as unknown);
  return [
    {
      name: `read order, envelope of ${bytes[0]?.length} bytes`,
      work: (index) => enveloped.toConnectData(topic, bytes[index] as Buffer),
      floor: 'JSON.parse of the whole envelope',
      floorWork: (index) => JSON.parse((bytes[index] as Buffer).toString()) as unknown,
      aim: '>= 3',
    },
    {
      name: 'write order, envelope',
      work: (index) => enveloped.fromConnectData(topic, schema, structs[index]),
      floor: 'Buffer.from(JSON.stringify()) of the whole envelope',
      floorWork: (index) => Buffer.from(JSON.stringify(documents[index])),
      aim: '>= 1',
    },
  ];
}

function batch<T>(make: (index: number) => T): T[] {
  return Array.from({ length: batchSize }, (_, index) => make(index));
}

/** Best of several short rounds, floor and case in turn, so that a busy machine slows both. */
function measured({ name, work, floor, floorWork, aim }: Case): BenchRow {
  let recordsPerSecond = 0;
  let floorRecordsPerSecond = 0;
  for (let round = 0; round < rounds; round += 1) {
    floorRecordsPerSecond = Math.max(floorRecordsPerSecond, speedOf(floorWork));
    recordsPerSecond = Math.max(recordsPerSecond, speedOf(work));
  }
  return { name, recordsPerSecond, floor, floorRecordsPerSecond, ratio: recordsPerSecond / floorRecordsPerSecond, aim };
}

/** What the work returned last, kept so that it cannot be optimised away. */
export const sink: { last: unknown } = { last: null };

function speedOf(work: Work): number {
  const start = process.hrtime.bigint();
  const end = start + BigInt(roundMs) * 1_000_000n;
  let count = 0;
  let now = start;
  while (now < end) {
    for (let index = 0; index < batchSize; index += 1) sink.last = work(index);
    count += batchSize;
    now = process.hrtime.bigint();
  }
  return (count * 1e9) / Number(now - start);
}
