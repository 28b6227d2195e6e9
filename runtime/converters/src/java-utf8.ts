/** UTF-8 as Java reads and writes it, where that differs from Node. */

const replacement = '\ufffd';
const loneSurrogate = /\p{Surrogate}/gu;
/** A surrogate encoded on its own: Java replaces it as one character, Node byte by byte. */
const encodedSurrogate = /\xed[\xa0-\xbf][\x80-\xbf]?/g;

/** The text of UTF-8 bytes; what is malformed becomes U+FFFD. */
export function decodeJavaUtf8(bytes: Buffer): string {
  const text = bytes.toString();
  if (!text.includes(replacement)) return text;
  return Buffer.from(bytes.toString('latin1').replace(encodedSurrogate, '\xff'), 'latin1').toString();
}

/** The UTF-8 bytes of a text; a lone surrogate becomes a question mark. */
export function encodeJavaUtf8(text: string): Buffer {
  const bytes = Buffer.from(text);
  // Only a text with characters beyond ASCII is longer in bytes, and only such a text can hold a surrogate.
  return bytes.length === text.length ? bytes : Buffer.from(text.replace(loneSurrogate, '?'));
}
