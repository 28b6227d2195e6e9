import { decodeJavaUtf8, encodeJavaUtf8 } from './java-utf8.ts';

/** Translates text to bytes and back in one character set, as Java's `String` does: malformed input becomes U+FFFD, the unmappable `?`. */
export interface Charset {
  encode(text: string): Buffer;
  decode(bytes: Buffer): string;
}

export const utf8: Charset = { encode: encodeJavaUtf8, decode: decodeJavaUtf8 };
const utf16le: Charset = { encode: (text) => Buffer.from(text, 'utf16le'), decode: (bytes) => decodeUtf16(bytes, 'utf-16le') };
const utf16be: Charset = { encode: (text) => Buffer.from(text, 'utf16le').swap16(), decode: (bytes) => decodeUtf16(bytes, 'utf-16be') };

/** Written big-endian with a byte order mark; read in the order of its mark, without one big-endian. */
const utf16: Charset = {
  encode: (text) => (text === '' ? Buffer.alloc(0) : utf16be.encode(`\ufeff${text}`)),
  decode(bytes) {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16le.decode(bytes.subarray(2));
    return utf16be.decode(bytes[0] === 0xfe && bytes[1] === 0xff ? bytes.subarray(2) : bytes);
  },
};

const latin1 = singleByte((byte) => byte);
const ascii = singleByte((byte) => (byte < 0x80 ? byte : null));

const charsets: ReadonlyMap<string, Charset> = new Map([
  ['utf-8', utf8],
  ['utf8', utf8],
  ['unicode-1-1-utf-8', utf8],
  ['utf-16', utf16],
  ['utf16', utf16],
  ['utf_16', utf16],
  ['unicode', utf16],
  ['utf-16be', utf16be],
  ['utf_16be', utf16be],
  ['unicodebigunmarked', utf16be],
  ['utf-16le', utf16le],
  ['utf_16le', utf16le],
  ['unicodelittleunmarked', utf16le],
  ['iso-8859-1', latin1],
  ['iso8859-1', latin1],
  ['iso8859_1', latin1],
  ['iso_8859-1', latin1],
  ['latin1', latin1],
  ['l1', latin1],
  ['us-ascii', ascii],
  ['ascii', ascii],
  ['ascii7', ascii],
  ['iso646-us', ascii],
]);

/** Character sets of one byte a character that `TextDecoder` knows, by their names without `windows`, `cp`, `iso` and dashes. */
const legacyName =
  /^(?:windows-|cp)(?<windows>125[0-8]|874)$|^iso[-_]?8859[-_](?<iso>[2-8]|1[03-6])$|^(?<koi>koi8-[ru])$|^(?:ibm-?|cp)(?<ibm>866)$/;

/**
 * The character set of a Java name; case does not matter. Known are the Unicode ones, US-ASCII, ISO-8859-x, windows-125x, KOI8 and IBM866.
 * @returns null for any other name
 */
export function charsetOf(name: string): Charset | null {
  const key = name.toLowerCase();
  const known = charsets.get(key);
  if (known !== undefined) return known;
  const { windows, iso, koi, ibm } = legacyName.exec(key)?.groups ?? {};
  if (windows !== undefined) return legacyCharset(`windows-${windows}`);
  if (iso !== undefined) return legacyCharset(`iso-8859-${iso}`);
  const label = koi ?? (ibm === undefined ? null : `ibm${ibm}`);
  return label === null ? null : legacyCharset(label);
}

function decodeUtf16(bytes: Buffer, encoding: 'utf-16le' | 'utf-16be'): string {
  return new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
}

/** Bytes 0x80 to 0x9F of windows-1252, a blank for each gap: Node 20's TextDecoder takes this one set for ISO-8859-1. */
const windows1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

function legacyCharset(label: string): Charset {
  if (label === 'windows-1252') {
    return singleByte((byte) => {
      if (byte < 0x80 || byte > 0x9f) return byte;
      const character = windows1252[byte - 0x80] as string;
      return character === ' ' ? null : character.charCodeAt(0);
    });
  }
  const decoder = new TextDecoder(label);
  return singleByte((byte) => {
    const code = decoder.decode(Uint8Array.of(byte)).charCodeAt(0);
    // The web's tables fill their gaps with control characters, Java's have gaps.
    const isGap = code === 0xfffd || (label.startsWith('windows') && code >= 0x80 && code <= 0x9f);
    return isGap ? null : code;
  });
}

/** @param codeOf character code of a byte, or null where the set has a gap */
function singleByte(codeOf: (byte: number) => number | null): Charset {
  const codes = Array.from({ length: 256 }, (_, byte) => codeOf(byte));
  const toText = codes.map((code) => String.fromCharCode(code ?? 0xfffd));
  const toByte = new Map(codes.flatMap((code, byte) => (code === null ? [] : [[String.fromCharCode(code), byte] as const])));
  const unmappable = '?'.charCodeAt(0);
  return {
    encode: (text) => Buffer.from(Array.from(text, (character) => toByte.get(character) ?? unmappable)),
    decode: (bytes) => Array.from(bytes, (byte) => toText[byte]).join(''),
  };
}
