/**
 * The calendar of `java.util.GregorianCalendar`: Gregorian from 15 October 1582, Julian before. JavaScript's `Date` is Gregorian
 * throughout, so the two disagree about dates before 1582.
 */

/** First Gregorian day, 15 October 1582, counted from 1 January 1970. */
const cutoverDay = -141_427;
const cutoverYear = 1582;
/** Days from 1 March of year 0 to 1 January 1970 in each calendar. */
const gregorianEpochDays = 719_468;
const julianEpochDays = 719_470;

export interface CalendarDate {
  /** Astronomical: 0 is 1 BC. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** Days since 1 January 1970. Months and days outside their ranges roll over, as in a lenient calendar of Java. */
export function daysOfDate(year: number, month: number, day: number): number {
  const normalYear = year + Math.floor((month - 1) / 12);
  const normalMonth = modulo(month - 1, 12) + 1;
  // Years begin in March, so that the leap day comes last.
  const marchYear = normalMonth > 2 ? normalYear : normalYear - 1;
  const dayOfYear = Math.floor((153 * ((normalMonth + 9) % 12) + 2) / 5) + day - 1;
  const julian = 365 * marchYear + Math.floor(marchYear / 4) + dayOfYear - julianEpochDays;
  // The year as it was given decides, as in Java, not the one that surplus months lead to.
  if (year < cutoverYear) return julian;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const gregorian = 365 * marchYear + leapDays + dayOfYear - gregorianEpochDays;
  return gregorian >= cutoverDay ? gregorian : julian;
}

/** The date of a day counted from 1 January 1970. */
export function dateOfDays(days: number): CalendarDate {
  return days >= cutoverDay ? gregorianDate(days + gregorianEpochDays) : dateInFourYears(days + julianEpochDays, 0);
}

function gregorianDate(marchDays: number): CalendarDate {
  const cycle = Math.floor(marchDays / 146_097);
  const inCycle = marchDays - cycle * 146_097;
  const century = Math.min(3, Math.floor(inCycle / 36_524));
  return dateInFourYears(inCycle - century * 36_524, cycle * 400 + century * 100);
}

/** Days since 1 March of a year, where every fourth year is a leap year. */
function dateInFourYears(marchDays: number, firstYear: number): CalendarDate {
  const cycle = Math.floor(marchDays / 1461);
  const inCycle = marchDays - cycle * 1461;
  const yearInCycle = Math.min(3, Math.floor(inCycle / 365));
  const dayOfYear = inCycle - yearInCycle * 365;
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = firstYear + cycle * 4 + yearInCycle + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1 };
}

function modulo(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor;
}
