import { MILLIS_PER_DAY } from './millis.ts';
import { dateOfDays } from './java-calendar.ts';

const weekdays = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A moment split into its day since 1970 and its time of that day. */
export interface DayAndTime {
  readonly day: number;
  /** 0 to 86 399 999. */
  readonly millisOfDay: number;
}

/** Splits milliseconds since the epoch, also those that no JavaScript `Date` can hold. */
export function dayAndTime(millis: number | bigint): DayAndTime {
  if (typeof millis === 'number') {
    const day = Math.floor(millis / MILLIS_PER_DAY);
    return { day, millisOfDay: millis - day * MILLIS_PER_DAY };
  }
  const perDay = BigInt(MILLIS_PER_DAY);
  const millisOfDay = ((millis % perDay) + perDay) % perDay;
  return { day: Number((millis - millisOfDay) / perDay), millisOfDay: Number(millisOfDay) };
}

/** `HH:mm:ss` of a time of day in milliseconds. */
export function timeText(millisOfDay: number): string {
  const seconds = Math.floor(millisOfDay / 1000);
  return `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
}

/** `java.util.Date.toString()` in UTC: `Thu Jan 01 00:00:00 UTC 1970`. A year before Christ is printed without its era, as Java does. */
export function javaDateText(millis: number | bigint): string {
  const { day, millisOfDay } = dayAndTime(millis);
  const date = dateOfDays(day);
  const weekday = weekdays[((day % 7) + 7) % 7];
  const year = date.year > 0 ? date.year : 1 - date.year;
  return `${weekday} ${months[date.month - 1]} ${twoDigits(date.day)} ${timeText(millisOfDay)} UTC ${year}`;
}

/** A number from 0 to 99 with a leading zero where needed. */
export function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}
