/** First day of the Gregorian calendar, 1582-10-15, in days since 1970. */
const CUTOVER_DAY = -141_427;

/**
 * The day number that Java's old calendar gives to a date: before 1582-10-15 it reads year, month and day by the Julian calendar.
 *
 * @param day days since 1970 by the Gregorian calendar carried back, which is PostgreSQL's
 */
export function legacyDay(day: number): number {
  return day >= CUTOVER_DAY ? day : day + julianShift(day);
}

/** Days by which the Julian reading of a date lies after the Gregorian one. */
function julianShift(day: number): number {
  const { year, month } = civil(day);
  // The two calendars drift apart at the end of February in years that are leap years of one of them only.
  const leapYear = month > 2 ? year : year - 1;
  const centuries = Math.floor(leapYear / 100);
  return centuries - Math.floor(centuries / 4) - 2;
}

/** Year (0 is 1 BC) and month of a day, Gregorian. */
export function civil(day: number): { year: number; month: number; dayOfMonth: number } {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth };
}
