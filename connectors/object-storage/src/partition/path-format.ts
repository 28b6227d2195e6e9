import { ConfigException } from '@millrace/api';
import type { TimeZone } from './time-zone.ts';

/** A moment in its zone: what pattern letters are filled from. */
interface Moment {
  /** Holds local time as if it were UTC. */
  readonly local: Date;
  readonly offsetMs: number;
}

type Piece = (moment: Moment) => string;

/** Writes a moment by a pattern. */
export type PathFormat = (utcMs: number) => string;

const tokens = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'/g;
const numbers: Readonly<Record<string, (local: Date) => number>> = {
  C: (local) => Math.floor(local.getUTCFullYear() / 100),
  Y: (local) => local.getUTCFullYear(),
  y: (local) => local.getUTCFullYear(),
  x: (local) => isoWeek(local).year,
  w: (local) => isoWeek(local).week,
  e: (local) => local.getUTCDay() || 7,
  D: (local) => dayOfYear(local),
  M: (local) => local.getUTCMonth() + 1,
  d: (local) => local.getUTCDate(),
  K: (local) => local.getUTCHours() % 12,
  h: (local) => local.getUTCHours() % 12 || 12,
  H: (local) => local.getUTCHours(),
  k: (local) => local.getUTCHours() || 24,
  m: (local) => local.getUTCMinutes(),
  s: (local) => local.getUTCSeconds(),
};

/**
 * Compiles a pattern of Joda's `DateTimeFormat`, such as `'year'=YYYY/'month'=MM/'day'=dd`. `YYYY` is the year, and the ISO week's
 * year is `xxxx`, unlike in `java.time`.
 *
 * @param locale language of month and day names, `en-US` or `en_US`
 * @throws ConfigException for a letter that means nothing, a quote that does not end or an unknown locale.
 */
export function pathFormat(pattern: string, zone: TimeZone, locale: string): PathFormat {
  const language = languageOf(locale);
  const pieces: Piece[] = [];
  for (const match of pattern.matchAll(tokens)) {
    const [token, quoted, letter] = match;
    if (letter !== undefined) pieces.push(letterPiece(letter, token.length, language, pattern));
    else if (token === "'") throw new ConfigException(`path.format has a quote that does not end: ${JSON.stringify(pattern)}`);
    else pieces.push(constant(quoted === undefined ? token : quoted === '' ? "'" : quoted.replaceAll("''", "'")));
  }
  return (utcMs) => {
    const offsetMs = zone.offsetAt(utcMs);
    const moment = { local: new Date(utcMs + offsetMs), offsetMs };
    let text = '';
    for (const piece of pieces) text += piece(moment);
    return text;
  };
}

function letterPiece(letter: string, count: number, language: string, pattern: string): Piece {
  if (letter === 'M' && count >= 3) return nameOf(language, { month: count > 3 ? 'long' : 'short' }, 'month');
  if (letter === 'E') return nameOf(language, { weekday: count > 3 ? 'long' : 'short' }, 'weekday');
  if (letter === 'a') return nameOf(language, { hour: 'numeric', hourCycle: 'h12' }, 'dayPeriod');
  if (letter === 'G') return constant('AD');
  if (letter === 'S') return ({ local }) => String(local.getUTCMilliseconds()).padStart(3, '0').padEnd(count, '0').slice(0, count);
  if (letter === 'Z') return ({ offsetMs }) => offsetText(offsetMs, count > 1);
  const number = numbers[letter];
  if (number === undefined) {
    throw new ConfigException(
      `path.format has the letter ${letter}, which stands for nothing, in ${JSON.stringify(pattern)}: quote text as in 'year'=YYYY`,
    );
  }
  if ('Yyx'.includes(letter) && count === 2) return ({ local }) => padded(number(local) % 100, 2);
  return ({ local }) => padded(number(local), count);
}

function constant(text: string): Piece {
  return () => text;
}

function nameOf(language: string, options: Intl.DateTimeFormatOptions, type: Intl.DateTimeFormatPartTypes): Piece {
  const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });
  return ({ local }) => format.formatToParts(local).find((part) => part.type === type)?.value ?? '';
}

function padded(value: number, width: number): string {
  return value < 0 ? `-${String(-value).padStart(width, '0')}` : String(value).padStart(width, '0');
}

function offsetText(offsetMs: number, colon: boolean): string {
  const minutes = Math.abs(offsetMs) / 60_000;
  const text = `${padded(Math.floor(minutes / 60), 2)}${colon ? ':' : ''}${padded(Math.floor(minutes % 60), 2)}`;
  return `${offsetMs < 0 ? '-' : '+'}${text}`;
}

function dayOfYear(local: Date): number {
  return Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}

/** Week 1 is the one with the year's first Thursday. */
function isoWeek(local: Date): { year: number; week: number } {
  const thursday = new Date(local.getTime() + (4 - (local.getUTCDay() || 7)) * 86_400_000);
  return { year: thursday.getUTCFullYear(), week: Math.ceil(dayOfYear(thursday) / 7) };
}

function languageOf(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale.replaceAll('_', '-'))[0] ?? 'en';
  } catch (error) {
    throw new ConfigException(`locale must be a language tag such as en-US, got ${JSON.stringify(locale)}`, { cause: error });
  }
}
