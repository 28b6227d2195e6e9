import { crc32 } from 'node:zlib';
import type { RawHeader } from '@millrace/api';
import { LogRecord, type RecordHome } from '../log-record.ts';
import { batchHeaderBytes, type BatchHeader, formatVersion, headerHeaderBytes, recordHeaderBytes } from './batch-format.ts';

const noHeaders: readonly RawHeader[] = [];

/** Bytes of the batch that begins here, as it says itself; null if not even that much is there. */
export function batchBytes(buffer: Buffer, at: number): number | null {
  return at + 4 > buffer.length ? null : buffer.readUInt32BE(at) + 4;
}

/** The batch that begins here; null if it is cut off or damaged. */
export function checkBatch(buffer: Buffer, at: number): BatchHeader | null {
  const bytes = batchBytes(buffer, at);
  if (bytes === null || bytes < batchHeaderBytes || at + bytes > buffer.length) return null;
  if (crc32(buffer.subarray(at + 8, at + bytes)) !== buffer.readUInt32BE(at + 4)) return null;
  if (buffer.readUInt16BE(at + 8) !== formatVersion) return null;
  return readHeader(buffer, at, bytes);
}

function readHeader(buffer: Buffer, at: number, bytes: number): BatchHeader {
  return {
    baseOffset: buffer.readUIntBE(at + 10, 6),
    lastOffset: buffer.readUIntBE(at + 16, 6),
    recordCount: buffer.readUInt32BE(at + 22),
    maxTimestamp: buffer.readDoubleBE(at + 26),
    writtenAt: buffer.readDoubleBE(at + 34),
    bytes,
  };
}

/** The records of a batch that was checked. Their buffers are views of this one. */
export function decodeRecords(home: RecordHome, buffer: Buffer, at: number, header: BatchHeader): LogRecord[] {
  const records: LogRecord[] = [];
  let next = at + batchHeaderBytes;
  for (let count = header.recordCount; count > 0; count -= 1) {
    const offset = header.baseOffset + buffer.readUInt32BE(next);
    const timestamp = buffer.readDoubleBE(next + 4);
    const keyBytes = buffer.readInt32BE(next + 12);
    const valueBytes = buffer.readInt32BE(next + 16);
    const headerCount = buffer.readUInt32BE(next + 20);
    next += recordHeaderBytes;
    const key = part(buffer, next, keyBytes);
    next += Math.max(0, keyBytes);
    const value = part(buffer, next, valueBytes);
    next += Math.max(0, valueBytes);
    let headers = noHeaders;
    if (headerCount > 0) [headers, next] = decodeHeaders(buffer, next, headerCount);
    records.push(new LogRecord(home, offset, timestamp, { key, value, headers }));
  }
  return records;
}

function decodeHeaders(buffer: Buffer, at: number, count: number): [headers: RawHeader[], next: number] {
  const headers: RawHeader[] = [];
  let next = at;
  for (let left = count; left > 0; left -= 1) {
    const keyBytes = buffer.readUInt32BE(next);
    const valueBytes = buffer.readInt32BE(next + 4);
    next += headerHeaderBytes;
    const key = buffer.toString('utf8', next, next + keyBytes);
    next += keyBytes;
    headers.push({ key, value: part(buffer, next, valueBytes) });
    next += Math.max(0, valueBytes);
  }
  return [headers, next];
}

function part(buffer: Buffer, at: number, bytes: number): Buffer | null {
  return bytes < 0 ? null : buffer.subarray(at, at + bytes);
}
