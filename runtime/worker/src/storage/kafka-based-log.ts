import { setTimeout as wait } from 'node:timers/promises';
import { ConnectException, type Logger, type RecordMetadata } from '@millrace/api';
import {
  KafkaRetriableException,
  UnknownTopicOrPartitionException,
  type ClientProperties,
  type ConsumedRecord,
  type DeliveryListener,
  type KafkaTransport,
  type LogReader,
  type Producer,
} from '@millrace/kafka';
import { ensureInternalTopic, type InternalTopic } from './internal-topic.ts';

export interface KafkaBasedLogOptions {
  readonly transport: KafkaTransport;
  readonly topic: InternalTopic;
  /** Settings of the three clients; the log's own win where they are a matter of safety. */
  readonly clients: {
    readonly admin: ClientProperties;
    readonly producer: ClientProperties;
    readonly reader: ClientProperties;
  };
  /** Receives every record of the topic once, in the order of each partition. What it throws is logged. */
  onRecord(record: ConsumedRecord): void;
  /** Called once, between the last record that was there at the start and the first that came later. */
  onCaughtUp?(): void;
  readonly log: Logger;
}

interface Sent {
  resolve(): void;
  reject(error: Error): void;
}

interface EndWaiter {
  resolve(): void;
  reject(error: unknown): void;
}

const longest = '2147483647';
const retryMs = 500;
/** How long a topic that was just created may be unknown to the broker that is asked. */
const appearMs = 30_000;
const closeMs = 5000;

/** All records of a compacted topic are read, kept up with, and written: `org.apache.kafka.connect.util.KafkaBasedLog`. */
export class KafkaBasedLog implements DeliveryListener<Sent> {
  readonly #options: KafkaBasedLogOptions;
  readonly #stopping = new AbortController();
  #producer: Producer | null = null;
  #reader: LogReader | null = null;
  #running: Promise<void> | null = null;
  /** Fires when the tail is to make way for a read to the end. */
  #interrupt = new AbortController();
  #waiters: EndWaiter[] = [];
  /** Why the topic could not be read the last time; null when it could. */
  #complaint: string | null = null;

  constructor(options: KafkaBasedLogOptions) {
    this.#options = options;
  }

  /**
   * Creates or checks the topic and reads all of it.
   * @throws ConfigException if the topic that is there cannot be used; KafkaException if the topic cannot be reached or read
   */
  async start(): Promise<void> {
    const { transport, topic, clients, log } = this.#options;
    const { signal } = this.#stopping;
    const admin = transport.admin(clients.admin);
    try {
      await ensureInternalTopic(topic, { admin, log, signal });
    } finally {
      await admin.close();
    }
    this.#producer = transport.producer({
      'delivery.timeout.ms': longest,
      ...clients.producer,
      acks: 'all',
      'max.in.flight.requests.per.connection': '1',
      'enable.idempotence': 'false',
    });
    // Records of transactions that were aborted never counted. Only a worker with exactly-once sources writes transactions.
    this.#reader = transport.reader({ topic: topic.name, isolation: 'read_committed', properties: clients.reader });
    await this.#readFirst(this.#reader);
    this.#options.onCaughtUp?.();
    this.#running = this.#run(this.#reader);
  }

  /** Ends at once: what was not acknowledged within five seconds is given up. */
  async stop(): Promise<void> {
    this.#stopping.abort(new ConnectException(`The log of topic ${this.#options.topic.name} is closed`));
    this.#interrupt.abort();
    await this.#producer?.close(closeMs);
    await this.#reader?.close();
    await this.#running;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(this.#stopping.signal.reason);
  }

  /** Resolves when the record is written. @throws KafkaException */
  async send(key: Buffer, value: Buffer | null): Promise<void> {
    const producer = this.#open();
    const { topic } = this.#options;
    const record = { topic: topic.name, partition: null, key, value, timestamp: null, headers: [] };
    await new Promise<void>((resolve, reject) => {
      // These records are few and small: the buffer's limit does not hold them up.
      producer.append<Sent>(record, this, { resolve, reject });
    });
  }

  acknowledged(sent: Sent, _metadata: RecordMetadata): void {
    sent.resolve();
  }

  failed(sent: Sent, error: Error): void {
    sent.reject(error);
  }

  /** Resolves when listeners know what became of everything that was sent. */
  async flush(): Promise<void> {
    await this.#open().flush();
  }

  /**
   * Resolves when everything that is in the topic now has gone to `onRecord`. Waits for Kafka to come back if it is away.
   * @throws the signal's reason when it fires first, KafkaException for an error that does not pass
   */
  async readToEnd(signal?: AbortSignal): Promise<void> {
    const producer = this.#open();
    signal?.throwIfAborted();
    this.#stopping.signal.throwIfAborted();
    let onAbort = (): void => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        onAbort = () => reject(signal?.reason as Error);
        signal?.addEventListener('abort', onAbort, { once: true });
        void this.#enqueue(producer, { resolve, reject });
      });
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Asks for a read to the end once all that was sent is there. */
  async #enqueue(producer: Producer, waiter: EndWaiter): Promise<void> {
    try {
      await producer.flush();
      this.#stopping.signal.throwIfAborted();
    } catch (error) {
      waiter.reject(error);
      return;
    }
    this.#waiters.push(waiter);
    this.#interrupt.abort();
  }

  #open(): Producer {
    if (this.#producer === null) throw new ConnectException(`The log of topic ${this.#options.topic.name} has not been started`);
    return this.#producer;
  }

  async #readFirst(reader: LogReader): Promise<void> {
    const { signal } = this.#stopping;
    const deadline = Date.now() + appearMs;
    for (;;) {
      try {
        this.#deliver(await reader.readToEnd(signal));
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof KafkaRetriableException)) throw error;
        if (error instanceof UnknownTopicOrPartitionException && Date.now() >= deadline) throw error;
        await this.#pause(error);
      }
    }
  }

  async #run(reader: LogReader): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const waiters = this.#waiters;
      this.#waiters = [];
      try {
        this.#deliver(await (waiters.length > 0 ? reader.readToEnd(this.#stopping.signal) : this.#tail(reader)));
        for (const waiter of waiters) waiter.resolve();
      } catch (error) {
        await this.#recover(error, waiters);
      }
    }
  }

  async #tail(reader: LogReader): Promise<ConsumedRecord[]> {
    this.#interrupt = new AbortController();
    // A reading that was asked for meanwhile comes first.
    if (this.#waiters.length > 0 || this.#stopping.signal.aborted) return [];
    const { signal } = this.#interrupt;
    try {
      return await reader.tail(signal);
    } catch (error) {
      if (signal.aborted) return [];
      throw error;
    }
  }

  async #recover(error: unknown, waiters: readonly EndWaiter[]): Promise<void> {
    if (this.#stopping.signal.aborted || error instanceof KafkaRetriableException) this.#waiters.unshift(...waiters);
    else for (const waiter of waiters) waiter.reject(error);
    if (!this.#stopping.signal.aborted) await this.#pause(error as Error);
  }

  async #pause(error: Error): Promise<void> {
    const { log, topic } = this.#options;
    // Once a reason: the retries may go on for hours.
    if (error.message !== this.#complaint) {
      log.warn(`Topic ${topic.name} with ${topic.content} cannot be read now; it is tried again until it can: ${error.message}`);
    }
    this.#complaint = error.message;
    try {
      await wait(retryMs, undefined, { signal: this.#stopping.signal });
    } catch {
      // The log is closed, which the callers notice themselves.
    }
  }

  #deliver(records: readonly ConsumedRecord[]): void {
    this.#complaint = null;
    for (const record of records) {
      try {
        this.#options.onRecord(record);
      } catch (error) {
        const { log, topic } = this.#options;
        log.error(
          `Record ${record.offset} of partition ${record.partition} of topic ${topic.name} is ignored: ${(error as Error).message}`,
        );
      }
    }
  }
}
