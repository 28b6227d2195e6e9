import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SinkRecord, type SinkTaskContext } from '@millrace/api';
import { JsonConverter } from '@millrace/converters';
import { MongoSinkTask } from '@millrace/mongodb-sink';
import { type Collection, MongoClient } from 'mongodb';
import type { BenchRow } from '../bench-row.ts';

const ROUNDS = 7;
/** Records of one put: Kafka's default of `max.poll.records`. */
const BATCH = 500;

/** What was measured, beside the processor time that a million records cost. */
export interface MongoBenchResult {
  readonly rows: BenchRow[];
  readonly cpuSecondsPerMillion: { readonly small: number; readonly large: number };
}

interface Workload {
  readonly name: string;
  readonly count: number;
  readonly json: (n: number) => object;
}

const item = (n: number): object => ({
  id: n,
  price: (n % 10_000) / 100,
  quantity: n % 10,
  sku: `Item_${n % 7}`,
  storeName: `Store_${n % 5}`,
  timestamp: '2021-04-29T20:30:25.377052',
  type: n % 2 === 0 ? 'SALE' : 'RESTOCK',
});

const document = (n: number): object => ({
  ...item(n),
  customer: { name: 'Jane Doe', email: `jane.doe${n}@example.com`, address: { street: '12 Long Street', city: 'Berlin', zip: '10115' } },
  lines: Array.from({ length: 8 }, (_, at) => ({ sku: `Item_${at}`, quantity: at, price: at + 0.95, note: 'as ordered by telephone' })),
});

/** Our sink, from the bytes of records to the answer of a server that keeps nothing, beside JSON.parse with the driver's bulkWrite. */
export async function benchMongodb(): Promise<MongoBenchResult> {
  const responder = spawn(process.execPath, [fileURLToPath(new URL('../components/mongodb-responder.js', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const uri = `mongodb://127.0.0.1:${await portOf(responder)}/`;
    const small = await compare(uri, { name: 'MongoDB sink: items of 130 bytes', count: 100_000, json: item });
    const large = await compare(uri, { name: 'MongoDB sink: documents of 880 bytes', count: 20_000, json: document });
    return { rows: [small.row, large.row], cpuSecondsPerMillion: { small: small.cpu, large: large.cpu } };
  } finally {
    responder.kill('SIGKILL');
  }
}

function portOf(responder: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    responder.stdout?.once('data', (text: Buffer) => resolve(Number(text.toString())));
    responder.once('exit', (code) => reject(new Error(`the responder ended with code ${code}`)));
  });
}

interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function compare(uri: string, { name, count, json }: Workload): Promise<{ row: BenchRow; cpu: number }> {
  const values = Array.from({ length: count }, (_, n) => Buffer.from(JSON.stringify(json(n))));
  const task = startTask(uri);
  const client = new MongoClient(uri);
  const ours: Run[] = [];
  const floor: Run[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await measured(() => putAll(task, values)));
      floor.push(await measured(() => writeAll(client.db('bench').collection('items'), values)));
    }
  } finally {
    await task.stop();
    await client.close(true);
  }
  const recordsPerSecond = count / best(ours, ({ seconds }) => seconds);
  const floorRecordsPerSecond = count / best(floor, ({ seconds }) => seconds);
  const ratio = recordsPerSecond / floorRecordsPerSecond;
  const row = { name, recordsPerSecond, floor: 'JSON.parse and bulkWrite', floorRecordsPerSecond, ratio, aim: '≥ 0.80' };
  return { row, cpu: (best(ours, ({ cpuSeconds }) => cpuSeconds) / count) * 1_000_000 };
}

function startTask(uri: string): MongoSinkTask {
  const nothing = (): void => undefined;
  const log = { error: console.error, warn: console.error, info: nothing, debug: nothing };
  const task = new MongoSinkTask();
  task.initialize({ log, timeout: nothing, errantRecordReporter: null } as unknown as SinkTaskContext);
  task.start({
    topics: 'items',
    'connection.uri': uri,
    database: 'bench',
    'document.id.strategy': 'com.mongodb.kafka.connect.sink.processor.id.strategy.KafkaMetaDataStrategy',
  });
  return task;
}

async function putAll(task: MongoSinkTask, values: readonly Buffer[]): Promise<void> {
  const converter = new JsonConverter();
  converter.configure({ 'schemas.enable': 'false' }, false);
  const signal = new AbortController().signal;
  for (let at = 0; at < values.length; at += BATCH) {
    const records = values.slice(at, at + BATCH).map((bytes, index) => {
      const valueAndSchema = converter.toConnectData('items', bytes);
      return new SinkRecord({ topic: 'items', kafkaPartition: 0, kafkaOffset: at + index, valueAndSchema });
    });
    await task.put(records, signal);
  }
}

async function writeAll(collection: Collection<{ _id: string }>, values: readonly Buffer[]): Promise<void> {
  for (let at = 0; at < values.length; at += BATCH) {
    const models = values.slice(at, at + BATCH).map((bytes, index) => {
      const replacement = JSON.parse(bytes.toString()) as object;
      return { replaceOne: { filter: { _id: `items#0#${at + index}` }, replacement, upsert: true } };
    });
    await collection.bulkWrite(models, { ordered: true });
  }
}

async function measured(work: () => Promise<void>): Promise<Run> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - startedAt) / 1000, cpuSeconds: (user + system) / 1_000_000 };
}

function best(runs: readonly Run[], value: (run: Run) => number): number {
  return Math.min(...runs.map(value));
}
