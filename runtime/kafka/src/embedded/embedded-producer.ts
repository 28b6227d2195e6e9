import { IllegalArgumentException, IllegalStateException, InvalidRecordException, KafkaException } from '@millrace/api';
import { integerProperty } from '../client-properties.ts';
import { RecordTooLargeException, UnknownTopicOrPartitionException } from '../errors.ts';
import { partitionForKey } from '../partitioner.ts';
import type { ClientProperties, DeliveryListener, Producer, ProducerRecord } from '../port.ts';
import { abortable } from './abortable.ts';
import type { EmbeddedLog } from './embedded-log.ts';
import { memorySize } from './log-record.ts';
import type { PartitionLog } from './partition-log.ts';
import { PendingDeliveries } from './pending-deliveries.ts';
import type { Topic } from './topic.ts';
import { wireSize } from './wire-size.ts';

/** Memory, in bytes, of records without a key that go to one partition in a row: `batch.size` of Kafka's producer. */
const keylessRunBytes = 16_384;

/**
 * Writes to the log at once and tells the listeners of all records of a batch together, when the code that appends gives way. A batch is what is
 * appended without giving way. Takes `max.request.size` and `buffer.memory`.
 */
export class EmbeddedProducer implements Producer {
  readonly #log: EmbeddedLog;
  readonly #onClose: () => void;
  readonly #maxRequestBytes: number;
  readonly #bufferBytes: number;
  readonly #pending = new PendingDeliveries();
  #pendingBytes = 0;
  #batchTime = 0;
  #delivery: Promise<void> | null = null;
  #listenerError: Error | null = null;
  #topic: Topic | null = null;
  #keylessRun = 0;
  #keylessRunBytes = 0;
  readonly #fullLogs = new Set<PartitionLog>();
  #isClosed = false;

  constructor(log: EmbeddedLog, properties: ClientProperties, onClose: () => void) {
    this.#log = log;
    this.#onClose = onClose;
    this.#maxRequestBytes = integerProperty(properties, { key: 'max.request.size', defaultValue: 1_048_576, min: 0 });
    this.#bufferBytes = integerProperty(properties, { key: 'buffer.memory', defaultValue: 33_554_432, min: 0 });
  }

  append<Token>(record: ProducerRecord, listener: DeliveryListener<Token>, token: Token): boolean {
    this.#throwListenerError();
    if (this.#isClosed) throw closed();
    checkArguments(record);
    if (this.#delivery === null) this.#startBatch();
    const bytes = memorySize(record);
    this.#pendingBytes += bytes;
    let hasRoom = this.#pendingBytes < this.#bufferBytes;
    try {
      const log = this.#partitionFor(record, bytes);
      this.#pending.add(log.append(record, bytes, this.#batchTime), listener, token);
      if (log.retention.isFull) {
        this.#fullLogs.add(log);
        hasRoom = false;
      }
    } catch (error) {
      if (!(error instanceof KafkaException)) throw error;
      this.#pending.add(error, listener, token);
    }
    return hasRoom;
  }

  async ready(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    while (!this.#isClosed) {
      if (this.#pendingBytes >= this.#bufferBytes && this.#delivery !== null) await this.#delivery;
      for (const log of this.#fullLogs) if (!log.retention.isFull) this.#fullLogs.delete(log);
      const [full] = this.#fullLogs;
      if (full === undefined) return;
      await abortable((callback) => full.retention.roomWaiters.add(callback), signal);
    }
  }

  async flush(): Promise<void> {
    while (this.#delivery !== null) await this.#delivery;
    this.#throwListenerError();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClose();
    for (const log of this.#fullLogs) log.retention.roomWaiters.wake();
    await this.flush();
  }

  /** A listener that fails must not keep others from hearing of their records; the owner of the producer gets to know all the same. */
  #throwListenerError(): void {
    const error = this.#listenerError;
    if (error === null) return;
    this.#listenerError = null;
    throw error;
  }

  #startBatch(): void {
    this.#batchTime = this.#log.now();
    this.#delivery = Promise.resolve().then(() => {
      // From here on appends, also those of the listeners, begin another batch.
      this.#delivery = null;
      this.#pendingBytes = 0;
      this.#nextKeylessRun();
      this.#listenerError ??= this.#pending.deliver();
    });
  }

  #partitionFor(record: ProducerRecord, bytes: number): PartitionLog {
    const topic = this.#topicOf(record.topic);
    const { partitions, config } = topic;
    const number = this.#choosePartition(record, partitions.length, bytes);
    const log = partitions[number];
    if (log === undefined) {
      throw new UnknownTopicOrPartitionException(
        `Partition ${number} of topic ${topic.name} with partition count ${partitions.length} does not exist`,
      );
    }
    // Memory is never less than a fourth of the size on the wire, so that small records, nearly all, need no exact count.
    if (bytes * 4 > this.#maxRequestBytes || bytes * 4 > config.maxMessageBytes) this.#checkSize(record, topic);
    if (log.isCompacted && record.key === null) {
      throw new InvalidRecordException(`Compacted topic cannot accept message without key in topic partition ${topic.name}-${number}`);
    }
    return log;
  }

  #topicOf(name: string): Topic {
    const last = this.#topic;
    if (last !== null && last.name === name && !last.isDeleted) return last;
    const topic = this.#log.topicToWrite(name);
    this.#topic = topic;
    return topic;
  }

  #choosePartition({ partition, key }: ProducerRecord, partitionCount: number, bytes: number): number {
    if (partition !== null) return partition;
    if (partitionCount === 1) return 0;
    return key === null ? this.#keylessPartition(partitionCount, bytes) : partitionForKey(key, partitionCount);
  }

  /** Records without a key stay together for a batch, then it is the next partition's turn, as with Kafka's built-in partitioner. */
  #keylessPartition(partitionCount: number, bytes: number): number {
    if (this.#keylessRunBytes >= keylessRunBytes) this.#nextKeylessRun();
    this.#keylessRunBytes += bytes;
    return this.#keylessRun % partitionCount;
  }

  #nextKeylessRun(): void {
    if (this.#keylessRunBytes === 0) return;
    this.#keylessRun += 1;
    this.#keylessRunBytes = 0;
  }

  #checkSize(record: ProducerRecord, topic: Topic): void {
    const bytes = wireSize(record);
    const [limit, key] =
      this.#maxRequestBytes <= topic.config.maxMessageBytes
        ? [this.#maxRequestBytes, 'max.request.size']
        : [topic.config.maxMessageBytes, 'max.message.bytes'];
    if (bytes <= limit) return;
    throw new RecordTooLargeException(`The message for topic ${topic.name} is ${bytes} bytes when serialized, more than ${key}=${limit}`, {
      configKey: key,
    });
  }
}

function checkArguments({ partition, timestamp }: ProducerRecord): void {
  if (partition !== null && !(partition >= 0)) throw invalid('partition', partition);
  if (timestamp !== null && !(timestamp >= 0)) throw invalid('timestamp', timestamp);
}

function invalid(what: string, value: number): IllegalArgumentException {
  return new IllegalArgumentException(`Invalid ${what} ${value}: it must be null or at least 0`);
}

function closed(): IllegalStateException {
  return new IllegalStateException('Cannot append after the producer has been closed');
}
