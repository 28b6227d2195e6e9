import { BigDecimal, isBigDecimal } from '../data/big-decimal.ts';
import { ConnectDecimal } from '../data/connect-decimal.ts';
import { dayAndTime } from '../data/java-date-text.ts';
import { isPlainObject } from '../data/plain-object.ts';
import type { Schema } from '../data/schema.ts';
import { SchemaAndValue } from '../data/schema-and-value.ts';
import { isStruct } from '../data/struct-brand.ts';
import type { Struct } from '../data/struct.ts';
import { TypedNumber } from '../data/typed-number.ts';
import { DataException, NullPointerException } from '../errors/exceptions.ts';
import { parseHeader } from './header-parser.ts';
import { inferSchema } from './infer-schema.ts';
import { settle } from './settle.ts';
import { toDateMillis, toTimeMillis, toTimestampMillis } from './to-date.ts';
import { numberOf, toDouble, toInt64 } from './to-number.ts';
import { nullNotAllowed, unconvertible } from './unconvertible.ts';
import { valueText } from './value-text.ts';

/** How {@link Values.parseString} treats what Kafka drops. */
export interface ParseStringOptions {
  /**
   * Take the whole text as a string when something follows its first value: `1,2` is then the text `1,2` and not the number 1.
   * Kafka drops the rest (KAFKA-20892), as well as a blank beside a delimiter inside quotes (`["a: "]`). Default false.
   */
  readonly lossless?: boolean;
}

/**
 * Conversions between values and their text or another type, as `org.apache.kafka.connect.data.Values`: what SimpleHeaderConverter and the
 * header transformations work with.
 *
 * `schema` is the schema of the value given, in whose runtime form it is; null for a schemaless value. Where the result has a schema type
 * of its own it comes in the runtime form of that type (INT64 as `number` or `bigint`, a Date as its days). Numbers are cut off and wrap as
 * by Java's casts.
 */
export const Values = {
  parseString,
  inferSchema,
  convertToString,
  convertToBoolean,
  convertToByte,
  convertToShort,
  convertToInteger,
  convertToLong,
  convertToFloat,
  convertToDouble,
  convertToList,
  convertToMap,
  convertToStruct,
  convertToTime,
  convertToDate,
  convertToTimestamp,
  convertToDecimal,
} as const;

/**
 * Reads a value from a text and infers its schema: numbers, true and false, dates and times, lists `[1,2]` and maps `{"a":1}`, else text.
 * The word `null` and null itself give {@link SchemaAndValue.NULL}. A number keeps the precision of FLOAT32 only, as in Kafka.
 */
function parseString(text: string | null, options: ParseStringOptions = {}): SchemaAndValue {
  const parsed = text === null ? null : parseHeader(text, options.lossless ?? false);
  return parsed === null ? SchemaAndValue.NULL : new SchemaAndValue(parsed.schema, settle(parsed.value, parsed.schema));
}

/** The text of a value; null for null. See SimpleHeaderConverter for its form. @throws DataException for a class that Connect does not know. */
function convertToString(schema: Schema | null, value: unknown): string | null {
  return isNull(value) ? null : valueText(value, schema);
}

/** False for zero and the text `false`. @throws DataException for what is neither a boolean nor a number. */
function convertToBoolean(schema: Schema | null, value: unknown): boolean | null {
  if (isNull(value) || typeof value === 'boolean') return value ?? null;
  if (typeof value === 'string') {
    const parsed = parsedValue(value);
    if (typeof parsed === 'boolean') return parsed;
  }
  return toInt64(value, schema) !== 0n;
}

/** @throws DataException for what is no number. */
function convertToByte(schema: Schema | null, value: unknown): number | null {
  return toInteger(schema, value, 8);
}

/** @throws DataException for what is no number. */
function convertToShort(schema: Schema | null, value: unknown): number | null {
  return toInteger(schema, value, 16);
}

/** @throws DataException for what is no number. */
function convertToInteger(schema: Schema | null, value: unknown): number | null {
  return toInteger(schema, value, 32);
}

/** A `bigint` beyond 2^53. @throws DataException for what is no number. */
function convertToLong(schema: Schema | null, value: unknown): number | bigint | null {
  if (isNull(value)) return null;
  const exact = toInt64(value, schema);
  const number = Number(exact);
  return Number.isSafeInteger(number) ? number : exact;
}

/** @throws DataException for what is no number. */
function convertToFloat(schema: Schema | null, value: unknown): number | null {
  return isNull(value) ? null : Math.fround(toDouble(value, schema));
}

/** @throws DataException for what is no number. */
function convertToDouble(schema: Schema | null, value: unknown): number | null {
  return isNull(value) ? null : toDouble(value, schema);
}

/** A list as it is, or the list that a text holds. @throws DataException for anything else. */
function convertToList(schema: Schema | null, value: unknown): unknown[] {
  if (isNull(value)) throw nullNotAllowed();
  const list = typeof value === 'string' ? parsedValue(value) : value;
  if (Array.isArray(list)) return list;
  throw unconvertible(list, schema, 'Schema{ARRAY}');
}

/** A map as it is, or the map that a text holds. @throws DataException for anything else. */
function convertToMap(schema: Schema | null, value: unknown): Map<unknown, unknown> | Record<string, unknown> {
  if (isNull(value)) throw nullNotAllowed();
  const map = typeof value === 'string' ? parsedValue(value) : value;
  if (map instanceof Map || isPlainObject(map)) return map;
  throw unconvertible(map, schema, 'Schema{MAP}');
}

/** A struct as it is. @throws DataException for anything else. */
function convertToStruct(schema: Schema | null, value: unknown): Struct {
  if (isNull(value)) throw nullNotAllowed();
  if (isStruct(value)) return value;
  throw unconvertible(value, schema, 'Schema{STRUCT}');
}

/** Milliseconds: of a day, unless the value is a date of another kind that Kafka leaves alone. @throws DataException for what is no time. */
function convertToTime(schema: Schema | null, value: unknown): number | bigint {
  return toTimeMillis(dateSource(value), schema);
}

/** Days; a `Date` for a value with a time of day, which cannot be encoded. @throws DataException for what is no date. */
function convertToDate(schema: Schema | null, value: unknown): number | Date {
  return daysOrDate(toDateMillis(dateSource(value), schema));
}

/** Milliseconds since the epoch. @throws DataException for what is no timestamp. */
function convertToTimestamp(schema: Schema | null, value: unknown): number | bigint {
  return toTimestampMillis(dateSource(value), schema);
}

/**
 * Decimals stay as they are and numbers go by way of a double.
 * @param scale of the result for bytes; other values keep the scale that they have, as in Kafka
 * @throws NumberFormatException for a text that is no number, for NaN and the infinities, and for no bytes at all.
 * @throws DataException for anything else that is no number.
 */
function convertToDecimal(schema: Schema | null, value: unknown, scale: number): BigDecimal {
  if (isNull(value)) throw nullNotAllowed();
  if (isBigDecimal(value)) return value;
  if (typeof value === 'string') return BigDecimal.parse(value);
  if (value instanceof Uint8Array) return ConnectDecimal.toLogical(ConnectDecimal.schema(scale), value);
  if (numberOf(value, schema) !== null) return BigDecimal.ofDouble(toDouble(value, schema));
  throw unconvertible(value, schema, String(ConnectDecimal.schema(scale)));
}

function isNull(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function toInteger(schema: Schema | null, value: unknown, bits: number): number | null {
  return isNull(value) ? null : Number(BigInt.asIntN(bits, toInt64(value, schema)));
}

/** The self-describing value in a text. @throws NullPointerException for the word `null`, as Kafka does. */
function parsedValue(text: string): unknown {
  const parsed = parseHeader(text, false);
  if (parsed === null) throw new NullPointerException(`The text "${text}" holds no value`);
  return parsed.value;
}

/** What stands in a text; wrapped when it is a bare number, which a date schema would take for a date. */
function dateSource(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const parsed = parsedValue(value);
  return typeof parsed === 'number' || typeof parsed === 'bigint' ? new TypedNumber('int64', parsed) : parsed;
}

/** @throws DataException for a time of day that lies outside the range of a JavaScript `Date`. */
function daysOrDate(millis: number | bigint): number | Date {
  const { day, millisOfDay } = dayAndTime(millis);
  if (millisOfDay === 0) return day;
  const date = new Date(Number(millis));
  if (Number.isNaN(date.getTime())) throw new DataException(`${millis} ms is outside the range of a JavaScript Date`);
  return date;
}
