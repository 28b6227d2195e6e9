import { tmpdir } from 'node:os';
import type { ConsumedRecord } from '@millrace/kafka';
import { createWorkerLog, startStandalone, type PluginDescriptor, type StandaloneWorker } from '@millrace/worker';
import { ConnectException } from '@millrace/api';

/** A standalone worker on an embedded log in memory, and what it logged. */
export interface MemoryWorker extends StandaloneWorker {
  readonly logLines: readonly string[];
}

/** Starts a worker that keeps nothing and listens on a free port of the loopback interface. JSON without schemas is its default converter. */
export async function startMemoryWorker(
  plugins: readonly PluginDescriptor[],
  properties: Readonly<Record<string, string>> = {},
): Promise<MemoryWorker> {
  const logLines: string[] = [];
  const json = 'org.apache.kafka.connect.json.JsonConverter';
  const worker = await startStandalone({
    properties: {
      'bootstrap.servers': 'embedded:',
      listeners: 'http://127.0.0.1:0',
      'key.converter': json,
      'key.converter.schemas.enable': 'false',
      'value.converter': json,
      'value.converter.schemas.enable': 'false',
      'offset.flush.interval.ms': '100',
      ...properties,
    },
    plugins,
    offsetsInMemory: true,
    applicationFolder: tmpdir(),
    log: createWorkerLog({ format: 'text', write: (line) => void logLines.push(line) }),
  });
  return { ...worker, logLines };
}

/** Everything that lies in a topic now; nothing if there is no such topic. */
export async function topicRecords(worker: StandaloneWorker, topic: string): Promise<ConsumedRecord[]> {
  const admin = worker.transport.admin({});
  try {
    if (!(await admin.listTopics()).includes(topic)) return [];
  } finally {
    await admin.close();
  }
  const reader = worker.transport.reader({ topic, isolation: 'read_uncommitted', properties: {} });
  try {
    return await reader.readToEnd();
  } finally {
    await reader.close();
  }
}

/** The trace of the connector or of its first task that failed, or null. */
export async function failureOf(worker: StandaloneWorker, name: string): Promise<string | null> {
  const { connector, tasks } = await worker.herder.connectorStatus(name);
  const failed = [connector, ...tasks].find(({ state }) => state === 'FAILED');
  return failed === undefined ? null : (failed.trace ?? 'no trace');
}

/** @throws ConnectException with the trace when connector or task failed */
export async function throwFailure(worker: StandaloneWorker, name: string): Promise<void> {
  const trace = await failureOf(worker, name);
  if (trace !== null) throw new ConnectException(`${name} failed: ${trace}`);
}
