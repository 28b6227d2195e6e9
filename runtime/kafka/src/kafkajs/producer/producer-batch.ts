import type { RecordMetadata } from '@millrace/api';
import type { DeliveryListener } from '../../port.ts';
import { BatchBuilder, notIdempotent, restamp, type BatchRecord, type ProducerStamp } from '../records/batch-builder.ts';
import type { CompressionType } from '../records/compression.ts';
import { RecordBatch } from '../records/record-batch.ts';
import type { ReadRecord } from '../records/read-record.ts';
import type { BufferPool } from './buffer-pool.ts';

/** Where an acknowledged record lies. */
class SentRecord implements RecordMetadata {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;

  constructor(topic: string, partition: number, offset: number, timestamp: number) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestamp = timestamp;
  }
}

/** Order in which batches were begun, over all producers. */
let begun = 0;

/** Where a batch that takes the place of another, or of a part of it, stands. */
interface BatchPlace {
  readonly createdAt: number;
  readonly order: number;
  readonly orderSpan: number;
}

/**
 * Records of one partition that are sent together. Once sent, its bytes stay as they are: a repetition is the same batch, so that a broker can tell.
 */
export class ProducerBatch {
  readonly topic: string;
  readonly partition: number;
  /** Grows from batch to batch: of two batches of a partition, the one with the smaller number is written first. */
  readonly order: number;
  /** How far its order reaches: its parts, and theirs, have orders below `order + orderSpan`. Halving it is exact for any number of times that counts. */
  readonly #orderSpan: number;
  /** When the first record came, by `performance.now()`. */
  readonly createdAt: number;
  /** How often it was sent. */
  attempts = 0;
  /** Not to be sent before, by `performance.now()`. */
  retryAt = 0;
  /** Whether an earlier attempt may have been written for all we know: its answer was lost, or said that it is not safe yet. */
  mayBeWritten = false;
  /** Whether its listeners know its fate. */
  isSettled = false;
  /** What it counts against `buffer.memory`. */
  accountedBytes = 0;
  readonly #pool: BufferPool;
  readonly #builder: BatchBuilder;
  readonly #listeners: DeliveryListener<unknown>[] = [];
  readonly #tokens: unknown[] = [];
  readonly #timestamps: number[] = [];
  #stamp: ProducerStamp | null = null;
  #bytes: Buffer | null = null;

  constructor(topic: string, partition: number, pool: BufferPool, limit: number, place?: BatchPlace) {
    this.topic = topic;
    this.partition = partition;
    this.createdAt = place?.createdAt ?? performance.now();
    this.order = place?.order ?? begun++;
    this.#orderSpan = place?.orderSpan ?? 1;
    this.#pool = pool;
    this.#builder = new BatchBuilder(limit, pool);
  }

  get recordCount(): number {
    return this.#tokens.length;
  }

  /** Bytes on the wire, or what they are at most before it is frozen. */
  get size(): number {
    return this.#bytes?.length ?? this.#builder.size;
  }

  /** Bytes to send, once frozen. */
  get bytes(): Buffer | null {
    return this.#bytes;
  }

  get stamp(): ProducerStamp | null {
    return this.#stamp;
  }

  /** @returns false if there is no room: the batch is full */
  append(timestamp: number, record: BatchRecord, listener: DeliveryListener<unknown>, token: unknown): boolean {
    if (!this.#builder.append(timestamp, record)) return false;
    this.#listeners.push(listener);
    this.#tokens.push(token);
    this.#timestamps.push(timestamp);
    return true;
  }

  /** Fixes bytes and stamp. */
  freeze(compression: CompressionType, stamp: ProducerStamp = notIdempotent): Buffer {
    this.#stamp = stamp;
    this.#bytes = this.#builder.finish(compression, stamp);
    return this.#bytes;
  }

  /** Gives a frozen batch, whose old stamp no broker has accepted or will, another one. */
  restamp(stamp: ProducerStamp): void {
    this.#stamp = stamp;
    if (this.#bytes !== null) restamp(this.#bytes, stamp);
  }

  /** Tells the listeners where the records lie. @returns what a listener threw */
  succeed(baseOffset: number, logAppendTime: number): Error | null {
    return this.#settle((listener, index) => {
      const offset = baseOffset < 0 ? -1 : baseOffset + index;
      const timestamp = logAppendTime >= 0 ? logAppendTime : (this.#timestamps[index] as number);
      listener.acknowledged(this.#tokens[index], new SentRecord(this.topic, this.partition, offset, timestamp));
    });
  }

  /** Tells the listeners that the records are not in Kafka. @returns what a listener threw */
  fail(error: Error): Error | null {
    return this.#settle((listener, index) => listener.failed(this.#tokens[index], error));
  }

  /** Gives the memory back, when nobody sends it any more. Idempotent. */
  release(): void {
    this.#builder.release();
    this.#bytes = null;
  }

  /**
   * Two batches in place of this frozen one, which is too large for the broker, with the same sequence numbers.
   * @returns an empty list if it has one record only
   */
  split(compression: CompressionType): ProducerBatch[] {
    const bytes = this.#bytes;
    if (bytes === null || this.recordCount < 2) return [];
    const records: ReadRecord[] = [];
    new RecordBatch(bytes).readInto(records, this.topic, this.partition, 0);
    const middle = records.length >>> 1;
    return [this.#part(records, 0, middle, compression), this.#part(records, middle, records.length, compression)];
  }

  #part(records: readonly ReadRecord[], from: number, to: number, compression: CompressionType): ProducerBatch {
    // Each half gets half of the span, so that both stay before the batch that follows, and so do their halves (invariant 2).
    const orderSpan = this.#orderSpan / 2;
    const place = { createdAt: this.createdAt, order: from === 0 ? this.order : this.order + orderSpan, orderSpan };
    const part = new ProducerBatch(this.topic, this.partition, this.#pool, Number.POSITIVE_INFINITY, place);
    for (let index = from; index < to; index++) {
      const record = records[index] as ReadRecord;
      part.append(record.timestamp, record, this.#listeners[index] as DeliveryListener<unknown>, this.#tokens[index]);
    }
    part.attempts = this.attempts;
    const stamp = this.#stamp ?? notIdempotent;
    part.freeze(compression, stamp.baseSequence < 0 ? stamp : { ...stamp, baseSequence: addToSequence(stamp.baseSequence, from) });
    return part;
  }

  #settle(tell: (listener: DeliveryListener<unknown>, index: number) => void): Error | null {
    if (this.isSettled) return null;
    this.isSettled = true;
    let thrown: Error | null = null;
    for (let index = 0; index < this.#listeners.length; index++) {
      try {
        tell(this.#listeners[index] as DeliveryListener<unknown>, index);
      } catch (error) {
        thrown ??= error instanceof Error ? error : new Error(String(error));
      }
    }
    return thrown;
  }
}

/** Sequence numbers begin again at 0 after the largest INT32, as `DefaultRecordBatch.incrementSequence`. */
export function addToSequence(sequence: number, count: number): number {
  return (sequence + count) % 0x8000_0000;
}
