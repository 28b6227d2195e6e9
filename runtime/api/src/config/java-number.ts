const decimalDouble = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?$/;
const hexDouble = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)[fFdD]?$/;
const namedDouble = /^[+-]?(?:NaN|Infinity)$/;
const digit = /^\p{Nd}$/u;

/** Binary exponents beyond which every double is an infinity or zero, with room to spare. */
const exponentLimit = 1200;

/**
 * Reads an integer as Java's `Short.parseShort`, `Integer.parseInt` and `Long.parseLong` do: an optional sign and decimal digits of any
 * script, nothing else. A LONG is a `number` when that is safe, else a `bigint`. Null if the text is no such integer or out of range.
 */
export function parseJavaInteger(text: string, bits: 8 | 16 | 32 | 64): number | bigint | null {
  const digits = asciiDigits(/^[+-]/.test(text) ? text.slice(1) : text);
  if (digits === null) return null;
  const magnitude = BigInt(digits);
  const value = text.startsWith('-') ? -magnitude : magnitude;
  if (value !== BigInt.asIntN(bits, value)) return null;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function asciiDigits(text: string): string | null {
  if (/^[0-9]+$/.test(text)) return text;
  if (text === '') return null;
  let ascii = '';
  // By UTF-16 unit, as Java does: digits beyond the basic plane are none.
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (!isDigit(code)) return null;
    // Unicode assigns the ten digits of a script in order, and no two scripts border on each other.
    let zero = code;
    while (isDigit(zero - 1)) zero -= 1;
    ascii += String(code - zero);
  }
  return ascii;
}

function isDigit(code: number): boolean {
  return digit.test(String.fromCharCode(code));
}

/**
 * Reads a double as Java's `Double.parseDouble` does: decimal or hexadecimal (`0x1p3`), `NaN`, `Infinity`, and an optional trailing `d` or `f`.
 * White space around the number must be gone already. Null if the text is no such number.
 */
export function parseJavaDouble(text: string): number | null {
  if (namedDouble.test(text)) return text.endsWith('NaN') ? Number.NaN : Number(text);
  if (decimalDouble.test(text)) return Number(text.replace(/[fFdD]$/, ''));
  const match = hexDouble.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = match;
  if (whole.length + fraction.length === 0) return null;
  const magnitude = scaled(BigInt(`0x${whole}${fraction}`), Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -magnitude : magnitude;
}

/** `mantissa × 2^exponent`, rounded once. */
function scaled(mantissa: bigint, exponent: number): number {
  const topBit = mantissa.toString(2).length + exponent;
  if (mantissa === 0n || topBit < -exponentLimit) return 0;
  if (topBit > exponentLimit) return Infinity;
  if (exponent >= 0) return Number(mantissa << BigInt(exponent));
  // 2^-n is 5^n / 10^n: the exact decimal form leaves the rounding to the one place that does it right.
  return Number(`${mantissa * 5n ** BigInt(-exponent)}e${exponent}`);
}
