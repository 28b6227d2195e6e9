import type { Logger } from '@millrace/api';
import type { ClientProperties, KafkaTransport } from '@millrace/kafka';
import { storageTopicSettings, type StorageTopic } from '../config/distributed-config.ts';
import type { ClusterConfigListener } from './config-state-builder.ts';
import type { InternalTopic } from './internal-topic.ts';
import { KafkaConfigStore } from './kafka-config-store.ts';
import { KafkaOffsetStore } from './kafka-offset-store.ts';
import { KafkaStatusStore } from './kafka-status-store.ts';

export interface ClusterStoresOptions {
  /** With defaults filled in. */
  readonly workerConfig: Readonly<Record<string, string>>;
  readonly transport: KafkaTransport;
  readonly listener: ClusterConfigListener;
  readonly log: Logger;
}

/** The three topics in which a cluster keeps its state; none is read yet. */
export interface ClusterStores {
  readonly configs: KafkaConfigStore;
  readonly offsets: KafkaOffsetStore;
  readonly statuses: KafkaStatusStore;
}

const contents: Readonly<Record<StorageTopic, string>> = {
  config: 'connector configurations',
  offset: 'source connector offsets',
  status: 'connector and task statuses',
};
const clientSuffixes: Readonly<Record<StorageTopic, string>> = { config: 'configs', offset: 'offsets', status: 'statuses' };

/** The stores of a worker as its properties describe them. */
export function openClusterStores({ workerConfig, transport, listener, log }: ClusterStoresOptions): ClusterStores {
  const of = (topic: StorageTopic) => ({
    transport,
    log,
    topic: clusterTopic(workerConfig, topic, log),
    clients: clientsOf(workerConfig, topic),
  });
  return {
    configs: new KafkaConfigStore({ ...of('config'), listener }),
    offsets: new KafkaOffsetStore(of('offset')),
    statuses: new KafkaStatusStore(of('status')),
  };
}

/** One of the three topics as the worker's properties describe it. */
export function clusterTopic(workerConfig: Readonly<Record<string, string>>, topic: StorageTopic, log: Logger): InternalTopic {
  const prefix = `${topic}.storage`;
  return {
    name: workerConfig[`${prefix}.topic`] ?? '',
    configKey: `${prefix}.topic`,
    content: contents[topic],
    partitions: topic === 'config' ? 1 : Number(workerConfig[`${prefix}.partitions`]),
    replicationFactor: Number(workerConfig[`${prefix}.replication.factor`]),
    settings: storageTopicSettings(workerConfig, topic, log),
    isSinglePartition: topic === 'config',
  };
}

/**
 * Client ids as those of a JVM worker, so that quotas and rights that name them go on to hold. The worker's `producer.*`, `consumer.*` and
 * `admin.*` are for the clients of connectors: what they set, such as other brokers, must not reach these topics.
 */
function clientsOf(
  workerConfig: Readonly<Record<string, string>>,
  topic: StorageTopic,
): Record<'admin' | 'producer' | 'reader', ClientProperties> {
  const own = workerConfig['client.id'];
  const base = `${workerConfig['group.id'] ?? ''}${own ? `-${own}` : ''}`;
  const id = { 'client.id': `${base}-${clientSuffixes[topic]}` };
  return { admin: { 'client.id': `${base}-shared-admin` }, producer: id, reader: id };
}
