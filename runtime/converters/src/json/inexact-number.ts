/**
 * Finds the texts in which `JSON.parse` may make another number of a literal than Jackson does: integers beyond 2^53, which lose digits,
 * −0, which Jackson reads as 0, and doubles with an integral value (25.00, 1e3), which afterwards look like integers.
 *
 * A number ends before a comma or a closing bracket. Those are looked for natively, and only what stands before one is looked at, so that
 * the length of the text between them costs next to nothing, be it UUIDs or hexadecimal digits. Text inside strings may look like a number;
 * then the exact parser, which is nearly as fast, runs in vain.
 */

const delimiters = [',', '}', ']'] as const;
/** So many digits lose nothing in a double. */
const exactDigits = 15;
/** Jackson refuses numbers that are longer. */
const maxLength = 1000;
const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const UPPER_E = 0x45;
const LOWER_E = 0x65;

/** Texts with more than one delimiter in so many characters are searched by {@link inexactOrLong}: many native searches cost more then. */
const charactersPerDelimiter = 8;
const inexactOrLong = /(?:\.0+|[eE][-+]?\d+|-0|[\d.]{16})[,}\]\s]/;

/** Whether a JSON text may hold a number that `JSON.parse` blurs. */
export function mayHoldInexactNumber(text: string): boolean {
  // A document that is a number ends with it.
  if (isInexactBefore(text, text.length)) return true;
  let budget = Math.floor(text.length / charactersPerDelimiter);
  for (const delimiter of delimiters) {
    for (let at = text.indexOf(delimiter); at >= 0; at = text.indexOf(delimiter, at + 1)) {
      const last = text.charCodeAt(at - 1);
      if ((isDigit(last) || last <= SPACE) && isInexactBefore(text, at)) return true;
      if (budget === 0) return inexactOrLong.test(text);
      budget -= 1;
    }
  }
  return false;
}

/** Whether a number that may be blurred ends at a place, blanks aside. */
function isInexactBefore(text: string, delimiter: number): boolean {
  let end = delimiter;
  while (text.charCodeAt(end - 1) <= SPACE) end -= 1;
  const start = startOfDigits(text, end);
  if (start === end) return false;
  switch (text.charCodeAt(start - 1)) {
    case POINT:
      return isZero(text, start, end) || mayBlur(text, startOfDigits(text, start - 1), start - 1, end);
    case LOWER_E:
    case UPPER_E:
    case PLUS:
      return true;
    case MINUS:
      return isZero(text, start, end) || isExponent(text.charCodeAt(start - 2)) || mayBlur(text, start, end, end);
    default:
      return mayBlur(text, start, end, end);
  }
}

function startOfDigits(text: string, end: number): number {
  let start = end;
  while (isDigit(text.charCodeAt(start - 1))) start -= 1;
  return start;
}

function isDigit(char: number): boolean {
  return char >= ZERO && char <= NINE;
}

function isExponent(char: number): boolean {
  return char === LOWER_E || char === UPPER_E;
}

function isZero(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (text.charCodeAt(at) !== ZERO) return false;
  return true;
}

/** Spares the exact parser the usual long numbers: timestamps in microseconds and doubles with all their 17 digits. */
function mayBlur(text: string, start: number, point: number, end: number): boolean {
  if (end - start <= exactDigits) return false;
  if (point === end) return end - start > exactDigits + 1 || !Number.isSafeInteger(Number(text.slice(start, end)));
  // With so few digits before the point a double has at least four bits behind it: enough for any fraction but those close to 0 and 1.
  const first = text.charCodeAt(point + 1);
  return point - start >= exactDigits || first === ZERO || first === NINE || end - start > maxLength;
}
