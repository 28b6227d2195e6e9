import { BigDecimal, DataException } from '@millrace/api';

const NEGATIVE = 0x4000;
const NAN = 0xc000;
const POSITIVE_INFINITY = 0xd000;
const NEGATIVE_INFINITY = 0xf000;
/** Digits of base 10000 that a plain number holds exactly. */
const PLAIN_DIGITS = 3;

const pow10 = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const bigPow10 = new Map<number, bigint>();

/** A number as the server sends it: `digits × 10^exponent`, or none. */
export interface WireNumeric {
  readonly digits: bigint | number;
  readonly exponent: number;
  /** Digits after the point that the value shows. */
  readonly displayScale: number;
}

/** Reads a numeric; a text for NaN and the infinities. */
function readNumeric(buffer: Buffer, start: number): WireNumeric | string {
  const count = buffer.readUInt16BE(start);
  const weight = buffer.readInt16BE(start + 2);
  const sign = buffer.readUInt16BE(start + 4);
  if (sign >= NAN) return specialOf(sign);
  const displayScale = buffer.readUInt16BE(start + 6) & 0x3fff;
  const exponent = count === 0 ? 0 : 4 * (weight - count + 1);
  const digits = count <= PLAIN_DIGITS ? plainDigits(buffer, start + 8, count) : bigDigits(buffer, start + 8, count);
  return { digits: sign === NEGATIVE ? negated(digits) : digits, exponent, displayScale };
}

/** Reads a numeric as an integer `value × 10^scale`; a text for NaN and the infinities. @throws DataException when digits would be cut. */
export function readUnscaled(buffer: Buffer, start: number, scale: number): bigint | string {
  const numeric = readNumeric(buffer, start);
  if (typeof numeric === 'string') return numeric;
  const { digits, exponent } = numeric;
  const shift = exponent + scale;
  if (typeof digits === 'number' && shift >= 0 && shift <= 3) return BigInt(digits * (pow10[shift] as number));
  const unscaled = BigInt(digits);
  if (shift >= 0) return unscaled * power(shift);
  const divisor = power(-shift);
  if (unscaled % divisor !== 0n) {
    throw new DataException(`A numeric value has more than ${scale} digits after the point, which its Decimal schema cannot hold`, {
      suggestion: 'Declare the column as numeric(precision, scale), or set numeric.unconstrained.mode=string.',
    });
  }
  return unscaled / divisor;
}

/** The value as the server writes it, with all digits that it shows. */
export function numericText(buffer: Buffer, start: number): string {
  const numeric = readNumeric(buffer, start);
  if (typeof numeric === 'string') return numeric;
  const { displayScale } = numeric;
  return new BigDecimal(readUnscaled(buffer, start, displayScale) as bigint, displayScale).toPlainString();
}

/** The nearest double; NaN and the infinities are themselves. */
export function numericDouble(buffer: Buffer, start: number): number {
  const numeric = readNumeric(buffer, start);
  return typeof numeric === 'string' ? Number(numeric) : Number(`${numeric.digits}e${numeric.exponent}`);
}

function specialOf(sign: number): string {
  if (sign === POSITIVE_INFINITY) return 'Infinity';
  return sign === NEGATIVE_INFINITY ? '-Infinity' : 'NaN';
}

function plainDigits(buffer: Buffer, start: number, count: number): number {
  let value = 0;
  for (let index = 0; index < count; index++) value = value * 10_000 + buffer.readUInt16BE(start + 2 * index);
  return value;
}

function bigDigits(buffer: Buffer, start: number, count: number): bigint {
  let text = '';
  for (let index = 0; index < count; index++) text += String(buffer.readUInt16BE(start + 2 * index)).padStart(4, '0');
  return BigInt(text);
}

function negated(digits: bigint | number): bigint | number {
  return typeof digits === 'number' ? 0 - digits : -digits;
}

function power(exponent: number): bigint {
  let value = bigPow10.get(exponent);
  if (value === undefined) {
    value = 10n ** BigInt(exponent);
    if (bigPow10.size < 1024) bigPow10.set(exponent, value);
  }
  return value;
}
