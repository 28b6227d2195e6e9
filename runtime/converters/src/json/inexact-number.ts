/**
 * Finds the texts in which `JSON.parse` may make another number of a literal than Jackson does: integers beyond 2^53, which lose digits,
 * −0, which Jackson reads as 0, and doubles with an integral value (25.00, 1e3), which afterwards look like integers.
 *
 * A regular expression looks for the end of such a number, as in `.00,` or `1e3}`, which the digits of a UUID or of hexadecimal text do not
 * have. A second search steps through the bytes 16 at a time: a run of 16 characters covers one of the places it looks at, and a literal of
 * up to 15 digits loses nothing in a double. Text inside strings may look like a number; then the exact parser, which is nearly as fast,
 * runs in vain.
 */

const endOfInexact = /(?:\.0+|[eE][-+]?\d+|-0)[,}\]\s]/;

const longRun = 16;
const half = longRun / 2;
/** Jackson refuses numbers that are longer. */
const maxLength = 1000;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Whether a JSON text may hold a number that `JSON.parse` blurs.
 * @param bytes the text in UTF-8
 */
export function mayHoldInexactNumber(text: string, bytes: Buffer): boolean {
  // A document that ends with a digit is a number.
  return isDigitOrPoint(bytes[bytes.length - 1]) || endOfInexact.test(text) || mayHoldLongNumber(bytes);
}

/** Whether there is a run of so many digits that a number among them may be one that a double blurs. */
function mayHoldLongNumber(bytes: Buffer): boolean {
  // No byte outside of the buffer is ever looked at: that would be slow.
  const last = bytes.length - 1;
  for (let at = longRun - 1; at <= last; at += longRun) {
    if (!isDigitOrPoint(bytes[at])) continue;
    if (!isDigitOrPoint(bytes[at - half]) && (at + half > last || !isDigitOrPoint(bytes[at + half]))) continue;
    let start = at;
    while (start > 0 && isDigitOrPoint(bytes[start - 1])) start -= 1;
    let end = at;
    while (end < last && isDigitOrPoint(bytes[end + 1])) end += 1;
    if (end - start + 1 >= longRun && mayBlur(bytes, start, end + 1)) return true;
    at = end + 1;
  }
  return false;
}

/** True also for the slash, which lies between the two. */
function isDigitOrPoint(byte: number | undefined): boolean {
  return byte !== undefined && byte >= POINT && byte <= NINE;
}

/** Spares the exact parser the usual long numbers: timestamps in microseconds and doubles with all their 17 digits. */
function mayBlur(bytes: Buffer, start: number, end: number): boolean {
  let point = start;
  while (point < end && bytes[point] !== POINT) point += 1;
  if (point === end) return end - start > longRun || !Number.isSafeInteger(Number(bytes.toString('latin1', start, end)));
  // With so few digits before the point a double has at least four bits behind it: enough for any fraction but those close to 0 and 1.
  return point - start > longRun - 2 || bytes[point + 1] === ZERO || bytes[point + 1] === NINE || end - start > maxLength;
}
