import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStreamSinkConnector, FileStreamSourceConnector } from '@millrace/file-stream';
import { createWorkerLog, KAFKA_VERSION, startStandalone, type PluginDescriptor, type StandaloneWorker } from '@millrace/worker';
import type { Placeholders } from './exchange.ts';

/** A worker as that of the captures was set up, as far as it goes for a standalone one. */
export interface LabWorker {
  readonly worker: StandaloneWorker;
  readonly placeholders: Placeholders;
  stop(): Promise<void>;
}

const json = 'org.apache.kafka.connect.json.JsonConverter';

/** @param properties in addition to those of the captured worker */
export async function startLabWorker(properties: Readonly<Record<string, string>> = {}): Promise<LabWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-rest-'));
  await writeFile(join(folder, 'in.txt'), 'one\ntwo\nthree\n');
  const worker = await startStandalone({
    properties: {
      'bootstrap.servers': 'embedded:',
      listeners: 'http://127.0.0.1:0',
      'key.converter': json,
      'value.converter': json,
      'offset.flush.interval.ms': '100',
      ...properties,
    },
    plugins: [
      fileStream('source', 'FileStreamSource', FileStreamSourceConnector),
      fileStream('sink', 'FileStreamSink', FileStreamSinkConnector),
      ...['MirrorCheckpointConnector', 'MirrorHeartbeatConnector', 'MirrorSourceConnector'].map(listedOnly),
    ],
    offsetsInMemory: true,
    applicationFolder: folder,
    log: createWorkerLog({ format: 'text', write: () => undefined }),
  });
  return {
    worker,
    placeholders: { '<base-url>': worker.url, '<worker-id>': worker.url.slice('http://'.length), '<dir>': folder },
    stop: async () => {
      await worker.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

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
