import { doubleText, floatText } from '@millrace/api';

/** Pieces of JSON as Jackson writes them. */

/** Quote, backslash, control characters and surrogates: whatever is not listed. */
const needsEscape = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;
const escaped = /[^ !#-[\]-\ud7ff\ue000-\uffff]/g;
/** What `JSON.stringify` would write in another way: control characters without a short escape, and surrogates. */
const unlikeStringify = /[\0-\x07\v\x0e-\x1f\ud800-\udfff]/;

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
]);

const maxNames = 1000;
const names = new Map<string, string>();

/** A string in quotes. Besides what must be escaped, characters beyond U+FFFF are: as two escapes, in upper case. */
export function quoted(text: string): string {
  if (!needsEscape.test(text)) return `"${text}"`;
  // Text that holds quotes, such as JSON in a string, is common and much faster this way.
  return unlikeStringify.test(text) ? `"${text.replace(escaped, escapeOf)}"` : JSON.stringify(text);
}

/** As {@link quoted}, for the name of a member. Names repeat from record to record. */
export function quotedName(name: string): string {
  let text = names.get(name);
  if (text === undefined) {
    if (names.size >= maxNames) names.clear();
    text = quoted(name);
    names.set(name, text);
  }
  return text;
}

function escapeOf(character: string): string {
  return shortEscapes.get(character) ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A FLOAT64 in Java's notation; NaN and the infinities as strings. */
export function jsonDouble(value: number): string {
  return Number.isFinite(value) ? doubleText(value) : `"${value}"`;
}

/** A FLOAT32 in Java's notation; NaN and the infinities as strings. */
export function jsonFloat(value: number): string {
  return Number.isFinite(value) ? floatText(value) : `"${value}"`;
}

/** Bytes in base64. */
export function jsonBytes(value: Uint8Array): string {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return `"${bytes.toString('base64')}"`;
}
