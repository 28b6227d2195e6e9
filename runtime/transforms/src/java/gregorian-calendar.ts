/**
 * The calendar of `java.util.GregorianCalendar` in UTC: Julian before 15 October 1582, Gregorian from then on. Days are numbered from
 * 1 January 1970; years are astronomical, so year 0 is 1 BC.
 */

import { MILLIS_PER_DAY } from '@millrace/api';

/** 15 October 1582, the first Gregorian day. */
export const CUTOVER_DAY = -141_427;
export const CUTOVER_YEAR = 1582;

/** Julian day number of 1 January 1970. */
const epochJulianDay = 2_440_588;
const millisPerDay = BigInt(MILLIS_PER_DAY);

export type CalendarSystem = 'julian' | 'gregorian';

/** A moment, taken apart. */
export interface CalendarMoment {
  readonly day: number;
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly dayOfMonth: number;
  readonly millisOfDay: number;
}

/** Takes a moment apart. Milliseconds beyond what a `number` holds exactly come as a `bigint`. */
export function momentOf(millis: number | bigint): CalendarMoment {
  if (typeof millis === 'bigint') {
    const rest = ((millis % millisPerDay) + millisPerDay) % millisPerDay;
    return dateAt(Number((millis - rest) / millisPerDay), Number(rest));
  }
  const day = Math.floor(millis / MILLIS_PER_DAY);
  return dateAt(day, millis - day * MILLIS_PER_DAY);
}

function dateAt(day: number, millisOfDay: number): CalendarMoment {
  return day >= CUTOVER_DAY ? gregorianDate(day, millisOfDay) : julianDate(day + epochJulianDay + 32_082, day, millisOfDay);
}

function gregorianDate(day: number, millisOfDay: number): CalendarMoment {
  const shifted = day + epochJulianDay + 32_044;
  const century = Math.floor((4 * shifted + 3) / 146_097);
  return julianDate(shifted - Math.floor((146_097 * century) / 4), day, millisOfDay, century * 100);
}

/** @param shifted days since 1 March 4801 BC (of a Gregorian century), the start of a cycle in which leap days come last */
function julianDate(shifted: number, day: number, millisOfDay: number, years = 0): CalendarMoment {
  const cycleYear = Math.floor((4 * shifted + 3) / 1461);
  const dayOfYear = shifted - Math.floor((1461 * cycleYear) / 4);
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const isNextYear = marchMonth >= 10;
  return {
    day,
    year: years + cycleYear - 4800 + (isNextYear ? 1 : 0),
    month: isNextYear ? marchMonth - 10 : marchMonth + 2,
    dayOfMonth: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
    millisOfDay,
  };
}

/** The day of the first of a month; months count from 0 and may be out of range. */
export function firstOfMonth(system: CalendarSystem, year: number, month: number): number {
  const actualYear = year + Math.floor(month / 12);
  const monthOfYear = month - 12 * Math.floor(month / 12);
  const isEarly = monthOfYear < 2;
  const shiftedYear = actualYear + 4800 - (isEarly ? 1 : 0);
  const marchMonth = isEarly ? monthOfYear + 10 : monthOfYear - 2;
  const julian = Math.floor((153 * marchMonth + 2) / 5) + 365 * shiftedYear + Math.floor(shiftedYear / 4) + 1;
  if (system === 'julian') return julian - 32_083 - epochJulianDay;
  return julian - Math.floor(shiftedYear / 100) + Math.floor(shiftedYear / 400) - 32_045 - epochJulianDay;
}

function systemAt(day: number): CalendarSystem {
  return day >= CUTOVER_DAY ? 'gregorian' : 'julian';
}

/** The first day of the year of a moment. The year of the cutover began in the Julian calendar. */
function firstDayOfYear({ year }: CalendarMoment): number {
  return firstOfMonth(year > CUTOVER_YEAR ? 'gregorian' : 'julian', year, 0);
}

/** The first day of the month of a moment. The month of the cutover began in the Julian calendar. */
export function firstDayOfMonth({ day, year, month }: CalendarMoment): number {
  const first = firstOfMonth(systemAt(day), year, month);
  return systemAt(first) === systemAt(day) ? first : firstOfMonth('julian', year, month);
}

/** From 1. */
export function dayOfYear(moment: CalendarMoment): number {
  return moment.day - firstDayOfYear(moment) + 1;
}

/** From 1 for Sunday to 7 for Saturday. */
export function dayOfWeek(day: number): number {
  return modulo(day + 4, 7) + 1;
}

/** The last day that is not after `day` and falls on the given day of the week. */
export function onOrBefore(day: number, weekday: number): number {
  return day - modulo(dayOfWeek(day) - weekday, 7);
}

/** Weeks begin on Sunday and the first one may be as short as a day, as in the United States. */
export function weekOfMonth(moment: CalendarMoment): number {
  return weekNumber(firstDayOfMonth(moment), moment.day);
}

/** As {@link weekOfMonth}; the last days of December may belong to week 1. */
export function weekOfYear(moment: CalendarMoment): number {
  return isInFirstWeekOfNextYear(moment) ? 1 : weekNumber(firstDayOfYear(moment), moment.day);
}

/** The year that the week of a moment belongs to. */
export function weekYear(moment: CalendarMoment): number {
  return moment.year + (isInFirstWeekOfNextYear(moment) ? 1 : 0);
}

function weekNumber(first: number, day: number): number {
  return Math.floor((day - onOrBefore(first, 1)) / 7) + 1;
}

function isInFirstWeekOfNextYear({ day, year }: CalendarMoment): boolean {
  const next = firstOfMonth(year + 1 > CUTOVER_YEAR ? 'gregorian' : 'julian', year + 1, 0);
  return day >= onOrBefore(next, 1);
}

function modulo(value: number, divisor: number): number {
  return value - divisor * Math.floor(value / divisor);
}
