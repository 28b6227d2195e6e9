import { IllegalArgumentException, IllegalStateException, InvalidRecordException, KafkaException } from '@millrace/api';
import { integerProperty } from '../client-properties.ts';
import { RecordTooLargeException, UnknownTopicOrPartitionException } from '../errors.ts';
import { partitionForKey } from '../partitioner.ts';
import type { ClientProperties, DeliveryListener, Producer, ProducerRecord } from '../port.ts';
import { abortable } from '../waiting/abortable.ts';
import type { EmbeddedLog } from './embedded-log.ts';
import { memorySize } from './log-record.ts';
import type { PartitionLog } from './partition-log.ts';
import { PendingDeliveries } from './pending-deliveries.ts';
import type { Topic } from './topic.ts';
import { wireSize } from './wire-size.ts';

/** Memory, in bytes, of records without a key that go to one partition in a row: `batch.size` of Kafka's producer. */
const keylessRunBytes = 16_384;

/** What is appended without giving way. */
interface Batch {
  readonly time: number;
  readonly pending: PendingDeliveries;
  /** Partitions, with how often a write to each had failed before. */
  readonly written: Map<PartitionLog, number>;
  bytes: number;
  delivery: Promise<void> | null;
}

/**
 * Hands records to the log at once, and has them written out and tells their listeners together, when the code that appends gives way. A
 * batch is what is appended without giving way. Takes `max.request.size` and `buffer.memory`.
 */
export class EmbeddedProducer implements Producer {
  readonly #log: EmbeddedLog;
  readonly #onClose: () => void;
  readonly #maxRequestBytes: number;
  readonly #bufferBytes: number;
  /** Bytes of records whose listeners have not heard of them. */
  #pendingBytes = 0;
  /** The batch that takes records. */
  #batch: Batch | null = null;
  /** End of the newest batch; null when all batches are over. */
  #delivery: Promise<void> | null = null;
  #lastWritten: PartitionLog | null = null;
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
    const batch = this.#batch ?? this.#startBatch();
    const bytes = memorySize(record);
    batch.bytes += bytes;
    this.#pendingBytes += bytes;
    let hasRoom = this.#pendingBytes < this.#bufferBytes;
    try {
      const log = this.#partitionFor(record, bytes);
      if (log !== this.#lastWritten || log.failures > 0) this.#willWrite(batch, log);
      batch.pending.add(log.append(record, bytes, batch.time), listener, token);
      if (log.retention.isFull) {
        this.#fullLogs.add(log);
        hasRoom = false;
      }
    } catch (error) {
      if (!(error instanceof KafkaException)) throw error;
      batch.pending.add(error, listener, token);
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

  #startBatch(): Batch {
    const batch: Batch = { time: this.#log.now(), pending: new PendingDeliveries(), written: new Map(), bytes: 0, delivery: null };
    const previous = this.#delivery;
    batch.delivery = Promise.resolve().then(() => this.#endBatch(batch, previous));
    this.#batch = batch;
    this.#delivery = batch.delivery;
    return batch;
  }

  /** From here on appends, also those of the listeners, begin another batch. */
  #endBatch(batch: Batch, previous: Promise<void> | null): Promise<void> | undefined {
    this.#batch = null;
    this.#lastWritten = null;
    this.#nextKeylessRun();
    const unsafe: Promise<void>[] = [];
    for (const log of batch.written.keys()) {
      const safe = log.writeOut();
      if (safe !== null) unsafe.push(safe);
    }
    if (previous !== null || unsafe.length > 0) return this.#deliverAfter(previous, unsafe, batch);
    this.#deliver(batch);
    return undefined;
  }

  async #deliverAfter(previous: Promise<void> | null, unsafe: readonly Promise<void>[], batch: Batch): Promise<void> {
    await previous;
    // What went wrong is among the failures of the partition.
    await Promise.allSettled(unsafe);
    this.#deliver(batch);
  }

  #deliver(batch: Batch): void {
    if (this.#delivery === batch.delivery) this.#delivery = null;
    this.#pendingBytes -= batch.bytes;
    for (const [log, failures] of batch.written) {
      if (log.failure !== null && log.failures !== failures) batch.pending.fail(log, log.failure);
    }
    this.#listenerError ??= batch.pending.deliver();
  }

  /** Once a write of this batch to the partition has failed, what follows must fail too: it would come to lie before what is repeated. */
  #willWrite({ written }: Batch, log: PartitionLog): void {
    const failures = written.get(log);
    if (failures === undefined) written.set(log, log.failures);
    else if (log.failure !== null && failures !== log.failures) throw log.failure;
    this.#lastWritten = log;
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
