import { integerProperty } from '../client-properties.ts';
import { GroupConsumer } from '../consumer/group-consumer.ts';
import { StayingMember, type OpenMembership } from '../membership/staying-member.ts';
import type {
  Admin,
  ClientProperties,
  Consumer,
  ConsumerOptions,
  GroupMember,
  GroupMemberOptions,
  KafkaTransport,
  LogReader,
  LogReaderOptions,
  Producer,
} from '../port.ts';
import { BrokerAdmin } from './admin/broker-admin.ts';
import { BrokerConsumer } from './consumer/broker-consumer.ts';
import { BrokerMembership } from './group/broker-membership.ts';
import { KafkaProducer } from './producer/kafka-producer.ts';
import { BrokerReader } from './reader/broker-reader.ts';
import { withShared } from './shared-properties.ts';
import { refuseUnsupported } from './unsupported-settings.ts';
import { Cluster, type ClusterOptions } from './wire/cluster.ts';
import { wireConfig } from './wire/wire-properties.ts';

/** How long the clients may take to say good-bye when the transport closes, in milliseconds. */
const closeTimeoutMs = 5000;

/**
 * Kafka's brokers, over kafkajs' connections. Each client has connections of its own, since a broker works on one request of a
 * connection at a time. Properties given here are those of every client, unless it has its own: see {@link withShared}.
 */
export class KafkaJsTransport implements KafkaTransport {
  readonly isVolatile = false;
  readonly #properties: ClientProperties;
  /** Closes each client that is open. */
  readonly #clients = new Set<() => Promise<void>>();

  /** @throws ConfigException if the properties do not say how to reach the brokers */
  constructor(properties: ClientProperties) {
    this.#properties = properties;
    wireConfig(properties);
  }

  admin(properties: ClientProperties): Admin {
    return this.#open(
      properties,
      {},
      (cluster, all, onClose) => new BrokerAdmin(cluster, all, onClose),
      (admin) => admin.close(),
    );
  }

  producer(properties: ClientProperties): Producer {
    return this.#open(
      properties,
      { allowAutoTopicCreation: true },
      (cluster, all, onClose) => new KafkaProducer(cluster, all, onClose),
      (producer) => producer.close(closeTimeoutMs),
    );
  }

  consumer(options: ConsumerOptions): Consumer {
    return this.#open(
      options.properties,
      {},
      (cluster, properties, onClose) => groupConsumer(cluster, { ...options, properties }, onClose),
      (consumer) => consumer.close(),
    );
  }

  reader(options: LogReaderOptions): LogReader {
    return this.#open(
      options.properties,
      {},
      (cluster, properties, onClose) => new BrokerReader(cluster, { ...options, properties }, onClose),
      (reader) => reader.close(),
    );
  }

  member(options: GroupMemberOptions): GroupMember {
    return this.#open(
      options.properties,
      {},
      (cluster, properties, onClose) => stayingMember(cluster, { ...options, properties }, onClose),
      (member) => member.leave(),
    );
  }

  async sync(): Promise<void> {
    // An acknowledgement by a broker says all there is to say.
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients].map((close) => close()));
  }

  #open<Client>(
    properties: ClientProperties,
    options: ClusterOptions,
    open: (cluster: Cluster, properties: ClientProperties, onClose: () => void) => Client,
    close: (client: Client) => Promise<void>,
  ): Client {
    const all = withShared(properties, this.#properties);
    refuseUnsupported(all);
    const closeClient = (): Promise<void> => close(client);
    const client = open(new Cluster(wireConfig(all), options), all, () => this.#clients.delete(closeClient));
    this.#clients.add(closeClient);
    return client;
  }
}

function groupConsumer(cluster: Cluster, options: ConsumerOptions, onClose: () => void): GroupConsumer {
  const consumer: GroupConsumer = new GroupConsumer({
    listener: options.listener,
    maxRecords: integerProperty(options.properties, { key: 'max.poll.records', defaultValue: 500, min: 1 }),
    open: (notify) => new BrokerConsumer(cluster, options, { notify, idleMs: () => consumer.idleMs }),
    onClose,
  });
  return consumer;
}

function stayingMember(cluster: Cluster, options: GroupMemberOptions, onClose: () => void): StayingMember {
  const { groupId, protocolType, properties } = options;
  const open: OpenMembership = (hooks) =>
    new BrokerMembership(cluster, {
      groupId,
      protocolType,
      sessionTimeoutMs: integerProperty(properties, { key: 'session.timeout.ms', defaultValue: 10_000, min: 1 }),
      rebalanceTimeoutMs: integerProperty(properties, { key: 'rebalance.timeout.ms', defaultValue: 60_000, min: 1 }),
      heartbeatIntervalMs: integerProperty(properties, { key: 'heartbeat.interval.ms', defaultValue: 3000, min: 1 }),
      protocols: () => options.protocols(),
      ...hooks,
    });
  return new StayingMember(options, open, cluster.config.retryBackoffMs, () => {
    cluster.close();
    onClose();
  });
}
