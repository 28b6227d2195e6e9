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
import { EmbeddedAdmin } from './embedded-admin.ts';
import { EmbeddedConsumer } from './embedded-consumer.ts';
import { EmbeddedLog } from './embedded-log.ts';
import { EmbeddedMember } from './embedded-member.ts';
import { EmbeddedProducer } from './embedded-producer.ts';
import { EmbeddedReader } from './embedded-reader.ts';

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
    return this.#open((onClose) => new EmbeddedConsumer(this.log, options, onClose));
  }

  reader(options: LogReaderOptions): LogReader {
    return this.#open((onClose) => new EmbeddedReader(this.log, options, onClose));
  }

  member(options: GroupMemberOptions): GroupMember {
    return this.#open((onClose) => new EmbeddedMember(this.log, options, onClose));
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
