import { createWorkerLog, startStandalone, type StandaloneWorker, type WorkerLog } from '@millrace/worker';
import { ownPluginFolders } from '../../src/installed-plugins.ts';

export interface TestWorker extends StandaloneWorker {
  readonly log: WorkerLog;
}

/** A worker on the log inside it, with the connectors that come with the command, at a free port of this machine. */
export async function startWorker(properties: Readonly<Record<string, string>> = {}): Promise<TestWorker> {
  const log = createWorkerLog({ format: 'text', level: 'warn', write: () => undefined });
  const worker = await startStandalone({
    properties: {
      'bootstrap.servers': 'embedded:',
      listeners: 'http://127.0.0.1:0',
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'offset.flush.interval.ms': '100',
      ...properties,
    },
    offsetsInMemory: true,
    pluginFolders: ownPluginFolders(),
    log,
  });
  return { ...worker, log };
}
