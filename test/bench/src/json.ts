import { randomUUID } from 'node:crypto';
import { ConnectDecimal, Schema, SchemaBuilder, Struct } from '@millrace/api';
import { JsonConverter } from '@millrace/converters';
import type { BenchRow } from './bench-row.ts';

const topic = 'orders';
const rounds = 5;
const roundMs = 300;

interface Case {
  readonly name: string;
  readonly run: () => unknown;
  readonly floor: string;
  readonly floorRun: () => unknown;
  readonly aim: string;
}

/** The JsonConverter beside JSON.parse and JSON.stringify, one order of about 260 bytes at a time. */
export async function benchJson(): Promise<BenchRow[]> {
  return [...schemalessCases(), ...envelopeCases()].map(measure);
}

function order(extra: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: 4711,
    customer: 'Ada Lovelace',
    email: 'ada@example.com',
    status: 'shipped',
    quantity: 3,
    amount: 74.97,
    paid: true,
    note: null,
    created: 1_700_000_000_123,
    address: { street: '12 St James Square', city: 'London', zip: 'SW1Y 4JH' },
    tags: ['new', 'priority'],
    ...extra,
  };
}

function schemalessCases(): Case[] {
  const converter = configured({ 'schemas.enable': 'false' });
  const plain = Buffer.from(JSON.stringify(order()));
  const price = Buffer.from(JSON.stringify(order()).replace('74.97', '25.00'));
  const hex = Buffer.from(JSON.stringify(order({ note: randomUUID(), email: '0x1e5f00e1.0e7 1e3' })));
  const read = (name: string, bytes: Buffer, aim: string): Case => ({
    name: `read schemaless, ${name}`,
    run: () => converter.toConnectData(topic, bytes),
    floor: 'JSON.parse',
    floorRun: () => JSON.parse(bytes.toString()) as unknown,
    aim,
  });
  const value = converter.toConnectData(topic, plain).value;
  return [
    read('plain', plain, '≥ 0.77'),
    read('one field 25.00', price, '≥ 0.25'),
    read('UUID and hex text', hex, '≥ 0.77'),
    {
      name: 'write schemaless',
      run: () => converter.fromConnectData(topic, null, value),
      floor: 'Buffer.from(JSON.stringify)',
      floorRun: () => Buffer.from(JSON.stringify(value)),
      aim: '≥ 0.77',
    },
  ];
}

function envelopeCases(): Case[] {
  const converter = configured({ 'schemas.enable': 'true' });
  const address = SchemaBuilder.struct().field('street', Schema.STRING_SCHEMA).field('city', Schema.STRING_SCHEMA).build();
  const schema = SchemaBuilder.struct()
    .name('com.example.Order')
    .field('id', Schema.INT64_SCHEMA)
    .field('customer', Schema.STRING_SCHEMA)
    .field('status', Schema.OPTIONAL_STRING_SCHEMA)
    .field('quantity', Schema.INT32_SCHEMA)
    .field('amount', Schema.FLOAT64_SCHEMA)
    .field('paid', Schema.BOOLEAN_SCHEMA)
    .field('tax', ConnectDecimal.builder(2).optional())
    .field('address', address)
    .field('tags', SchemaBuilder.array(Schema.STRING_SCHEMA))
    .build();
  const value = new Struct(schema)
    .put('id', 4711)
    .put('customer', 'Ada Lovelace')
    .put('status', 'shipped')
    .put('quantity', 3)
    .put('amount', 74.97)
    .put('paid', true)
    .put('address', new Struct(address).put('street', '12 St James Square').put('city', 'London'))
    .put('tags', ['new', 'priority']);
  const bytes = converter.fromConnectData(topic, schema, value) as Buffer;
  const envelope = JSON.parse(bytes.toString()) as unknown;
  return [
    {
      name: 'read envelope',
      run: () => converter.toConnectData(topic, bytes),
      floor: 'JSON.parse of the envelope',
      floorRun: () => JSON.parse(bytes.toString()) as unknown,
      aim: '≥ 3',
    },
    {
      name: 'write envelope',
      run: () => converter.fromConnectData(topic, schema, value),
      floor: 'Buffer.from(JSON.stringify(envelope))',
      floorRun: () => Buffer.from(JSON.stringify(envelope)),
      aim: '≥ 1',
    },
  ];
}

function configured(config: Readonly<Record<string, string>>): JsonConverter {
  const converter = new JsonConverter();
  converter.configure(config, false);
  return converter;
}

/** Best of several rounds, subject and floor in turn, so that both meet the same machine. */
function measure({ name, run, floor, floorRun, aim }: Case): BenchRow {
  let recordsPerSecond = 0;
  let floorRecordsPerSecond = 0;
  for (let round = 0; round < rounds; round++) {
    recordsPerSecond = Math.max(recordsPerSecond, rate(run));
    floorRecordsPerSecond = Math.max(floorRecordsPerSecond, rate(floorRun));
  }
  return { name, recordsPerSecond, floor, floorRecordsPerSecond, ratio: recordsPerSecond / floorRecordsPerSecond, aim };
}

function rate(run: () => unknown): number {
  const startedAt = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < roundMs) {
    for (let n = 0; n < 1000; n++) run();
    count += 1000;
    elapsed = performance.now() - startedAt;
  }
  return (count / elapsed) * 1000;
}
