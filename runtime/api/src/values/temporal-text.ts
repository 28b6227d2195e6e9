/** Dates and times in the text of Connect headers, as `java.text.SimpleDateFormat` reads and writes them in UTC. */

import { ConnectDate, ConnectTime, ConnectTimestamp } from '../data/connect-dates.ts';
import { dateOfDays, daysOfDate } from '../data/java-calendar.ts';
import { dayAndTime, timeText, twoDigits } from '../data/java-date-text.ts';
import { withAsciiDigits } from '../data/java-digits.ts';
import { MILLIS_PER_DAY } from '../data/millis.ts';
import { SchemaAndValue } from '../data/schema-and-value.ts';
import type { Schema } from '../data/schema.ts';

/** A number as Java's lenient date parser takes it: after blanks, with a sign, and even with an exponent. */
const number = '[ \\t]*(-?\\d+(?:E-?\\d+)?)';
const timePattern = `${number}:${number}:${number}\\.${number}Z`;
const datePattern = `${number}-${number}-${number}`;

interface TemporalFormat {
  readonly schema: Schema;
  readonly pattern: RegExp;
}

/** By length of the text: Kafka tries one format only, and Java ignores what follows a complete match. */
const formats: ReadonlyMap<number, TemporalFormat> = new Map([
  [10, { schema: ConnectDate.SCHEMA, pattern: new RegExp(`^${datePattern}`) }],
  [13, { schema: ConnectTime.SCHEMA, pattern: new RegExp(`^${timePattern}`) }],
  [24, { schema: ConnectTimestamp.SCHEMA, pattern: new RegExp(`^${datePattern}T${timePattern}`) }],
]);

/**
 * Reads a date (`2019-08-23`), a time (`14:34:54.346Z`) or a timestamp (`2019-08-23T14:34:54.346Z`). Only the length tells which one it
 * may be; months and days roll over. Null if it is none, or lies outside the range of a JavaScript `Date`.
 */
export function parseTemporal(text: string): SchemaAndValue | null {
  const format = formats.get(text.length);
  const match = format?.pattern.exec(withAsciiDigits(text));
  if (!format || !match) return null;
  const fields = match.slice(1).map(int32);
  const [year = 1970, month = 1, day = 1] = format.schema === ConnectTime.SCHEMA ? [] : fields;
  const [hour = 0, minute = 0, second = 0, milli = 0] = format.schema === ConnectTime.SCHEMA ? fields : fields.slice(3);
  const millisOfDay = ((hour * 60 + minute) * 60 + second) * 1000 + milli;
  const date = new Date(daysOfDate(year, month, day) * MILLIS_PER_DAY + millisOfDay);
  return Number.isNaN(date.getTime()) ? null : new SchemaAndValue(format.schema, date);
}

/** The integral part as Java's `Number.intValue`: the lowest 32 bits of what fits into 64, the largest int for anything beyond. */
function int32(text: string): number {
  const value = Number(text);
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value | 0;
  if (Math.abs(value) < 2 ** 63) return Number(BigInt.asIntN(32, text.includes('E') ? BigInt(value) : BigInt(text)));
  return value > 0 ? 0x7fff_ffff : -0x8000_0000;
}

/**
 * Writes a date the way Kafka's header text does: as a time when it lies before 2 January 1970, as a date at midnight, else as a timestamp.
 * @param millis milliseconds since the epoch
 */
export function temporalText(millis: number | bigint): string {
  const { day, millisOfDay } = dayAndTime(millis);
  const time = `${timeText(millisOfDay)}.${String(millisOfDay % 1000).padStart(3, '0')}Z`;
  if (millis < MILLIS_PER_DAY) return time;
  const { year, month, day: dayOfMonth } = dateOfDays(day);
  const date = `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(dayOfMonth)}`;
  return millisOfDay === 0 ? date : `${date}T${time}`;
}
