import type { Decode } from './decode.ts';

/** What Node has behind `toString('utf8')`, which looks up the encoding and checks the bounds anew for each value. */
type Slice = (this: Buffer, start: number, end: number) => string;

const utf8Slice = (Buffer.prototype as { utf8Slice?: Slice }).utf8Slice;

/** UTF-8 text. */
export const decodeText: Decode =
  utf8Slice === undefined
    ? (buffer, start, length) => buffer.toString('utf8', start, start + length)
    : (buffer, start, length) => utf8Slice.call(buffer, start, start + length);

export const decodeBool: Decode = (buffer, start) => buffer[start] === 1;
export const decodeInt2: Decode = (buffer, start) => buffer.readInt16BE(start);
export const decodeInt4: Decode = (buffer, start) => buffer.readInt32BE(start);
export const decodeOid: Decode = (buffer, start) => buffer.readUInt32BE(start);
export const decodeFloat4: Decode = (buffer, start) => buffer.readFloatBE(start);
export const decodeFloat8: Decode = (buffer, start) => buffer.readDoubleBE(start);
/** A copy: the value outlives the socket's delivery, and must not keep all of it in memory. */
export const decodeBytes: Decode = (buffer, start, length) => Buffer.from(buffer.subarray(start, start + length));

/** An INT64: a `number` when that is exact. */
export function decodeInt8(buffer: Buffer, start: number): number | bigint {
  const high = buffer.readInt32BE(start);
  if (high >= -0x20_0000 && high < 0x20_0000) {
    const value = high * 0x1_0000_0000 + buffer.readUInt32BE(start + 4);
    if (Number.isSafeInteger(value)) return value;
  }
  return buffer.readBigInt64BE(start);
}

export const decodeUuid: Decode = (buffer, start) => {
  const hex = buffer.toString('hex', start, start + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** jsonb: a version byte and the text. */
export const decodeJsonb: Decode = (buffer, start, length) => buffer.toString('utf8', start + 1, start + length);

/** bit and varbit: a count and the bits, as a text of 0 and 1. */
export function decodeBits(buffer: Buffer, start: number): string {
  const count = buffer.readInt32BE(start);
  let bits = '';
  for (let index = 0; index < count; index++) {
    const byte = buffer[start + 4 + (index >> 3)] as number;
    bits += (byte >> (7 - (index & 7))) & 1;
  }
  return bits;
}
