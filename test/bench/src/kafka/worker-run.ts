import { rm, stat } from 'node:fs/promises';
import { TopicPartition } from '@millrace/api';
import type { Admin } from '@millrace/kafka';
import { createConnector, deleteConnector } from '../connector-requests.ts';
import { lineBytes } from '../lines-file.ts';
import { cpuSeconds } from '../process-usage.ts';
import { deletedSoon, endOf, untilComplete } from './run-until-complete.ts';

const string = 'org.apache.kafka.connect.storage.StringConverter';
const json = 'org.apache.kafka.connect.json.JsonConverter';

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

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
