import { MILLIS_PER_DAY } from '@millrace/api';
import { type CalendarSystem, CUTOVER_DAY, CUTOVER_YEAR, firstOfMonth, momentOf, onOrBefore } from './gregorian-calendar.ts';

/** Fields of `java.util.Calendar` that a text can set. */
export type CalendarField =
  | 'era'
  | 'year'
  | 'weekYear'
  | 'month'
  | 'dayOfMonth'
  | 'dayOfYear'
  | 'dayOfWeek'
  | 'dayOfWeekInMonth'
  | 'weekOfMonth'
  | 'weekOfYear'
  | 'amPm'
  | 'hour'
  | 'hourOfDay'
  | 'minute'
  | 'second'
  | 'millisecond'
  | 'zoneOffset'
  | 'namedZone';

/** Which fields say the day. */
type DayRule = 'dayOfMonth' | 'weekOfMonth' | 'dayOfWeekInMonth' | 'dayOfYear' | 'weekOfYear';

/** Without any of these, the day is the day of the month. */
const weekFields: readonly CalendarField[] = ['dayOfYear', 'dayOfWeek', 'dayOfWeekInMonth', 'weekOfMonth', 'weekOfYear'];

/**
 * Fields of a moment as a text names them, in any combination and out of any range: month 13 is January of the next year.
 * They are resolved as a lenient `java.util.GregorianCalendar` does: where fields contradict each other, those that were set last win.
 */
export class LenientCalendar {
  readonly #values = new Map<CalendarField, number>();
  /** When each field was set, from 1. */
  readonly #stamps = new Map<CalendarField, number>();
  #lastStamp = 0;

  set(field: CalendarField, value: number): void {
    this.#lastStamp += 1;
    this.#values.set(field, value);
    this.#stamps.set(field, this.#lastStamp);
  }

  /** Sets the offset of a zone that was named. A zone with winter and summer names also takes back an offset that was read before. */
  setNamedZone(offset: number, isSeasonal: boolean): void {
    if (isSeasonal) this.#values.delete('zoneOffset');
    this.#values.set('namedZone', offset);
  }

  /** Moves the year; for a two-digit year that fell into the wrong century. */
  addYears(years: number): void {
    for (const field of ['year', 'weekYear'] as const) {
      const value = this.#values.get(field);
      if (value !== undefined) this.#values.set(field, value + years);
    }
  }

  /** Milliseconds since the epoch; a `bigint` when a `number` would not be exact. */
  millis(): number | bigint {
    const time = this.#timeOfDay();
    const carried = Math.floor(time / MILLIS_PER_DAY);
    const isWeekDate = this.#stamp('weekYear') > this.#stamp('year');
    const day = isWeekDate ? carried + this.#weekDate() : this.#day(this.#year(), carried);
    const rest = time - carried * MILLIS_PER_DAY - this.#get('zoneOffset', this.#get('namedZone'));
    const millis = day * MILLIS_PER_DAY + rest;
    if (Number.isSafeInteger(millis)) return millis;
    return BigInt.asIntN(64, BigInt(day) * BigInt(MILLIS_PER_DAY) + BigInt(rest));
  }

  #get(field: CalendarField, unset = 0): number {
    return this.#values.get(field) ?? unset;
  }

  #stamp(field: CalendarField): number {
    return this.#stamps.get(field) ?? 0;
  }

  /** A week or a day of the week counts only together with its partner: the later of the two, or 0. */
  #pairStamp(field: CalendarField): number {
    const [week, weekday] = [this.#stamp(field), this.#stamp('dayOfWeek')];
    return week === 0 || weekday === 0 ? 0 : Math.max(week, weekday);
  }

  #year(): number {
    const year = this.#get('year', 1970);
    return this.#values.get('era') === 0 ? 1 - year : year;
  }

  #timeOfDay(): number {
    const seconds = this.#hour() * 3600 + this.#get('minute') * 60 + this.#get('second');
    return seconds * 1000 + this.#get('millisecond');
  }

  #hour(): number {
    const [hour, amPm, hourOfDay] = [this.#stamp('hour'), this.#stamp('amPm'), this.#stamp('hourOfDay')];
    const half = hour === 0 || amPm === 0 ? 0 : Math.max(hour, amPm);
    if (hourOfDay > 0 && hourOfDay >= half) return this.#get('hourOfDay');
    return this.#get('hour') + 12 * this.#get('amPm');
  }

  /** The day in the calendar that was in use at that time. */
  #day(year: number, carried: number): number {
    const rule = this.#dayRule();
    const dayIn = (system: CalendarSystem): number => carried + this.#dayIn(system, year, rule);
    if (year > CUTOVER_YEAR || (year === CUTOVER_YEAR && rule !== 'dayOfYear' && rule !== 'weekOfYear')) {
      const gregorian = dayIn('gregorian');
      if (gregorian >= CUTOVER_DAY) return gregorian;
    }
    return dayIn('julian');
  }

  /** The group of fields that was set last. Fields that need a partner come second, and a month alone means its first day. */
  #dayRule(): DayRule {
    if (!weekFields.some((field) => this.#stamps.has(field))) return 'dayOfMonth';
    const complete: Record<DayRule, number> = {
      dayOfMonth: this.#stamp('dayOfMonth'),
      weekOfMonth: this.#pairStamp('weekOfMonth'),
      dayOfWeekInMonth: this.#pairStamp('dayOfWeekInMonth'),
      dayOfYear: this.#stamp('dayOfYear'),
      weekOfYear: this.#pairStamp('weekOfYear'),
    };
    const single: Record<DayRule, number> = {
      dayOfMonth: 0,
      weekOfMonth: this.#stamp('weekOfMonth'),
      dayOfWeekInMonth: Math.max(this.#stamp('dayOfWeekInMonth'), this.#stamp('dayOfWeek')),
      dayOfYear: 0,
      weekOfYear: this.#stamp('weekOfYear'),
    };
    const stamps = Math.max(...Object.values(complete)) > 0 ? complete : single;
    const best = Math.max(...Object.values(stamps));
    if (best === stamps.dayOfMonth) return 'dayOfMonth';
    const isWeekOfMonth = best === stamps.weekOfMonth && this.#stamp('weekOfMonth') >= this.#stamp('weekOfYear');
    const isInMonth = best === stamps.dayOfWeekInMonth && this.#stamp('dayOfWeekInMonth') >= this.#stamp('weekOfYear');
    if (!isWeekOfMonth && !isInMonth) return best === stamps.dayOfYear ? 'dayOfYear' : 'weekOfYear';
    if (stamps.weekOfMonth === stamps.dayOfWeekInMonth) {
      return this.#stamp('weekOfMonth') >= this.#stamp('dayOfWeekInMonth') ? 'weekOfMonth' : 'dayOfWeekInMonth';
    }
    return best === stamps.weekOfMonth ? 'weekOfMonth' : 'dayOfWeekInMonth';
  }

  #dayIn(system: CalendarSystem, year: number, rule: DayRule): number {
    if (rule === 'dayOfYear') return firstOfMonth(system, year, 0) + this.#get('dayOfYear') - 1;
    if (rule === 'weekOfYear') return weekDay(firstOfMonth(system, year, 0), this.#get('weekOfYear'), this.#values.get('dayOfWeek'));
    const first = firstOfMonth(system, year, this.#get('month'));
    if (rule === 'dayOfMonth') return first + this.#get('dayOfMonth', 1) - 1;
    if (rule === 'weekOfMonth') return weekDay(first, this.#get('weekOfMonth'), this.#values.get('dayOfWeek'));
    const weekday = this.#get('dayOfWeek', 1);
    const ordinal = this.#get('dayOfWeekInMonth', 1);
    if (ordinal >= 0) return onOrBefore(first + 7 * ordinal - 1, weekday);
    const next = firstOfMonth(system, year, this.#get('month') + 1);
    return onOrBefore(next + 7 * (ordinal + 1) - 1, weekday);
  }

  /** The day of a week-based year. Its weekday may be out of range too. */
  #weekDate(): number {
    const weekYear = this.#get('weekYear');
    const otherDay = this.#day(this.#year(), 0);
    // Java takes the era from the date that the other fields give.
    const year = momentOf(otherDay * MILLIS_PER_DAY).year > 0 ? weekYear : 1 - weekYear;
    const firstDay = firstOfMonth(year > CUTOVER_YEAR ? 'gregorian' : 'julian', year, 0);
    const weekday = this.#get('dayOfWeek', 1);
    const isValid = weekday >= 1 && weekday <= 7;
    const week = this.#get('weekOfYear', 1) - 1;
    // Outside of Sunday to Saturday Java takes the number for an ISO one, in which Monday is 1.
    return onOrBefore(firstDay, 1) + 7 * week + (isValid ? weekday - 1 : weekday % 7 === 0 ? weekday - 7 : weekday);
  }
}

/** A day of a numbered week; week 1 holds the first day of the period. Without a weekday it is the Sunday. */
function weekDay(first: number, week: number, weekday: number | undefined): number {
  const sunday = onOrBefore(first, 1);
  const day = weekday === undefined ? sunday : onOrBefore(sunday + 6, weekday);
  return day + 7 * (week - 1);
}
