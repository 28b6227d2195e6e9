import type { RawHeader } from '@millrace/api';

/** Bytes of a header besides its key and its value: the lengths of both. */
const lengthsBytes = 8;

/** Bytes that {@link writePackedHeaders} writes. */
export function packedHeadersSize(headers: readonly RawHeader[]): number {
  let size = headers.length * lengthsBytes;
  for (const { key, value } of headers) size += Buffer.byteLength(key) + (value?.length ?? 0);
  return size;
}

/** Writes the lengths of key and value, then key and value, header by header. @returns where the last one ends */
export function writePackedHeaders(target: Buffer, start: number, headers: readonly RawHeader[]): number {
  let at = start;
  for (const { key, value } of headers) {
    const keyLength = target.write(key, at + lengthsBytes);
    target.writeInt32LE(keyLength, at);
    target.writeInt32LE(value === null ? -1 : value.length, at + 4);
    at += lengthsBytes + keyLength;
    if (value === null) continue;
    target.set(value, at);
    at += value.length;
  }
  return at;
}

/** Reads what {@link writePackedHeaders} wrote. The values are views. */
export function readPackedHeaders(source: Buffer, start: number, count: number): RawHeader[] {
  const headers: RawHeader[] = [];
  let at = start;
  for (let index = 0; index < count; index += 1) {
    const valueStart = at + lengthsBytes + source.readInt32LE(at);
    const valueLength = source.readInt32LE(at + 4);
    const valueEnd = valueStart + Math.max(0, valueLength);
    const value = valueLength < 0 ? null : source.subarray(valueStart, valueEnd);
    headers.push({ key: source.toString('utf8', at + lengthsBytes, valueStart), value });
    at = valueEnd;
  }
  return headers;
}
