import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeLoggingConfig } from '../kafka/logging-config.ts';
import type { KafkaCluster } from '../kafka/kafka-cluster.ts';
import { smallJvm } from '../process/jvm.ts';
import { ConnectJvm } from './connect-jvm.ts';

/** How to start a JVM worker. */
export interface ConnectJvmOptions {
  readonly kafka: KafkaCluster;
  /** Default: distributed. */
  readonly mode?: 'distributed' | 'standalone';
  /** More folders for `plugin.path`, beside that of FileStream and MirrorMaker. */
  readonly plugins?: readonly string[];
  /** Lines of the worker's properties, which win over ours. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Group of a distributed worker; its three topics are named after it. Default: connect. */
  readonly groupId?: string;
  /** Longest heap. Default: 256m. */
  readonly heap?: string;
  /** Options for the JVM in place of those that start fast and stay small, class-data archive included. `stockConnectOptions` are those of Kafka's start script. */
  readonly jvmOptions?: readonly string[];
}

/** What Kafka's own start script gives a worker. */
export const stockConnectOptions: readonly string[] = ['-Xms256M', '-Xmx2G'];

const MAIN_CLASSES = {
  distributed: 'org.apache.kafka.connect.cli.ConnectDistributed',
  standalone: 'org.apache.kafka.connect.cli.ConnectStandalone',
} as const;

/**
 * Starts the Connect worker of Apache Kafka beside a cluster of `startKafka`. Resolves when its REST API says that it is healthy.
 *
 * @throws Error with the end of its log when it does not start.
 */
export async function startConnectJvm(options: ConnectJvmOptions): Promise<ConnectJvm> {
  const { kafka, mode = 'distributed' } = options;
  const port = kafka.nextWorkerPort();
  const folder = join(kafka.folder, `worker-${port}`);
  await mkdir(folder, { recursive: true });
  await writeLoggingConfig(folder);
  const lines = Object.entries(workerConfig(options, port, folder)).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(folder, 'worker.properties'), lines.join(''));
  const worker = new ConnectJvm({
    port,
    folder,
    mainClass: MAIN_CLASSES[mode],
    libs: kafka.jars.libs,
    options: options.jvmOptions ?? smallJvm(options.heap ?? '256m'),
    usesArchive: options.jvmOptions === undefined,
  });
  try {
    await worker.launch();
    return worker;
  } catch (error) {
    await worker.kill();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function workerConfig({ kafka, mode, plugins = [], properties, groupId = 'connect' }: ConnectJvmOptions, port: number, folder: string) {
  const topics = ['config', 'offset', 'status'].flatMap((kind) => [
    [`${kind}.storage.topic`, `${groupId}-${kind}s`],
    [`${kind}.storage.replication.factor`, String(kafka.brokers.length)],
  ]);
  return {
    'bootstrap.servers': kafka.bootstrap(),
    ...(mode === 'standalone'
      ? { 'offset.storage.file.filename': join(folder, 'offsets') }
      : { 'group.id': groupId, ...(Object.fromEntries(topics) as Record<string, string>) }),
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    listeners: `http://127.0.0.1:${port}`,
    'rest.advertised.host.name': '127.0.0.1',
    'plugin.path': [kafka.jars.plugins, ...plugins].join(','),
    'plugin.discovery': 'service_load',
    'offset.flush.interval.ms': '5000',
    ...properties,
  };
}
