/** Any value as milliseconds since the epoch, as Kafka's `Values` converts to its three date types. */

import { ConnectDate, ConnectTime } from '../data/connect-dates.ts';
import { dayAndTime } from '../data/java-date-text.ts';
import { MILLIS_PER_DAY, millisOfDays } from '../data/millis.ts';
import type { Schema } from '../data/schema.ts';
import { isDateSchema, toInt64 } from './to-number.ts';
import { nullNotAllowed } from './unconvertible.ts';

/**
 * A value as a Date: numbers count days, a Timestamp loses its time of day, any other date stays as it is, with its time of day.
 * @throws DataException for null and for what is neither a number nor a date.
 */
export function toDateMillis(value: unknown, schema: Schema | null): number | bigint {
  if (value === null || value === undefined) throw nullNotAllowed();
  const millis = dateMillis(value, schema);
  if (millis !== null && isKept(schema, 'date')) return millis;
  if (millis !== null && schema?.logical === 'timestamp') return millisOfDays(int32(BigInt(millis) / BigInt(MILLIS_PER_DAY)));
  return ConnectDate.toMillis(ConnectDate.SCHEMA, int32(toInt64(value, schema)));
}

/**
 * A value as a Time: numbers count milliseconds, a Timestamp loses its day, any other date stays as it is.
 * @throws DataException for null, for a number that is no time of day and for what is neither a number nor a date.
 */
export function toTimeMillis(value: unknown, schema: Schema | null): number | bigint {
  if (value === null || value === undefined) throw nullNotAllowed();
  const millis = dateMillis(value, schema);
  if (millis !== null && isKept(schema, 'time')) return millis;
  if (millis !== null && schema?.logical === 'timestamp') return dayAndTime(millis).millisOfDay;
  return ConnectTime.toMillis(ConnectTime.SCHEMA, int32(toInt64(value, schema)));
}

/**
 * A value as a Timestamp: numbers count milliseconds, a Date is its midnight, a Time a moment on 1 January 1970.
 * @throws DataException for null and for what is neither a number nor a date.
 */
export function toTimestampMillis(value: unknown, schema: Schema | null): number | bigint {
  if (value === null || value === undefined) throw nullNotAllowed();
  const millis = dateMillis(value, schema);
  if (millis !== null && isKept(schema, 'timestamp')) return millis;
  const number = toInt64(value, schema);
  const exact = schema?.logical === 'date' && millis !== null ? number * BigInt(MILLIS_PER_DAY) : number;
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}

/** The milliseconds of what is a `java.util.Date` in Java, else null. */
export function dateMillis(value: unknown, schema: Schema | null): number | bigint | null {
  if (value instanceof Date) return value.getTime();
  if (!isDateSchema(schema) || (typeof value !== 'number' && typeof value !== 'bigint')) return null;
  return schema?.logical === 'date' ? millisOfDays(Number(value)) : value;
}

/** Kafka hands out a date unchanged when it is of the wanted type, or of no known type. */
function isKept(schema: Schema | null, logical: 'date' | 'time' | 'timestamp'): boolean {
  return schema === null || schema.logical === logical;
}

function int32(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}
