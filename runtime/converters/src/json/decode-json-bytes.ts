import { SerializationException } from '@millrace/api';

const replacement = '\ufffd';
/** Stands for bytes that are no UTF-8: a character that no JSON text may hold, so the scanner refuses it where it would be read. */
const malformed = '\u0001';

/**
 * The text of a JSON document, whose encoding shows in its first bytes as it does for Jackson: UTF-8, UTF-16 or UTF-32 in either byte
 * order, with or without a byte order mark. Malformed UTF-8 gives a text that cannot be parsed at that place.
 * @throws SerializationException for an order of bytes that no computer uses.
 */
export function decodeJsonBytes(bytes: Buffer): string {
  return isAsciiFirst(bytes) ? decodeUtf8(bytes) : decodeUnusual(bytes);
}

/** Whether a document begins with an ASCII character that is followed by another byte than zero: UTF-8 without a mark, nearly always. */
export function isAsciiFirst(bytes: Buffer): boolean {
  const first = bytes[0];
  return first !== undefined && first > 0 && first < 0x80 && bytes[1] !== 0;
}

/** @see decodeJsonBytes; for bytes that are UTF-8 for certain. */
export function decodeUtf8(bytes: Buffer): string {
  const text = bytes.toString();
  return text.includes(replacement) ? decodeStrictly(bytes) : text;
}

function decodeUnusual(bytes: Buffer): string {
  const quad = bytes.length >= 4 ? bytes.readUInt32BE(0) : null;
  switch (quad) {
    case 0x0000_feff:
      return decodeUtf32(bytes.subarray(4), false);
    case 0xfffe_0000:
      return decodeUtf32(bytes.subarray(4), true);
    case 0x0000_fffe:
    case 0xfeff_0000:
      throw new SerializationException('Unsupported byte order of UTF-32');
    default:
      return quad === null ? decodeShort(bytes) : decodeByZeros(bytes, quad);
  }
}

function decodeByZeros(bytes: Buffer, quad: number): string {
  const start = quad >>> 16;
  if (start === 0xfeff) return decodeUtf16(bytes.subarray(2), false);
  if (start === 0xfffe) return decodeUtf16(bytes.subarray(2), true);
  if (quad >>> 8 === 0xef_bbbf) return decodeUtf8(bytes.subarray(3));
  if (quad >>> 8 === 0) return decodeUtf32(bytes, false);
  if ((quad & 0x00ff_ffff) === 0) return decodeUtf32(bytes, true);
  if ((quad & 0xff00_ffff) === 0 || (quad & 0xffff_00ff) === 0) throw new SerializationException('Unsupported byte order of UTF-32');
  return decodeShort(bytes);
}

/** Without a mark, a zero in the first two bytes tells UTF-16. */
function decodeShort(bytes: Buffer): string {
  if (bytes.length < 2) return decodeUtf8(bytes);
  if (bytes[0] === 0) return decodeUtf16(bytes, false);
  return bytes[1] === 0 ? decodeUtf16(bytes, true) : decodeUtf8(bytes);
}

function decodeUtf16(bytes: Buffer, isLittleEndian: boolean): string {
  return new TextDecoder(isLittleEndian ? 'utf-16le' : 'utf-16be', { ignoreBOM: true }).decode(bytes);
}

function decodeUtf32(bytes: Buffer, isLittleEndian: boolean): string {
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = isLittleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    text += code <= 0x10_ffff ? String.fromCodePoint(code) : malformed;
  }
  return text;
}

/**
 * UTF-8 as Jackson reads it: surrogates are refused, but characters in more bytes than they need are not. One of those never has a
 * meaning for the syntax, so it is given as an escape sequence.
 */
function decodeStrictly(bytes: Buffer): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] as number;
    const length = lead < 0x80 ? 1 : lead >> 5 === 0b110 ? 2 : lead >> 4 === 0b1110 ? 3 : lead >> 3 === 0b1_1110 ? 4 : 0;
    const code = length === 0 ? null : codePoint(bytes, at, length);
    if (code === null) text += malformed;
    else if (length > 1 && code < 0x80) text += `\\u${code.toString(16).padStart(4, '0')}`;
    else text += String.fromCodePoint(code);
    at += code === null ? 1 : length;
  }
  return text;
}

/** The character in so many bytes, or null when they are malformed. */
function codePoint(bytes: Buffer, at: number, length: number): number | null {
  let code = length === 1 ? (bytes[at] as number) : (bytes[at] as number) & (0xff >> (length + 1));
  for (let index = at + 1; index < at + length; index += 1) {
    const byte = bytes[index];
    if (byte === undefined || byte >> 6 !== 0b10) return null;
    code = (code << 6) | (byte & 0x3f);
  }
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return isSurrogate || code > 0x10_ffff || (length === 4 && code < 0x1_0000) ? null : code;
}
