import { crc32c } from '@node-rs/crc32';
import { IllegalStateException, type RawHeader } from '@millrace/api';
import { BatchAttribute, BatchLayout, lengthOverhead } from './batch-layout.ts';
import { codecFor, compressionTypes, type CompressionType } from './compression.ts';
import { varintSize, writeVarint } from './varint.ts';

/** What goes into a batch of a record. */
export interface BatchRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RawHeader[];
}

/** What a batch says of its producer; fixed before the batch is sent for the first time. */
export interface ProducerStamp {
  /** -1n: not idempotent. */
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Sequence number of the first record. */
  readonly baseSequence: number;
  readonly isTransactional: boolean;
}

export const notIdempotent: ProducerStamp = { producerId: -1n, producerEpoch: -1, baseSequence: -1, isTransactional: false };

/** Bytes that a record takes at most in a batch, for checks against `max.request.size`: as `DefaultRecordBatch.estimateBatchSizeUpperBound`. */
export function recordSizeUpperBound(record: BatchRecord): number {
  const maxOverhead = 21;
  return BatchLayout.records + maxOverhead + payloadSize(record);
}

/** Where batches get their buffers from. */
export interface Buffers {
  take(size: number): Buffer;
  give(buffer: Buffer): void;
}

const initialBytes = 16_384;

/** Records of one partition, written into one buffer as they come; the buffer doubles as it fills. */
export class BatchBuilder {
  readonly #limit: number;
  readonly #buffers: Buffers;
  #buffer: Buffer | null;
  #end: number = BatchLayout.records;
  #count = 0;
  #baseTimestamp = 0;
  #maxTimestamp = 0;

  /** @param limit bytes of a batch with more than one record */
  constructor(limit: number, buffers: Buffers) {
    this.#limit = limit;
    this.#buffers = buffers;
    this.#buffer = buffers.take(initialBytes);
  }

  /** Bytes so far, before compression. */
  get size(): number {
    return this.#end;
  }

  /** Adds a record; the first one whatever its size. @returns false if the limit would be passed */
  append(timestamp: number, record: BatchRecord): boolean {
    const delta = this.#count === 0 ? 0 : timestamp - this.#baseTimestamp;
    const body = 1 + varintSize(delta) + varintSize(this.#count) + payloadSize(record);
    const end = this.#end + varintSize(body) + body;
    if (end > this.#limit && this.#count > 0) return false;
    const buffer = this.#bufferFor(end);
    if (this.#count === 0) {
      this.#baseTimestamp = timestamp;
      this.#maxTimestamp = timestamp;
    } else if (timestamp > this.#maxTimestamp) {
      this.#maxTimestamp = timestamp;
    }
    this.#end = writeRecord(buffer, this.#end, { body, delta, number: this.#count }, record);
    this.#count += 1;
    return true;
  }

  /** The finished batch: a view of the buffer, or other bytes if they are compressed. */
  finish(compression: CompressionType, stamp: ProducerStamp): Buffer {
    const written = this.#bufferFor(this.#end).subarray(0, this.#end);
    const codec = codecFor(compression);
    let batch = written;
    if (codec !== null) {
      const records = codec.compress(written.subarray(BatchLayout.records));
      batch = Buffer.allocUnsafe(BatchLayout.records + records.length);
      records.copy(batch, BatchLayout.records);
      this.release();
    }
    batch.fill(0, 0, BatchLayout.length);
    batch.writeInt32BE(batch.length - lengthOverhead, BatchLayout.length);
    batch.writeInt32BE(-1, BatchLayout.partitionLeaderEpoch);
    batch.writeInt8(2, BatchLayout.magic);
    batch.writeInt16BE(compressionTypes.indexOf(compression), BatchLayout.attributes);
    batch.writeInt32BE(this.#count - 1, BatchLayout.lastOffsetDelta);
    batch.writeBigInt64BE(BigInt(this.#baseTimestamp), BatchLayout.baseTimestamp);
    batch.writeBigInt64BE(BigInt(this.#maxTimestamp), BatchLayout.maxTimestamp);
    batch.writeInt32BE(this.#count, BatchLayout.recordCount);
    restamp(batch, stamp);
    return batch;
  }

  /** Gives the buffer back. Idempotent. */
  release(): void {
    if (this.#buffer !== null) this.#buffers.give(this.#buffer);
    this.#buffer = null;
  }

  #bufferFor(end: number): Buffer {
    const buffer = this.#buffer;
    if (buffer === null) throw new IllegalStateException('The buffer of a record batch has been given back');
    if (end <= buffer.length) return buffer;
    let size = buffer.length * 2;
    while (size < end) size *= 2;
    const larger = this.#buffers.take(size);
    buffer.copy(larger, 0, 0, this.#end);
    this.#buffers.give(buffer);
    this.#buffer = larger;
    return larger;
  }
}

/** Gives a finished batch another producer, epoch and sequence number. */
export function restamp(batch: Buffer, stamp: ProducerStamp): void {
  const attributes = batch.readInt16BE(BatchLayout.attributes) & ~BatchAttribute.transactional;
  batch.writeInt16BE(attributes | (stamp.isTransactional ? BatchAttribute.transactional : 0), BatchLayout.attributes);
  batch.writeBigInt64BE(stamp.producerId, BatchLayout.producerId);
  batch.writeInt16BE(stamp.producerEpoch, BatchLayout.producerEpoch);
  batch.writeInt32BE(stamp.baseSequence, BatchLayout.baseSequence);
  batch.writeUInt32BE(crc32c(batch.subarray(BatchLayout.attributes)), BatchLayout.crc);
}

interface RecordPlace {
  /** Bytes after the length. */
  readonly body: number;
  /** Milliseconds after the first record of the batch. */
  readonly delta: number;
  /** Records of the batch before it. */
  readonly number: number;
}

function writeRecord(buffer: Buffer, start: number, { body, delta, number }: RecordPlace, { key, value, headers }: BatchRecord): number {
  let at = writeVarint(buffer, start, body);
  buffer[at++] = 0;
  at = writeVarint(buffer, at, delta);
  at = writeVarint(buffer, at, number);
  at = writeBytes(buffer, at, key);
  at = writeBytes(buffer, at, value);
  at = writeVarint(buffer, at, headers.length);
  for (const header of headers) {
    at = writeVarint(buffer, at, Buffer.byteLength(header.key));
    at += buffer.write(header.key, at);
    at = writeBytes(buffer, at, header.value);
  }
  return at;
}

function payloadSize({ key, value, headers }: BatchRecord): number {
  let size = bytesSize(key) + bytesSize(value) + varintSize(headers.length);
  for (const header of headers) {
    const nameBytes = Buffer.byteLength(header.key);
    size += varintSize(nameBytes) + nameBytes + bytesSize(header.value);
  }
  return size;
}

function bytesSize(bytes: Buffer | null): number {
  return bytes === null ? 1 : varintSize(bytes.length) + bytes.length;
}

function writeBytes(buffer: Buffer, at: number, bytes: Buffer | null): number {
  if (bytes === null) return writeVarint(buffer, at, -1);
  const start = writeVarint(buffer, at, bytes.length);
  buffer.set(bytes, start);
  return start + bytes.length;
}
