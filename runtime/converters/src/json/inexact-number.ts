/**
 * Finds the numbers of which `JSON.parse` makes another number than Jackson does: integers beyond 2^53, which lose digits, −0, which
 * Jackson reads as 0, and doubles with an integral value (25.00, 1e3), which afterwards look like integers.
 *
 * Two quick searches name candidates, and only those are looked at closely. One is a regular expression for the end of a number such as
 * `.00,` or `e3}`: the digits of a UUID or of hexadecimal text do not end that way. The other steps through the bytes 16 at a time, since
 * a run of 16 characters covers one of the places it looks at, and a literal of up to 15 digits loses nothing in a double.
 */

const candidate = /(?:\.0+|[eE][-+]?\d+|-0)(?:[,}\]\s]|$)/;
const allCandidates = /\.0+(?=[,}\]\s]|$)|[eE][-+]?\d+(?=[,}\]\s]|$)|-0(?=[,}\]\s]|$)|[\d.]{16,}/g;
const numberUpTo = /-?\d[-+.\deE]*$/;
const restOfNumber = /[-+.\deE]*/y;
const beforeNumber = /[:,[\s]/;
/** Jackson refuses longer numbers. */
const maxNumberLength = 1000;

const longRun = 16;
const half = longRun / 2;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Whether a JSON text that `JSON.parse` accepts holds a number that it blurs. Numbers inside strings do not count.
 * @param bytes the text in UTF-8
 */
export function hasInexactNumber(text: string, bytes: Buffer): boolean {
  if (!candidate.test(text) && !hasLongNumber(bytes)) return false;
  for (const { index } of text.matchAll(allCandidates)) {
    if (isInexactAt(text, index) && !isInsideString(text, index)) return true;
  }
  return false;
}

/** Whether there is a run of so many digits that a number among them may be one that a double blurs. */
export function hasLongNumber(bytes: Buffer): boolean {
  const { length } = bytes;
  for (let at = longRun - 1; at < length; at += longRun) {
    if (!isDigitOrPoint(bytes[at]) || !(isDigitOrPoint(bytes[at - half]) || isDigitOrPoint(bytes[at + half]))) continue;
    let start = at;
    while (isDigitOrPoint(bytes[start - 1])) start -= 1;
    let end = at + 1;
    while (isDigitOrPoint(bytes[end])) end += 1;
    if (end - start >= longRun && mayBlur(bytes, start, end)) return true;
  }
  return false;
}

/** True also for the slash, which lies between the two. */
function isDigitOrPoint(byte: number | undefined): boolean {
  return byte !== undefined && byte >= POINT && byte <= NINE;
}

/** Spares the close look at the usual long numbers: timestamps in microseconds and doubles with all their 17 digits. */
function mayBlur(bytes: Buffer, start: number, end: number): boolean {
  const point = bytes.indexOf(POINT, start);
  if (point < 0 || point >= end) {
    return end - start > longRun || !Number.isSafeInteger(Number(bytes.toString('latin1', start, end)));
  }
  // With so few digits before the point a double still has four bits behind it: enough for any fraction but those close to 0 and 1.
  return point - start > longRun - 2 || bytes[point + 1] === ZERO || bytes[point + 1] === NINE;
}

/** Whether the number around this place, if it is one, is blurred or too long. */
function isInexactAt(text: string, index: number): boolean {
  const end = index + (text.charAt(index) === '-' ? 2 : 1);
  const head = numberUpTo.exec(text.slice(Math.max(0, end - maxNumberLength), end))?.[0] ?? '';
  const start = end - head.length;
  if (head === '' || (start > 0 && head.length < maxNumberLength && !beforeNumber.test(text.charAt(start - 1)))) return false;
  restOfNumber.lastIndex = end;
  const literal = head + (restOfNumber.exec(text)?.[0] ?? '');
  if (literal.length > maxNumberLength) return true;
  const value = Number(literal);
  if (/[.eE]/.test(literal)) return Number.isSafeInteger(value) || Math.abs(value) === Number.POSITIVE_INFINITY;
  return !Number.isSafeInteger(value) || Object.is(value, -0);
}

function isInsideString(text: string, index: number): boolean {
  let open = text.indexOf('"');
  while (open >= 0 && open < index) {
    const close = endOfString(text, open);
    if (close > index) return true;
    open = text.indexOf('"', close + 1);
  }
  return false;
}

function endOfString(text: string, open: number): number {
  let end = text.indexOf('"', open + 1);
  while (end >= 0) {
    let backslashes = 0;
    while (text.charAt(end - 1 - backslashes) === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}
