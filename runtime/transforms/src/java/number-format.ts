import { parseJavaInteger } from '@millrace/api';
import { castNumber } from './cast-number.ts';

/** A number that was read from a text, and where it ends. */
export interface NumberAt {
  /** In the range of a Java int. */
  readonly value: number;
  readonly end: number;
}

const integer = /-?(?:\p{Nd}+|∞|NaN)/uy;
const exponent = /E(-?\p{Nd}+)/uy;

/**
 * Reads an integer as Java's `NumberFormat.getIntegerInstance(Locale.US)` without grouping does, and casts it to an int: digits of any
 * script, a minus before them, and an exponent after them. Null if there is none.
 *
 * @param end where the text ends for this number
 */
export function numberAt(text: string, start: number, end: number): NumberAt | null {
  const fast = shortNumberAt(text, start, end);
  if (fast !== null) return fast;
  const limited = text.slice(0, end);
  integer.lastIndex = start;
  const digits = integer.exec(limited)?.[0];
  if (digits === undefined) return null;
  if (digits === 'NaN' || digits.endsWith('∞')) {
    return { value: Number(castNumber(Number(digits.replace('∞', 'Infinity')), 'int32', true)), end: start + digits.length };
  }
  const ascii = asciiDigits(digits);
  exponent.lastIndex = start + digits.length;
  const scale = exponent.exec(limited);
  if (scale === null) return { value: intOf(ascii), end: start + digits.length };
  const value = Number(castNumber(Number(`${ascii}e${asciiDigits(scale[1] as string)}`), 'int32', true));
  return { value, end: exponent.lastIndex };
}

/** Up to nine ASCII digits with neither sign nor exponent: nearly every number there is. */
function shortNumberAt(text: string, start: number, end: number): NumberAt | null {
  let value = 0;
  let position = start;
  while (position < end) {
    const digit = text.charCodeAt(position) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
    position += 1;
  }
  const isLast = position >= end;
  const isOther = !isLast && (text.charCodeAt(position) > 0x7f || text[position] === 'E');
  return position === start || position - start > 9 || isOther ? null : { value, end: position };
}

/** A long loses its upper bits; a number beyond it is a double, which stops at the limits. */
function intOf(digits: string): number {
  const long = parseJavaInteger(digits, 64);
  return Number(castNumber(long ?? Number(digits), 'int32', long === null));
}

function asciiDigits(digits: string): string {
  const sign = digits.startsWith('-') ? '-' : '';
  return sign + Array.from(digits.slice(sign.length), (digit) => String(parseJavaInteger(digit, 32) ?? 0)).join('');
}
