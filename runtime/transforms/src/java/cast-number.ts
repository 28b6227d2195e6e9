import { type BigDecimal, isBigDecimal, type NumberType } from '@millrace/api';
import { decimalSign, nearestFloat } from './nearest-float.ts';

const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;
const integerBits = { int8: 8, int16: 16, int32: 32, int64: 64 } as const;

type IntegerType = keyof typeof integerBits;

/** What Java's number classes cast from: a long, a double or a BigDecimal. */
export type JavaNumber = number | bigint | BigDecimal;

/**
 * Casts as Java's `Number.byteValue()` … `doubleValue()` do: an integer loses its upper bits, a double is cut off and stops at the limits
 * of int (for the smaller types before their upper bits are lost) or long, NaN is 0.
 *
 * @param isFloat whether a `number` is a float or a double; an integral one may be either
 * @returns a `bigint` only for an INT64 beyond 2^53
 */
export function castNumber(value: JavaNumber, type: NumberType, isFloat = false): number | bigint {
  if (type === 'float64') return toDouble(value);
  if (type === 'float32') return toFloat(value);
  if (isBigDecimal(value)) return wrapped(value.toBigInt(), type);
  if (isFloat) return fromDouble(value as number, type);
  if (type === 'int64') return value;
  return typeof value === 'bigint' ? wrapped(value, type) : wrappedNumber(value, type);
}

function wrappedNumber(value: number, type: Exclude<IntegerType, 'int64'>): number {
  const unused = 32 - integerBits[type];
  // Shifts take the lower 32 bits of any safe integer.
  return (value << unused) >> unused;
}

function wrapped(value: bigint, type: IntegerType): number | bigint {
  return normalized(BigInt.asIntN(integerBits[type], value));
}

function fromDouble(value: number, type: IntegerType): number | bigint {
  if (Number.isNaN(value)) return 0;
  if (type === 'int64') return longOf(value);
  const int = Math.min(Math.max(Math.trunc(value), -2_147_483_648), 2_147_483_647);
  return wrappedNumber(int, type);
}

function longOf(value: number): number | bigint {
  const integral = Math.trunc(value);
  if (Number.isSafeInteger(integral)) return integral + 0; // there is no −0 among the integers
  if (value >= 2 ** 63) return int64Max;
  return value <= -(2 ** 63) ? int64Min : BigInt(integral);
}

function toDouble(value: JavaNumber): number {
  return isBigDecimal(value) ? value.toNumber() : Number(value);
}

function toFloat(value: JavaNumber): number {
  const double = toDouble(value);
  if (typeof value === 'number') return Math.fround(double);
  return nearestFloat(double, () => decimalSign(isBigDecimal(value) ? value : { unscaled: value, scale: 0 }, double));
}

function normalized(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
