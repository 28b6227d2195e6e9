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

/** Where the hyphens of a UUID stand: before these bytes. */
const HYPHENATED = new Set([4, 6, 8, 10]);
const HEX = Buffer.from('0123456789abcdef', 'latin1');
/** The text of one UUID with its hyphens; the digits are written for each value. */
const uuidText = Buffer.alloc(36, '-', 'latin1');
/** By byte of a UUID: where its two digits go. */
const uuidPlaces = uuidDigitPlaces();

function uuidDigitPlaces(): number[] {
  const places: number[] = [];
  let at = 0;
  for (let index = 0; index < 16; index++) {
    if (HYPHENATED.has(index)) at += 1;
    places.push(at);
    at += 2;
  }
  return places;
}

export const decodeUuid: Decode = (buffer, start) => {
  for (let index = 0; index < 16; index++) {
    const byte = buffer[start + index] as number;
    const place = uuidPlaces[index] as number;
    uuidText[place] = HEX[byte >> 4] as number;
    uuidText[place + 1] = HEX[byte & 15] as number;
  }
  return uuidText.toString('latin1');
};

/** jsonb: a version byte and the text. */
export const decodeJsonb: Decode = (buffer, start, length) => decodeText(buffer, start + 1, length - 1);

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
