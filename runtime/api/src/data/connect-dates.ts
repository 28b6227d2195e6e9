import { DataException } from '../errors/exceptions.ts';
import { DATE_NAME, TIME_NAME, TIMESTAMP_NAME } from './logical-type.ts';
import { MILLIS_PER_DAY, millisOfDays } from './millis.ts';
import { SchemaBuilder } from './schema-builder.ts';
import type { Schema } from './schema.ts';

/**
 * The logical type Date, as `org.apache.kafka.connect.data.Date`: a day, encoded as days since 1970 (INT32).
 * A value in runtime form is the encoded number already.
 */
export const ConnectDate = {
  LOGICAL_NAME: DATE_NAME,
  SCHEMA: SchemaBuilder.int32().name(DATE_NAME).version(1).build(),

  builder(): SchemaBuilder {
    return SchemaBuilder.int32().name(DATE_NAME).version(1);
  },

  /**
   * Encodes a date. Days beyond 32 bits wrap, as in Kafka.
   * @param value a `Date` at midnight UTC, or days
   * @throws DataException if the schema is no Date or the value has a time of day.
   */
  fromLogical(schema: Schema, value: Date | number): number {
    checkName(schema, DATE_NAME);
    const days = typeof value === 'number' ? value : validMillis(value) / MILLIS_PER_DAY;
    if (!Number.isInteger(days)) {
      throw new DataException('Kafka Connect Date type should not have any time fields set to non-zero values.');
    }
    return days | 0;
  },

  /** The encoded days as milliseconds since the epoch, exact at any size. @throws DataException if the schema is no Date. */
  toMillis(schema: Schema, days: number): number | bigint {
    checkName(schema, DATE_NAME);
    return millisOfDays(days);
  },

  /** @throws DataException if the schema is no Date, or the day lies outside the ±100 million that a JavaScript `Date` can hold. */
  toLogical(schema: Schema, days: number): Date {
    return dateOf(schema, ConnectDate.toMillis(schema, days));
  },
};

/**
 * The logical type Time, as `org.apache.kafka.connect.data.Time`: a time of day, encoded as milliseconds since midnight (INT32) from 0
 * to 86 400 000 inclusive.
 */
export const ConnectTime = {
  LOGICAL_NAME: TIME_NAME,
  SCHEMA: SchemaBuilder.int32().name(TIME_NAME).version(1).build(),

  builder(): SchemaBuilder {
    return SchemaBuilder.int32().name(TIME_NAME).version(1);
  },

  /**
   * Encodes a time of day.
   * @param value a `Date` on 1 January 1970 UTC, or milliseconds
   * @throws DataException if the schema is no Time or the value lies on another day.
   */
  fromLogical(schema: Schema, value: Date | number | bigint): number {
    checkName(schema, TIME_NAME);
    const millis = value instanceof Date ? validMillis(value) : Number(value);
    if (!(millis >= 0 && millis <= MILLIS_PER_DAY)) {
      throw new DataException('Kafka Connect Time type should not have any date fields set to non-zero values.');
    }
    return millis;
  },

  /** The encoded time as milliseconds since the epoch. @throws DataException if the schema is no Time or the value is out of range. */
  toMillis(schema: Schema, millis: number): number {
    checkName(schema, TIME_NAME);
    if (!(millis >= 0 && millis <= MILLIS_PER_DAY)) {
      throw new DataException(`Time values must use a number of milliseconds from 0 to ${MILLIS_PER_DAY}, got ${millis}`);
    }
    return millis;
  },

  /** @throws DataException as {@link ConnectTime.toMillis}. */
  toLogical(schema: Schema, millis: number): Date {
    return new Date(ConnectTime.toMillis(schema, millis));
  },
};

/** The logical type Timestamp, as `org.apache.kafka.connect.data.Timestamp`: a moment, encoded as milliseconds since the epoch (INT64). */
export const ConnectTimestamp = {
  LOGICAL_NAME: TIMESTAMP_NAME,
  SCHEMA: SchemaBuilder.int64().name(TIMESTAMP_NAME).version(1).build(),

  builder(): SchemaBuilder {
    return SchemaBuilder.int64().name(TIMESTAMP_NAME).version(1);
  },

  /** Encodes a moment. @throws DataException if the schema is no Timestamp or the value an invalid `Date`. */
  fromLogical(schema: Schema, value: Date | number | bigint): number | bigint {
    checkName(schema, TIMESTAMP_NAME);
    return value instanceof Date ? validMillis(value) : value;
  },

  /** The encoded moment as milliseconds since the epoch: itself. @throws DataException if the schema is no Timestamp. */
  toMillis(schema: Schema, millis: number | bigint): number | bigint {
    checkName(schema, TIMESTAMP_NAME);
    return millis;
  },

  /** @throws DataException if the schema is no Timestamp, or the moment lies outside the range of a JavaScript `Date` (years ±271 821). */
  toLogical(schema: Schema, millis: number | bigint): Date {
    return dateOf(schema, ConnectTimestamp.toMillis(schema, millis));
  },
};

function checkName(schema: Schema, name: string): void {
  if (schema.name !== name) {
    throw new DataException(`Requested conversion of a ${name.slice(name.lastIndexOf('.') + 1)} but the schema does not match: ${schema}`);
  }
}

function validMillis(date: Date): number {
  const millis = date.getTime();
  if (Number.isNaN(millis)) throw new DataException('An invalid Date has no encoding');
  return millis;
}

function dateOf(schema: Schema, millis: number | bigint): Date {
  const date = new Date(Number(millis));
  if (Number.isNaN(date.getTime())) {
    throw new DataException(`${millis} ms is outside the range of a JavaScript Date (${schema}); work with the encoded number`);
  }
  return date;
}
