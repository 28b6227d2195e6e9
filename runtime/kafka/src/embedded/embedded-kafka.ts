import { IllegalStateException } from '@millrace/api';
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
import { integerProperty } from '../client-properties.ts';
import { GroupConsumer } from '../consumer/group-consumer.ts';
import { StayingMember } from '../membership/staying-member.ts';
import { EmbeddedAdmin } from './embedded-admin.ts';
import { EmbeddedBackend } from './embedded-backend.ts';
import { EmbeddedLog } from './embedded-log.ts';
import { EmbeddedProducer } from './embedded-producer.ts';
import { EmbeddedReader } from './embedded-reader.ts';
import { GroupSession } from './group-session.ts';

/**
 * Kafka within this process: clients of an {@link EmbeddedLog}. With a log of its own unless it is given one to share, so that every
 * `new EmbeddedKafka()` is a world of its own. Closing it closes its clients; the log stays as long as somebody refers to it.
 */
export class EmbeddedKafka implements KafkaTransport {
  readonly log: EmbeddedLog;
  readonly #onClose: () => Promise<void>;
  readonly #closers = new Set<() => Promise<void>>();
  #closing: Promise<void> | null = null;

  /** @param onClose what is to follow when all clients are closed, once */
  constructor(log: EmbeddedLog = new EmbeddedLog(), onClose: () => Promise<void> = async () => undefined) {
    this.log = log;
    this.#onClose = onClose;
  }

  get isVolatile(): boolean {
    return this.log.isVolatile;
  }

  admin(_properties: ClientProperties): Admin {
    return this.#open((onClose) => new EmbeddedAdmin(this.log, onClose));
  }

  producer(properties: ClientProperties): Producer {
    return this.#open((onClose) => new EmbeddedProducer(this.log, properties, onClose));
  }

  consumer(options: ConsumerOptions): Consumer {
    return this.#open((onClose) => groupConsumer(this.log, options, onClose));
  }

  reader(options: LogReaderOptions): LogReader {
    return this.#open((onClose) => new EmbeddedReader(this.log, options, onClose));
  }

  member(options: GroupMemberOptions): GroupMember {
    return this.#open((onClose) => stayingMember(this.log, options, onClose));
  }

  async sync(): Promise<void> {
    await this.log.sync();
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await Promise.all([...this.#closers].map((close) => close()));
    } finally {
      await this.#onClose();
    }
  }

  #open<Client extends { close(timeoutMs: number): Promise<void> } | { leave(): Promise<void> }>(
    create: (onClose: () => void) => Client,
  ): Client {
    if (this.#closing !== null) throw new IllegalStateException('The connection to the embedded log has already been closed');
    const client = create(() => this.#closers.delete(closer));
    const closer = async (): Promise<void> => ('leave' in client ? client.leave() : client.close(0));
    this.#closers.add(closer);
    return client;
  }
}

/** Takes `max.poll.records` besides what {@link EmbeddedBackend} takes. */
function groupConsumer(log: EmbeddedLog, options: ConsumerOptions, onClose: () => void): GroupConsumer {
  const wantCommit = (): void => {
    if (!consumer.isClosing) options.onCommitWanted?.();
  };
  const consumer: GroupConsumer = new GroupConsumer({
    listener: options.listener,
    maxRecords: integerProperty(options.properties, { key: 'max.poll.records', defaultValue: 500, min: 1 }),
    open: (notify) => new EmbeddedBackend(log, options, { notify, wantCommit }),
    onClose,
  });
  return consumer;
}

/** Takes `rebalance.timeout.ms`, `retry.backoff.ms` and `client.id`. */
function stayingMember(log: EmbeddedLog, options: GroupMemberOptions, onClose: () => void): StayingMember {
  const { properties, groupId, protocolType } = options;
  const retryBackoffMs = integerProperty(properties, { key: 'retry.backoff.ms', defaultValue: 100, min: 0 });
  const rebalanceTimeoutMs = integerProperty(properties, { key: 'rebalance.timeout.ms', defaultValue: 60_000, min: 0 });
  const clientId = properties['client.id'] ?? `${protocolType}-${groupId}`;
  return new StayingMember(
    options,
    (hooks) =>
      new GroupSession({
        group: () => log.group(groupId),
        clientId,
        protocolType,
        rebalanceTimeoutMs,
        protocols: () => options.protocols(),
        ...hooks,
      }),
    retryBackoffMs,
    onClose,
  );
}
