import type { Logger } from '@millrace/api';
import type { ClientProperties, KafkaTransport } from '@millrace/kafka';
import { entriesWithPrefix } from '../config/entries-with-prefix.ts';
import { ConnectorOffsetStore } from './connector-offset-store.ts';
import type { InternalTopic } from './internal-topic.ts';
import { KafkaOffsetStore } from './kafka-offset-store.ts';
import type { OffsetStore } from './offset-store.ts';

export interface ConnectorOffsetsTopicOptions {
  readonly transport: KafkaTransport;
  readonly connector: string;
  /** With references resolved. */
  readonly connectorConfig: Readonly<Record<string, string>>;
  readonly workerProps: Readonly<Record<string, string>>;
  /** The worker's own offsets topic: a connector's is created like it. */
  readonly workerTopic: InternalTopic;
  /** The store of that topic, which goes on when the connector's ends. */
  readonly workerStore: OffsetStore;
  readonly log: Logger;
}

const topicKey = 'offsets.storage.topic';
const bootstrapKey = 'bootstrap.servers';

/**
 * The store for the offsets of a source connector: the worker's, unless the connector names a topic of its own in `offsets.storage.topic`.
 * Whoever asks starts it and stops it.
 */
export function connectorOffsets(options: ConnectorOffsetsTopicOptions): OffsetStore {
  const { transport, connectorConfig, workerProps, workerTopic, workerStore, log } = options;
  const name = connectorConfig[topicKey];
  if (name === undefined || name === '') return new SharedOffsetStore(workerStore);
  const clients = {
    admin: clientOf(options, 'admin'),
    producer: clientOf(options, 'producer'),
    reader: clientOf(options, 'consumer'),
  };
  const topic = { ...workerTopic, name, configKey: topicKey, content: `offsets of connector ${options.connector}` };
  const primary = new KafkaOffsetStore({ transport, topic, clients, log });
  // The worker's topic under the connector's own client settings needs no copy of itself.
  const isWorkers = name === workerTopic.name && clients.producer[bootstrapKey] === (workerProps[bootstrapKey] ?? '');
  return isWorkers ? primary : new ConnectorOffsetStore({ primary, secondary: workerStore, log });
}

/** Settings in the order of all clients of a connector: the worker's for this kind, then the connector's. */
function clientOf(
  { connector, connectorConfig, workerProps }: ConnectorOffsetsTopicOptions,
  kind: 'admin' | 'producer' | 'consumer',
): ClientProperties {
  return {
    [bootstrapKey]: workerProps[bootstrapKey] ?? '',
    'client.id': `${connector}-offsets`,
    ...entriesWithPrefix(workerProps, `${kind}.`),
    ...entriesWithPrefix(connectorConfig, `${kind}.override.`),
  };
}

/** The worker's store in the hands of a connector, which neither starts nor stops it. */
class SharedOffsetStore implements OffsetStore {
  readonly #store: OffsetStore;
  readonly read: OffsetStore['read'];
  readonly write: OffsetStore['write'];
  readonly readAll: OffsetStore['readAll'];

  constructor(store: OffsetStore) {
    this.#store = store;
    this.read = (connector, partitions) => this.#store.read(connector, partitions);
    this.write = (connector, entries) => this.#store.write(connector, entries);
    this.readAll = (connector) => this.#store.readAll(connector);
  }

  async start(): Promise<void> {
    // The worker has started it.
  }

  async stop(): Promise<void> {
    // Others use it.
  }
}
