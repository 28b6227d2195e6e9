import { rm, stat } from 'node:fs/promises';
import { TopicPartition } from '@millrace/api';
import { UnknownTopicOrPartitionException, type Admin } from '@millrace/kafka';
import { createConnector, deleteConnector } from '../connector-requests.ts';
import { lineBytes } from '../lines-file.ts';
import { cpuSeconds, rssMb } from '../process-usage.ts';

const string = 'org.apache.kafka.connect.storage.StringConverter';
const json = 'org.apache.kafka.connect.json.JsonConverter';
const sampleMs = 25;
const timeoutMs = 300_000;

/** The disk gets its room back soon after a topic is deleted. */
const deletedSoon = { 'file.delete.delay.ms': '1000' };

/** What a case sends through a worker. */
export interface KafkaCase {
  readonly name: string;
  readonly kind: 'source' | 'sink';
  /** Configuration of the value converter. */
  readonly converter: Readonly<Record<string, string>>;
}

/** The cases in the order in which they are measured: a sink reads what the source of the same converter wrote before it. */
export const kafkaCases: readonly KafkaCase[] = [
  { name: 'source, String', kind: 'source', converter: { 'value.converter': string } },
  { name: 'sink, String', kind: 'sink', converter: { 'value.converter': string } },
  { name: 'source, JSON', kind: 'source', converter: { 'value.converter': json, 'value.converter.schemas.enable': 'false' } },
  { name: 'sink, JSON', kind: 'sink', converter: { 'value.converter': json, 'value.converter.schemas.enable': 'false' } },
  {
    name: 'source, JSON with schemas',
    kind: 'source',
    converter: { 'value.converter': json, 'value.converter.schemas.enable': 'true' },
  },
];

/** A worker that is measured: ours or the JVM's. */
export interface MeasuredWorker {
  readonly url: string;
  readonly pid: number;
}

export interface RunFiles {
  readonly input: string;
  readonly output: string;
  readonly lines: number;
}

/** One run of a case. */
export interface WorkerRun {
  /** Between the first record or byte that was seen and the last. */
  readonly seconds: number;
  /** Of the worker, all threads, from the request that creates the connector. */
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
}

/** Runs a case on a worker, one topic with one partition for each. @param topic for a sink, one that a source has filled */
export async function runOnWorker(
  worker: MeasuredWorker,
  what: KafkaCase,
  topic: string,
  files: RunFiles,
  admin: Admin,
): Promise<WorkerRun> {
  const { input, output, lines } = files;
  const own =
    what.kind === 'source'
      ? { 'connector.class': 'FileStreamSource', file: input, topic }
      : { 'connector.class': 'FileStreamSink', file: output, topics: topic };
  const config = { 'tasks.max': '1', 'key.converter': string, ...what.converter, ...own };
  const partition = TopicPartition.of(topic, 0);
  if (what.kind === 'source') await admin.createTopic({ name: topic, partitions: 1, replicationFactor: 1, config: deletedSoon });
  await rm(output, { force: true });
  const progress = async (): Promise<number> =>
    what.kind === 'source' ? (await endOf(partition, admin)) / lines : (await sizeOf(output)) / (lines * lineBytes);
  const name = `bench-${topic}-${what.kind}`;
  const cpuBefore = cpuSeconds(worker.pid);
  await createConnector(worker.url, name, config);
  const { seconds, peakRssMb } = await untilComplete(worker.pid, progress);
  const run = { seconds, peakRssMb, cpuSeconds: cpuSeconds(worker.pid) - cpuBefore };
  await deleteConnector(worker.url, name);
  return run;
}

/** Offset behind the last record; 0 while the broker has not heard yet of a topic that was just created. */
async function endOf(partition: TopicPartition, admin: Admin): Promise<number> {
  try {
    return (await admin.offsets([partition], 'read_uncommitted')).get(partition)?.end ?? 0;
  } catch (error) {
    if (error instanceof UnknownTopicOrPartitionException) return 0;
    throw error;
  }
}

async function untilComplete(pid: number, progress: () => Promise<number>): Promise<{ seconds: number; peakRssMb: number }> {
  const createdAt = performance.now();
  let firstAt = createdAt;
  let hasBegun = false;
  let peakRssMb = 0;
  for (;;) {
    const done = await progress();
    if (!hasBegun) firstAt = performance.now();
    hasBegun ||= done > 0;
    peakRssMb = Math.max(peakRssMb, rssMb(pid));
    if (done >= 1) return { seconds: (performance.now() - firstAt) / 1000, peakRssMb };
    if (performance.now() - createdAt > timeoutMs) throw new Error(`only ${Math.round(done * 100)} % after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, sampleMs));
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
