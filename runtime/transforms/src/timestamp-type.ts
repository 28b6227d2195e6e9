import {
  className,
  ConnectDate,
  ConnectException,
  ConnectTime,
  ConnectTimestamp,
  DataException,
  MILLIS_PER_DAY,
  NullPointerException,
  Schema,
  SchemaBuilder,
} from '@millrace/api';
import type { SimpleDateFormat } from './java/simple-date-format.ts';
import { unixMillis, unixTime, type UnixPrecision } from './java/unix-time.ts';

/** The forms that a timestamp can have. */
export type TimestampType = 'string' | 'unix' | 'Date' | 'Time' | 'Timestamp';

/** Milliseconds since the epoch; a `bigint` beyond 2^53. */
export type Millis = number | bigint;

/** How texts and integers are read and written. */
export interface TimestampFormat {
  readonly format: SimpleDateFormat | null;
  readonly precision: UnixPrecision;
}

const schemas: Readonly<Record<TimestampType, Schema>> = {
  string: Schema.STRING_SCHEMA,
  unix: Schema.INT64_SCHEMA,
  Date: ConnectDate.SCHEMA,
  Time: ConnectTime.SCHEMA,
  Timestamp: ConnectTimestamp.SCHEMA,
};

/** The schema of a form. */
export function timestampSchema(type: TimestampType, isOptional: boolean): Schema {
  return isOptional ? SchemaBuilder.from(schemas[type]).optional().build() : schemas[type];
}

/** The form that a schema stands for. @throws ConnectException if it is none: the class that Kafka throws there. */
export function timestampTypeOf(schema: Schema): TimestampType {
  switch (schema.logical) {
    case 'timestamp':
      return 'Timestamp';
    case 'date':
      return 'Date';
    case 'time':
      return 'Time';
    default:
      if (schema.type === 'string') return 'string';
      if (schema.type === 'int64') return 'unix';
      throw new ConnectException(`Schema ${schema} does not correspond to a known timestamp type format`);
  }
}

/** The form of a schemaless value. @throws DataException if its class is none. */
export function schemalessTimestampType(value: unknown): TimestampType {
  if (value instanceof Date) return 'Timestamp';
  if (typeof value === 'string') return 'string';
  if (isLong(value)) return 'unix';
  throw new DataException(`TimestampConverter does not support ${className(value)} objects as timestamps`);
}

function isLong(value: unknown): value is Millis {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}

/**
 * Reads a value that is not null.
 * @throws DataException if its class is not that of the form, or a text does not match the format.
 */
export function readTimestamp(value: unknown, type: TimestampType, { format, precision }: TimestampFormat): Millis {
  switch (type) {
    case 'string':
      return parsed(value, format);
    case 'unix':
      if (isLong(value)) return unixMillis(value, precision);
      throw new DataException(`Expected Unix timestamp to be a Long, but found ${className(value)}`);
    case 'Date':
      if (!(value instanceof Date) && typeof value === 'number') return value * MILLIS_PER_DAY;
      return dateMillis(value, type);
    case 'Time':
    case 'Timestamp':
      return isLong(value) ? value : dateMillis(value, type);
  }
}

function parsed(value: unknown, format: SimpleDateFormat | null): Millis {
  if (typeof value !== 'string') throw new DataException(`Expected string timestamp to be a String, but found ${className(value)}`);
  // The class is Kafka's, which does not expect this.
  if (format === null) throw new NullPointerException(`Cannot read the timestamp "${value}" without a format; set the key format`);
  const millis = format.parse(value);
  if (millis === null) throw new DataException(`Could not parse timestamp: value (${value}) does not match pattern (${format.pattern})`);
  return millis;
}

function dateMillis(value: unknown, type: TimestampType): Millis {
  if (value instanceof Date) return value.getTime();
  throw new DataException(`Expected ${type} to be a java.util.Date, but found ${className(value)}`);
}

/** The value in runtime form, for the schema of the form. */
export function writeTimestamp(millis: Millis, type: TimestampType, { format, precision }: TimestampFormat): unknown {
  switch (type) {
    case 'string':
      return format?.format(millis);
    case 'unix':
      return unixTime(millis, precision);
    case 'Date':
      return dayOf(millis);
    case 'Time':
      return timeOf(millis);
    case 'Timestamp':
      return millis;
  }
}

/**
 * The value as it is without a schema: dates are `Date` objects.
 * @throws DataException if it is further from 1970 than a `Date` reaches, 273 790 years.
 */
export function writeSchemaless(millis: Millis, type: TimestampType, options: TimestampFormat): unknown {
  if (type === 'string' || type === 'unix') return writeTimestamp(millis, type, options);
  const written = writeTimestamp(millis, type, options) as Millis;
  const date = new Date(Number(written) * (type === 'Date' ? MILLIS_PER_DAY : 1));
  if (Number.isNaN(date.getTime())) {
    throw new DataException(
      `${millis} ms since 1970 is outside the range of a schemaless date; give the field a schema or convert it to unix`,
    );
  }
  return date;
}

function dayOf(millis: Millis): number {
  if (typeof millis === 'number') return Math.floor(millis / MILLIS_PER_DAY);
  return Number((millis - BigInt(timeOf(millis))) / BigInt(MILLIS_PER_DAY));
}

function timeOf(millis: Millis): number {
  if (typeof millis === 'number') return millis - Math.floor(millis / MILLIS_PER_DAY) * MILLIS_PER_DAY;
  const day = BigInt(MILLIS_PER_DAY);
  return Number(((millis % day) + day) % day);
}
