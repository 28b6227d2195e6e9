import { crc32 } from 'node:zlib';
import type { LogRecord } from '../log-record.ts';
import {
  batchHeaderBytes,
  batchTargetBytes,
  type BatchHeader,
  formatVersion,
  headerHeaderBytes,
  recordHeaderBytes,
} from './batch-format.ts';

/** The buffer begins with this size and comes back to it, so that a quiet partition takes little memory. */
const initialBytes = 16 * 1024;
const keptBytes = 1024 * 1024;

/** Encodes records, one batch after the other, into one buffer for one write. */
export class BatchWriter {
  readonly #batches: BatchHeader[] = [];
  #buffer: Buffer = Buffer.allocUnsafeSlow(initialBytes);
  #view = viewOf(this.#buffer);
  #length = 0;
  /** Where the open batch begins; -1 when none is open. */
  #batchStart = -1;
  #baseOffset = 0;
  #lastOffset = 0;
  #recordCount = 0;
  #maxTimestamp = -1;
  #writtenAt = 0;

  /** Bytes encoded so far. */
  get bytes(): number {
    return this.#length;
  }

  /** @param now when the record is written, in milliseconds since the epoch */
  add(record: LogRecord, now: number): void {
    if (this.#batchStart >= 0 && this.#length - this.#batchStart >= batchTargetBytes) this.endBatch();
    if (this.#batchStart < 0) this.#startBatch(record.offset, now);
    this.#lastOffset = record.offset;
    this.#recordCount += 1;
    if (record.timestamp > this.#maxTimestamp) this.#maxTimestamp = record.timestamp;
    this.#encode(record);
  }

  /** Closes the open batch, if there is one: the next record begins another. */
  endBatch(): void {
    const start = this.#batchStart;
    if (start < 0) return;
    this.#batchStart = -1;
    const bytes = this.#length - start;
    const header: BatchHeader = {
      baseOffset: this.#baseOffset,
      lastOffset: this.#lastOffset,
      recordCount: this.#recordCount,
      maxTimestamp: this.#maxTimestamp,
      writtenAt: this.#writtenAt,
      bytes,
    };
    const buffer = this.#buffer;
    buffer.writeUInt32BE(bytes - 4, start);
    buffer.writeUInt16BE(formatVersion, start + 8);
    buffer.writeUIntBE(header.baseOffset, start + 10, 6);
    buffer.writeUIntBE(header.lastOffset, start + 16, 6);
    buffer.writeUInt32BE(header.recordCount, start + 22);
    buffer.writeDoubleBE(header.maxTimestamp, start + 26);
    buffer.writeDoubleBE(header.writtenAt, start + 34);
    buffer.writeUInt32BE(crc32(buffer.subarray(start + 8, this.#length)), start + 4);
    this.#batches.push(header);
  }

  /** Everything encoded, for as long as no record is added, and the batches in it. */
  finish(): { readonly buffer: Buffer; readonly batches: readonly BatchHeader[] } {
    this.endBatch();
    return { buffer: this.#buffer.subarray(0, this.#length), batches: this.#batches };
  }

  /** Forgets everything. */
  clear(): void {
    this.#batches.length = 0;
    this.#length = 0;
    this.#batchStart = -1;
    if (this.#buffer.length > keptBytes) this.#use(Buffer.allocUnsafeSlow(initialBytes));
  }

  #startBatch(offset: number, now: number): void {
    this.#batchStart = this.#length;
    this.#baseOffset = offset;
    this.#recordCount = 0;
    this.#maxTimestamp = -1;
    this.#writtenAt = now;
    this.#reserve(batchHeaderBytes);
    this.#length += batchHeaderBytes;
  }

  #encode(record: LogRecord): void {
    const { key, value, headers } = record;
    const keyBytes = key === null ? 0 : key.length;
    const valueBytes = value === null ? 0 : value.length;
    this.#reserve(recordHeaderBytes + keyBytes + valueBytes);
    const view = this.#view;
    let at = this.#length;
    view.setUint32(at, record.offset - this.#baseOffset);
    view.setFloat64(at + 4, record.timestamp);
    view.setInt32(at + 12, key === null ? -1 : keyBytes);
    view.setInt32(at + 16, value === null ? -1 : valueBytes);
    view.setUint32(at + 20, headers.length);
    at += recordHeaderBytes;
    if (key !== null) this.#buffer.set(key, at);
    if (value !== null) this.#buffer.set(value, at + keyBytes);
    this.#length = at + keyBytes + valueBytes;
    for (const header of headers) this.#encodeHeader(header.key, header.value);
  }

  #encodeHeader(key: string, value: Buffer | null): void {
    const keyBytes = Buffer.byteLength(key);
    const valueBytes = value === null ? 0 : value.length;
    this.#reserve(headerHeaderBytes + keyBytes + valueBytes);
    const at = this.#length;
    this.#view.setUint32(at, keyBytes);
    this.#view.setInt32(at + 4, value === null ? -1 : valueBytes);
    this.#buffer.write(key, at + headerHeaderBytes);
    if (value !== null) this.#buffer.set(value, at + headerHeaderBytes + keyBytes);
    this.#length = at + headerHeaderBytes + keyBytes + valueBytes;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#use(larger);
  }

  #use(buffer: Buffer): void {
    this.#buffer = buffer;
    this.#view = viewOf(buffer);
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}
