import type { Logger } from '@millrace/api';
import type { KafkaTransport, Producer } from '@millrace/kafka';
import type { ClusterConfigListener } from '../../src/storage/config-state-builder.ts';
import type { InternalTopic } from '../../src/storage/internal-topic.ts';

export const silent: Logger = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

export const noClients = { admin: {}, producer: {}, reader: {} };

export function internalTopic(kind: 'config' | 'offset' | 'status', name: string): InternalTopic {
  const partitions = { config: 1, offset: 25, status: 5 }[kind];
  return {
    name,
    configKey: `${kind}.storage.topic`,
    content: { config: 'configurations', offset: 'offsets', status: 'statuses' }[kind],
    partitions,
    replicationFactor: 1,
    settings: {},
    isSinglePartition: kind === 'config',
  };
}

/** Notes each event as one text. */
export function notingListener(events: string[]): ClusterConfigListener {
  return {
    onConnectorConfigUpdate: (connector) => events.push(`connector ${connector}`),
    onConnectorConfigRemove: (connector) => events.push(`removed ${connector}`),
    onTaskConfigUpdate: (connector, tasks) => events.push(`tasks of ${connector}: ${tasks.map(({ task }) => task).join()}`),
    onTargetStateChange: (connector) => events.push(`state of ${connector}`),
    onSessionKeyUpdate: ({ algorithm }) => events.push(`key ${algorithm}`),
    onRestartRequest: ({ connector, includeTasks, onlyFailed }) => events.push(`restart ${connector} ${includeTasks} ${onlyFailed}`),
    onLoggingLevelUpdate: (namespace, level) => events.push(`log ${namespace} ${level}`),
  };
}

/** Writes records as they are. */
export async function writeRecords(
  transport: KafkaTransport,
  topic: string,
  records: readonly (readonly [key: Buffer | string | null, value: Buffer | string | null])[],
): Promise<void> {
  const producer: Producer = transport.producer({});
  const failures: Error[] = [];
  const listener = { acknowledged: () => undefined, failed: (_: null, error: Error) => failures.push(error) };
  for (const [key, value] of records) {
    const bytes = (part: Buffer | string | null): Buffer | null => (typeof part === 'string' ? Buffer.from(part) : part);
    producer.append({ topic, partition: null, key: bytes(key), value: bytes(value), timestamp: null, headers: [] }, listener, null);
  }
  await producer.flush();
  await producer.close(1000);
  if (failures[0] !== undefined) throw failures[0];
}

/** All records of a topic, as texts. */
export async function readRecords(transport: KafkaTransport, topic: string): Promise<[key: string | null, value: string | null][]> {
  const reader = transport.reader({ topic, isolation: 'read_committed', properties: {} });
  const records = await reader.readToEnd();
  await reader.close();
  return records.map(({ key, value }) => [key?.toString('utf8') ?? null, value?.toString('utf8') ?? null]);
}

/** Records in an order that does not depend on their partitions. */
export function sortedTexts(records: readonly (readonly [string | null, string | null])[]): string[] {
  return records.map(([key, value]) => `${key} = ${value}`).sort();
}
