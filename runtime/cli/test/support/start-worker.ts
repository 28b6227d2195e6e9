import { createWorkerLog, startStandalone, type StandaloneWorker } from '@millrace/worker';
import { ownPluginFolders } from '../../src/installed-plugins.ts';

/** A worker on the log inside it, with the connectors that come with the command, at a free port of this machine. */
export function startWorker(): Promise<StandaloneWorker> {
  return startStandalone({
    properties: {
      'bootstrap.servers': 'embedded:',
      listeners: 'http://127.0.0.1:0',
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'offset.flush.interval.ms': '100',
    },
    offsetsInMemory: true,
    pluginFolders: ownPluginFolders(),
    log: createWorkerLog({ format: 'text', level: 'error', write: () => undefined }),
  });
}
