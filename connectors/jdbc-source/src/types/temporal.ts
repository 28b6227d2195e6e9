import { MILLIS_PER_DAY } from '@millrace/api';
import { civil, legacyDay } from '../time/legacy-calendar.ts';
import type { TimeZone } from '../time/time-zone.ts';
import { decodeInt8 } from './plain-codecs.ts';

/** Days from 1970-01-01 to 2000-01-01, from which PostgreSQL counts. */
const EPOCH_DAYS = 10_957;
const MICROS_PER_DAY = MILLIS_PER_DAY * 1000;
const EPOCH_MICROS = EPOCH_DAYS * MICROS_PER_DAY;

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const INT32_MAX = 2_147_483_647;
const INT32_MIN = -2_147_483_648;

/** How old dates are numbered. */
export type Calendar = 'LEGACY' | 'PROLEPTIC_GREGORIAN';

/** A moment or a wall clock: days since 1970 and microseconds of the day; or one of the two infinities. */
export interface DayTime {
  readonly day: number;
  readonly micros: number;
}

/** Reads a date as days since 1970. The infinities are the ends of INT32. */
export function readDate(buffer: Buffer, start: number, calendar: Calendar): number {
  const day = buffer.readInt32BE(start);
  if (day === INT32_MAX || day === INT32_MIN) return day;
  return calendar === 'LEGACY' ? legacyDay(day + EPOCH_DAYS) : day + EPOCH_DAYS;
}

/** Reads a timestamp, with or without zone, as microseconds since 1970; the ends of INT64 are the infinities. */
export function readMicros(buffer: Buffer, start: number): number | bigint {
  const micros = decodeInt8(buffer, start);
  if (typeof micros === 'number') {
    const shifted = micros + EPOCH_MICROS;
    return Number.isSafeInteger(shifted) ? shifted : BigInt(micros) + BigInt(EPOCH_MICROS);
  }
  return micros === INT64_MAX || micros === INT64_MIN ? micros : micros + BigInt(EPOCH_MICROS);
}

/** Whether microseconds stand for infinity or -infinity. */
export function isInfinite(micros: number | bigint): boolean {
  return typeof micros === 'bigint' && (micros === INT64_MAX || micros === INT64_MIN);
}

/** Day and time of day of finite microseconds. */
export function dayTime(micros: number | bigint): DayTime {
  if (typeof micros === 'number') {
    const day = Math.floor(micros / MICROS_PER_DAY);
    return { day, micros: micros - day * MICROS_PER_DAY };
  }
  const perDay = BigInt(MICROS_PER_DAY);
  const rest = ((micros % perDay) + perDay) % perDay;
  return { day: Number((micros - rest) / perDay), micros: Number(rest) };
}

/** Microseconds of a day and a time of day. */
function microsOf({ day, micros }: DayTime): number | bigint {
  const sum = day * MICROS_PER_DAY + micros;
  return Number.isSafeInteger(sum) ? sum : BigInt(day) * BigInt(MICROS_PER_DAY) + BigInt(micros);
}

/** The instant that a wall clock shows in a zone, as microseconds since 1970. */
export function instantOfWallClock(micros: number | bigint, zone: TimeZone): number | bigint {
  return zone.isUtc ? micros : shifted(micros, (localMs) => zone.instantOf(localMs) - localMs);
}

/** What a wall clock in a zone shows at an instant. */
export function wallClockOfInstant(micros: number | bigint, zone: TimeZone): number | bigint {
  return zone.isUtc ? micros : shifted(micros, (instantMs) => zone.offsetAt(instantMs));
}

/** Renumbers the day for a calendar. */
export function inCalendar(micros: number | bigint, calendar: Calendar): number | bigint {
  if (calendar !== 'LEGACY' || micros >= 0) return micros;
  const { day, micros: ofDay } = dayTime(micros);
  const renumbered = legacyDay(day);
  return renumbered === day ? micros : microsOf({ day: renumbered, micros: ofDay });
}

/** `2024-02-29T12:00:00.123456`, with this many digits of the second. */
export function isoText(micros: number | bigint, digits: 6 | 9): string {
  const { day, micros: ofDay } = dayTime(micros);
  return `${dateText(day)}T${timeText(ofDay)}${digits === 9 ? '000' : ''}`;
}

/** An instant as PostgreSQL reads it back, as shown by clocks of a zone: `2024-02-29 12:00:00.123456+01:00`. */
export function sqlText(instantMicros: number | bigint, zone: TimeZone): string {
  const wall = wallClockOfInstant(instantMicros, zone);
  const { day, micros } = dayTime(wall);
  const { year } = civil(day);
  const offsetMinutes = Math.round((Number(wall) - Number(instantMicros)) / 60_000_000);
  const sign = offsetMinutes < 0 ? '-' : '+';
  const size = Math.abs(offsetMinutes);
  const offset = `${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  const date = year > 0 ? dateText(day) : dateText(day, 1 - year);
  return `${date} ${timeText(micros)}${offset}${year > 0 ? '' : ' BC'}`;
}

function shifted(micros: number | bigint, shiftMs: (ms: number) => number): number | bigint {
  if (typeof micros === 'number') {
    const sum = micros + shiftMs(Math.floor(micros / 1000)) * 1000;
    if (Number.isSafeInteger(sum)) return sum;
  }
  const { day } = dayTime(micros);
  // A JavaScript Date cannot hold the last days that PostgreSQL has; their offset is that of the last one that it can.
  const ms = Math.max(-8.64e15, Math.min(8.64e15 - 2 * MILLIS_PER_DAY, day * MILLIS_PER_DAY));
  return BigInt(micros) + BigInt(shiftMs(ms) * 1000);
}

function dateText(day: number, shownYear?: number): string {
  const { year, month, dayOfMonth } = civil(day);
  const number = shownYear ?? year;
  const digits = String(Math.abs(number)).padStart(4, '0');
  return `${number < 0 ? '-' : ''}${digits}-${two(month)}-${two(dayOfMonth)}`;
}

function timeText(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = String(micros % 1_000_000).padStart(6, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${fraction}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
