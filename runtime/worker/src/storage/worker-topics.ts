import type { Logger } from '@millrace/api';
import { storageTopicSettings, type DistributedConfig, type StorageTopic } from '../config/distributed-config.ts';
import type { InternalTopic } from './internal-topic.ts';
import type { KafkaBasedLogOptions } from './kafka-based-log.ts';

/** The worker's configuration, parsed and as text. */
export interface WorkerTopicsOptions {
  readonly config: DistributedConfig;
  readonly props: Readonly<Record<string, string>>;
  readonly log: Logger;
}

const contents: Readonly<Record<StorageTopic, string>> = {
  config: 'configurations of connectors and tasks',
  offset: 'offsets of source connectors',
  status: 'states of connectors and tasks',
};

/** Ends of client ids, as Kafka Connect has them. */
const clientSuffixes: Readonly<Record<StorageTopic, string>> = { config: 'configs', offset: 'offsets', status: 'statuses' };

/** One of the three topics of a cluster, as the worker's configuration describes it. */
export function workerTopic(kind: StorageTopic, { config, props, log }: WorkerTopicsOptions): InternalTopic {
  return {
    name: config[`${kind}.storage.topic`],
    configKey: `${kind}.storage.topic`,
    content: contents[kind],
    partitions: kind === 'config' ? 1 : config[`${kind}.storage.partitions`],
    replicationFactor: config[`${kind}.storage.replication.factor`],
    settings: storageTopicSettings(props, kind, log),
    isSinglePartition: kind === 'config',
  };
}

/** Settings of the clients of one of the topics besides those that the transport gives to all. */
export function workerTopicClients(kind: StorageTopic, props: Readonly<Record<string, string>>): KafkaBasedLogOptions['clients'] {
  const base = [props['group.id'], props['client.id']].filter((part) => part !== undefined && part !== '').join('-');
  const own = { 'client.id': `${base}-${clientSuffixes[kind]}` };
  return { admin: { 'client.id': `${base}-shared-admin` }, producer: own, reader: own };
}
