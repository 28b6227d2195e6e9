import { BigDecimal, NumberFormatException, type NumberType, parseJavaDouble, parseJavaInteger } from '@millrace/api';
import { decimalSign, nearestFloat } from './nearest-float.ts';

const integerBits = { int8: 8, int16: 16, int32: 32, int64: 64 } as const;
const decimalText = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/;

/**
 * Reads a number as Java's `Byte.parseByte` … `Double.parseDouble` do: for integers nothing but a sign and digits, for floats also white
 * space around them, exponents, hexadecimal forms, `NaN` and a trailing `d` or `f`. Null if the text is no such number.
 */
export function parseNumber(text: string, type: NumberType): number | bigint | null {
  if (type !== 'float32' && type !== 'float64') return parseJavaInteger(text, integerBits[type]);
  const trimmed = trimControls(text);
  const double = parseJavaDouble(trimmed);
  return double === null || type === 'float64' ? double : nearestFloat(double, () => sideOf(trimmed, double));
}

/** Java's `trim`: everything up to the space is white space. */
function trimControls(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start += 1;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  return text.slice(start, end);
}

/** Sign of the number in the text minus the double that was read from it. A hexadecimal one was read exactly. */
function sideOf(text: string, double: number): number {
  const decimal = /^[+-]?0[xX]/.test(text) ? null : decimalText.exec(text);
  if (decimal === null) return 0;
  try {
    return decimalSign(BigDecimal.parse(decimal[0]), double);
  } catch (error) {
    if (error instanceof NumberFormatException) return 0;
    throw error;
  }
}
