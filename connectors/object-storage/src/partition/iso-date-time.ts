import type { TimeZone } from './time-zone.ts';

const pattern =
  /^(?:([+-]?\d{4,})(?:-(\d{1,2})(?:-(\d{1,2}))?|-(\d{3})|-W(\d{1,2})(?:-(\d))?)?)?(?:T(?:(\d{1,2})(?:[.,](\d+)|:(\d{1,2})(?:[.,](\d+)|:(\d{1,2})(?:[.,](\d+))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const dayMs = 86_400_000;

/**
 * Reads the date and time of ISO 8601, as Joda's `ISODateTimeFormat.dateTimeParser`: date, week date or day of the year, each with or
 * without time, the last part of a time with a fraction.
 * @param zone of a text without an offset
 * @returns milliseconds since the epoch, or null if the text is none
 */
export function parseIsoDateTime(text: string, zone: TimeZone): number | null {
  const match = pattern.exec(text);
  if (match === null || text === '' || text === 'T') return null;
  const local = dateMs(match);
  if (local === null) return null;
  const time = timeMs(match);
  if (time === null) return null;
  const offset = match[13];
  return offset === undefined ? zone.toUtc(local + time) : local + time - offsetMs(offset);
}

function dateMs(match: RegExpExecArray): number | null {
  const year = Number(match[1] ?? 1970);
  if (match[4] !== undefined) return within(Number(match[4]), 1, isLeap(year) ? 366 : 365, (day) => utc(year, 0, day));
  if (match[5] !== undefined) return within(Number(match[5]), 1, 53, (week) => weekMs(year, week, Number(match[6] ?? 1)));
  const month = Number(match[2] ?? 1);
  const day = Number(match[3] ?? 1);
  const midnight = utc(year, month - 1, day);
  const date = new Date(midnight);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? midnight : null;
}

function within(value: number, low: number, high: number, result: (value: number) => number): number | null {
  return value >= low && value <= high ? result(value) : null;
}

/** Week 1 is the one with 4 January; weeks begin on Monday. */
function weekMs(year: number, week: number, day: number): number {
  const fourth = utc(year, 0, 4);
  const monday = fourth - ((new Date(fourth).getUTCDay() || 7) - 1) * dayMs;
  return monday + ((week - 1) * 7 + day - 1) * dayMs;
}

function timeMs(match: RegExpExecArray): number | null {
  const hour = Number(match[7] ?? 0);
  const minute = Number(match[9] ?? 0);
  const second = Number(match[11] ?? 0);
  if (hour > 23 || minute > 59 || second > 59) return null;
  const whole = ((hour * 60 + minute) * 60 + second) * 1000;
  return whole + fraction(match[8], 3_600_000) + fraction(match[10], 60_000) + fraction(match[12], 1000);
}

function fraction(digits: string | undefined, unitMs: number): number {
  return digits === undefined ? 0 : Math.floor(Number(`0.${digits}`) * unitMs + 1e-6);
}

function offsetMs(text: string): number {
  if (text === 'Z') return 0;
  const digits = text.replaceAll(/\D/g, '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (text.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

/** As `Date.UTC`, which takes years below 100 for those of the last century. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day);
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
