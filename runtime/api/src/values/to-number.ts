/** Any value as a number, as Kafka's `Values` converts: by Java's casts, which cut off and wrap without a word. */

import { BigDecimal, isBigDecimal } from '../data/big-decimal.ts';
import { ConnectDate, ConnectTime, ConnectTimestamp } from '../data/connect-dates.ts';
import type { Schema } from '../data/schema.ts';
import { isTypedNumber } from '../data/typed-number.ts';
import { NumberFormatException } from '../errors/exceptions.ts';
import { unconvertible } from './unconvertible.ts';

const int64Limit = 2 ** 63;

/**
 * A value as a 64-bit integer: numbers by Java's cast to long, texts as decimals, dates of a date schema by their encoding.
 * @throws DataException for any other value.
 */
export function toInt64(value: unknown, schema: Schema | null): bigint {
  const number = numberOf(value, schema);
  if (number !== null) return isBigDecimal(number) ? number.toInt64() : castToInt64(number);
  if (typeof value !== 'string') return encodedDate(value, schema);
  try {
    return BigDecimal.parse(value).toInt64();
  } catch (error) {
    throw notANumber(value, schema, error);
  }
}

/** A value as a double; see {@link toInt64}. @throws DataException for a value that is none. */
export function toDouble(value: unknown, schema: Schema | null): number {
  const number = numberOf(value, schema);
  if (number !== null) return isBigDecimal(number) ? number.toNumber() : Number(number);
  if (typeof value !== 'string') return Number(encodedDate(value, schema));
  try {
    return BigDecimal.parse(value).toNumber();
  } catch (error) {
    throw notANumber(value, schema, error);
  }
}

/** What a `java.lang.Number` would be in Java, else null: the bare number of a date schema is a date. */
export function numberOf(value: unknown, schema: Schema | null): number | bigint | BigDecimal | null {
  if (isTypedNumber(value)) return value.value;
  if (isBigDecimal(value)) return value;
  if (typeof value !== 'number' && typeof value !== 'bigint') return null;
  return isDateSchema(schema) ? null : value;
}

/** Whether bare numbers under this schema are dates. */
export function isDateSchema(schema: Schema | null): boolean {
  return schema !== null && schema.logical !== null && schema.logical !== 'decimal';
}

function castToInt64(value: number | bigint): bigint {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value);
  if (Number.isNaN(value)) return 0n;
  if (value >= int64Limit) return 2n ** 63n - 1n;
  return value <= -int64Limit ? -(2n ** 63n) : BigInt(Math.trunc(value));
}

function encodedDate(value: unknown, schema: Schema | null): bigint {
  if (schema !== null && (value instanceof Date || typeof value === 'number' || typeof value === 'bigint')) {
    switch (schema.logical) {
      case 'date':
        return BigInt(ConnectDate.fromLogical(schema, value as Date | number));
      case 'time':
        return BigInt(ConnectTime.fromLogical(schema, value));
      case 'timestamp':
        return BigInt(ConnectTimestamp.fromLogical(schema, value));
      default:
    }
  }
  throw notANumber(value, schema);
}

function notANumber(value: unknown, schema: Schema | null, cause?: unknown): unknown {
  if (cause !== undefined && !(cause instanceof NumberFormatException)) return cause;
  return unconvertible(value, schema, schema === null ? 'a number' : String(schema), cause);
}
