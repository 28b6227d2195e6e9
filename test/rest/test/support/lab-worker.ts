import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStreamSinkConnector, FileStreamSourceConnector } from '@millrace/file-stream';
import {
  createWorkerLog,
  KAFKA_VERSION,
  startDistributed,
  startStandalone,
  type DistributedWorker,
  type PluginDescriptor,
  type StandaloneWorker,
} from '@millrace/worker';
import type { Placeholders } from './exchange.ts';

/** A worker as that of the captures was set up, as far as it goes for its mode. */
export interface LabWorker {
  readonly worker: StandaloneWorker | DistributedWorker;
  readonly placeholders: Placeholders;
  stop(): Promise<void>;
}

const json = 'org.apache.kafka.connect.json.JsonConverter';

/** Properties of the captured worker, as far as they go for a mode. */
export function labProperties(mode: Mode): Readonly<Record<string, string>> {
  return {
    'bootstrap.servers': 'embedded:',
    listeners: 'http://127.0.0.1:0',
    'key.converter': json,
    'value.converter': json,
    'offset.flush.interval.ms': '100',
    ...(mode === 'distributed' ? clusterProperties : {}),
  };
}

export type Mode = 'standalone' | 'distributed';

/** @param properties in addition to those of the captured worker */
export async function startLabWorker(mode: Mode, properties: Readonly<Record<string, string>> = {}): Promise<LabWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-rest-'));
  await writeFile(join(folder, 'in.txt'), 'one\ntwo\nthree\n');
  const options = {
    properties: { ...labProperties(mode), ...properties },
    plugins: labPlugins,
    applicationFolder: folder,
    log: createWorkerLog({ format: 'text', write: () => undefined }),
  };
  const worker = mode === 'standalone' ? await startStandalone({ ...options, offsetsInMemory: true }) : await startDistributed(options);
  return {
    worker,
    placeholders: { '<base-url>': worker.url, '<worker-id>': worker.url.slice('http://'.length), '<dir>': folder },
    stop: async () => {
      await worker.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The group's name is that of the captured cluster, which an answer names. */
const clusterProperties: Readonly<Record<string, string>> = {
  'group.id': 'connect-lab',
  'config.storage.topic': 'probe-configs',
  'offset.storage.topic': 'probe-offsets',
  'status.storage.topic': 'probe-status',
  'config.storage.replication.factor': '1',
  'offset.storage.replication.factor': '1',
  'status.storage.replication.factor': '1',
  'offset.storage.partitions': '1',
  'status.storage.partitions': '1',
};

/** MirrorMaker's connectors were installed where the answers were captured; here they only take part in lists. */
function listedOnly(name: string): PluginDescriptor {
  return {
    kind: 'source',
    className: `org.apache.kafka.connect.mirror.${name}`,
    taskClassName: null,
    aliases: [],
    version: KAFKA_VERSION,
    location: 'captured worker',
    load: () => Promise.reject(new Error(`${name} is listed, but not installed`)),
  };
}

function fileStream(kind: 'source' | 'sink', name: string, Class: new () => object): PluginDescriptor {
  return {
    kind,
    className: `org.apache.kafka.connect.file.${name}Connector`,
    taskClassName: `org.apache.kafka.connect.file.${name}Task`,
    aliases: [],
    version: KAFKA_VERSION,
    location: '@millrace/file-stream',
    load: () => Promise.resolve(Class),
  };
}

export const labPlugins: readonly PluginDescriptor[] = [
  fileStream('source', 'FileStreamSource', FileStreamSourceConnector),
  fileStream('sink', 'FileStreamSink', FileStreamSinkConnector),
  ...['MirrorCheckpointConnector', 'MirrorHeartbeatConnector', 'MirrorSourceConnector'].map(listedOnly),
];
