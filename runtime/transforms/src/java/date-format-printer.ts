import { AM_PM, ERAS, MONTHS, shortNames, WEEKDAYS } from './date-format-names.ts';
import type { PatternToken } from './date-format-pattern.ts';
import { type CalendarMoment, dayOfWeek, dayOfYear, firstDayOfMonth, weekOfMonth, weekOfYear, weekYear } from './gregorian-calendar.ts';

/** Prints one element of a pattern. */
export type Printer = (moment: CalendarMoment) => string;

const millisPerHour = 3_600_000;

const hourOfDay = ({ millisOfDay }: CalendarMoment): number => Math.floor(millisOfDay / millisPerHour);
const isoDayOfWeek = ({ day }: CalendarMoment): number => ((dayOfWeek(day) + 5) % 7) + 1;

/** Fields that are printed as numbers, padded with zeros to the number of letters. */
const numbers: Readonly<Record<string, (moment: CalendarMoment) => number>> = {
  d: ({ dayOfMonth }) => dayOfMonth,
  k: (moment) => hourOfDay(moment) || 24,
  H: hourOfDay,
  m: ({ millisOfDay }) => Math.floor(millisOfDay / 60_000) % 60,
  s: ({ millisOfDay }) => Math.floor(millisOfDay / 1000) % 60,
  S: ({ millisOfDay }) => millisOfDay % 1000,
  D: dayOfYear,
  F: (moment) => Math.floor((moment.day - firstDayOfMonth(moment)) / 7) + 1,
  w: weekOfYear,
  W: weekOfMonth,
  h: (moment) => hourOfDay(moment) % 12 || 12,
  K: (moment) => hourOfDay(moment) % 12,
  u: isoDayOfWeek,
};

/** Compiles one element of a pattern to the function that prints it, for the zone UTC. */
export function printerOf(token: PatternToken): Printer {
  if (token.kind === 'literal') return () => token.text;
  const { letter, count } = token;
  const number = numbers[letter];
  if (number !== undefined) return (moment) => padded(number(moment), count);
  switch (letter) {
    case 'y':
      return yearPrinter(({ year }) => (year > 0 ? year : 1 - year), count);
    case 'Y':
      return yearPrinter(weekYear, count);
    case 'M':
    case 'L':
      if (count < 3) return ({ month }) => padded(month + 1, count);
      return namePrinter(MONTHS, count, ({ month }) => month);
    case 'E':
      return namePrinter(WEEKDAYS, count, ({ day }) => dayOfWeek(day) - 1);
    case 'G':
      return ({ year }) => ERAS[year > 0 ? 1 : 0] as string;
    case 'a':
      return (moment) => AM_PM[hourOfDay(moment) < 12 ? 0 : 1] as string;
    default:
      return zonePrinter(letter, count);
  }
}

/** Two letters print the last two digits. */
function yearPrinter(year: (moment: CalendarMoment) => number, count: number): Printer {
  return (moment) => (count === 2 ? padded(year(moment) % 100, 2) : padded(year(moment), count));
}

function namePrinter(names: readonly string[], count: number, index: (moment: CalendarMoment) => number): Printer {
  const printed = count >= 4 ? names : shortNames(names);
  return (moment) => printed[index(moment)] as string;
}

function zonePrinter(letter: string, count: number): Printer {
  if (letter === 'X') return () => 'Z';
  if (letter === 'Z') return () => '+0000';
  return () => (count >= 4 ? 'Coordinated Universal Time' : 'UTC');
}

const twoDigits: readonly string[] = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));

function padded(value: number, digits: number): string {
  if (digits === 2 && value >= 0 && value < 100) return twoDigits[value] as string;
  if (digits === 4 && value >= 0 && value < 10_000) {
    return (twoDigits[Math.floor(value / 100)] as string) + (twoDigits[value % 100] as string);
  }
  if (value < 0) return `-${padded(-value, digits)}`;
  return String(value).padStart(digits, '0');
}
