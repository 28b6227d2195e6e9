import { AM_PM, ERAS, LONG_ERAS, MONTHS, shortNames, WEEKDAYS, ZONE_OFFSETS } from './date-format-names.ts';
import type { PatternToken } from './date-format-pattern.ts';
import type { CalendarField, LenientCalendar } from './lenient-calendar.ts';
import { type NumberAt, numberAt } from './number-format.ts';

const millisPerMinute = 60_000;

/** What a text was found to say so far. */
export interface ParseState {
  readonly calendar: LenientCalendar;
  /** Whether a two-digit year lies in the last year of the century, so that the other fields decide which century it is. */
  isYearAmbiguous: boolean;
}

/** Reads one element of a pattern at a position of a text; returns where it ends, or -1 if the text does not match. */
export type Parser = (text: string, start: number, state: ParseState) => number;

/** Fields that are read as numbers, and what is taken from the number. */
const numberFields: Readonly<Record<string, readonly [field: CalendarField, value: (number: number) => number]>> = {
  M: ['month', (number) => number - 1],
  L: ['month', (number) => number - 1],
  d: ['dayOfMonth', Number],
  k: ['hourOfDay', (number) => (number === 24 ? 0 : number)],
  H: ['hourOfDay', Number],
  m: ['minute', Number],
  s: ['second', Number],
  S: ['millisecond', Number],
  D: ['dayOfYear', Number],
  F: ['dayOfWeekInMonth', Number],
  w: ['weekOfYear', Number],
  W: ['weekOfMonth', Number],
  h: ['hour', (number) => (number === 12 ? 0 : number)],
  K: ['hour', Number],
  u: ['dayOfWeek', (number) => (number >= 1 && number <= 7 ? (number % 7) + 1 : number)],
};

/**
 * Compiles one element of a pattern to the function that reads it, as leniently as `SimpleDateFormat` does.
 *
 * @param next the element after it: if that is a number too, the digits must be counted
 * @param centuryStart first year of the hundred that two-digit years stand for
 */
export function parserOf(token: PatternToken, next: PatternToken | undefined, centuryStart: number): Parser {
  if (token.kind === 'literal') {
    return (text, start) => (text.startsWith(token.text, start) ? start + token.text.length : -1);
  }
  const parse = fieldParserOf(token.letter, token.count, { isCounted: next !== undefined && isNumber(next), centuryStart });
  return (text, start, state) => {
    let position = start;
    while (text[position] === ' ' || text[position] === '\t') position += 1;
    return position >= text.length ? -1 : parse({ text, start, position }, state);
  };
}

function isNumber(token: PatternToken): boolean {
  if (token.kind === 'literal') return false;
  if (token.letter === 'M' || token.letter === 'L') return token.count <= 2;
  return token.letter === 'y' || token.letter === 'Y' || token.letter in numberFields;
}

/** Where a field is read: `start` before and `position` after white space. */
interface FieldAt {
  readonly text: string;
  readonly start: number;
  readonly position: number;
}

type FieldParser = (at: FieldAt, state: ParseState) => number;

interface NumberOptions {
  readonly isCounted: boolean;
  readonly centuryStart: number;
}

function fieldParserOf(letter: string, count: number, options: NumberOptions): FieldParser {
  switch (letter) {
    case 'y':
      return yearParser('year', count, options);
    case 'Y':
      return yearParser('weekYear', count, options);
    case 'M':
    case 'L':
      return count <= 2 ? numberParser(letter, count, options) : nameParser('month', [MONTHS, shortNames(MONTHS)], 0);
    case 'E':
      return nameParser('dayOfWeek', [WEEKDAYS, shortNames(WEEKDAYS)], 1);
    case 'G':
      return nameParser('era', [ERAS, LONG_ERAS], 0);
    case 'a':
      return nameParser('amPm', [AM_PM], 0);
    case 'X':
      return isoZoneParser(count);
    case 'z':
    case 'Z':
      return parseZone;
    default:
      return numberParser(letter, count, options);
  }
}

function readNumber({ text, start, position }: FieldAt, count: number, isCounted: boolean): NumberAt | null {
  if (!isCounted) return numberAt(text, position, text.length);
  return start + count > text.length ? null : numberAt(text, position, start + count);
}

function numberParser(letter: string, count: number, { isCounted }: NumberOptions): FieldParser {
  const [field, value] = numberFields[letter] as (typeof numberFields)[string];
  return (at, { calendar }) => {
    const number = readNumber(at, count, isCounted);
    if (number === null) return -1;
    calendar.set(field, value(number.value));
    return number.end;
  };
}

function yearParser(field: 'year' | 'weekYear', count: number, { isCounted, centuryStart }: NumberOptions): FieldParser {
  const firstOfCentury = centuryStart % 100;
  return (at, state) => {
    const number = readNumber(at, count, isCounted);
    if (number === null) return -1;
    let year = number.value;
    if (count <= 2 && number.end - at.position === 2 && /^\p{Nd}{2}$/u.test(at.text.slice(at.position, number.end))) {
      state.isYearAmbiguous = year === firstOfCentury;
      year += centuryStart - firstOfCentury + (year < firstOfCentury ? 100 : 0);
    }
    state.calendar.set(field, year);
    return number.end;
  };
}

/** Names in upper or lower case, the longest that fits. There must be no white space before them. */
function nameParser(field: CalendarField, lists: readonly (readonly string[])[], base: number): FieldParser {
  const names = lists.flatMap((list) => list.map((name, index) => ({ name: name.toLowerCase(), value: index + base })));
  names.sort((left, right) => right.name.length - left.name.length);
  return ({ text, start }, { calendar }) => {
    const found = names.find(({ name }) => matches(text, start, name));
    if (found === undefined) return -1;
    calendar.set(field, found.value);
    return start + found.name.length;
  };
}

function matches(text: string, start: number, lowerCaseName: string): boolean {
  return text.slice(start, start + lowerCaseName.length).toLowerCase() === lowerCaseName;
}

/** Forms of an offset from UTC; by number of X for ISO 8601. */
const isoOffsets = [/([+-])(\d\d)/y, /([+-])(\d\d)(\d\d)/y, /([+-])(\d\d):(\d\d)/y];
const rfc822Offset = /([+-])(\d\d)(\d\d)/y;
const gmtOffset = /gmt([+-])(\d?\d):(\d\d)/iy;

function isoZoneParser(count: number): FieldParser {
  const pattern = isoOffsets[count - 1] as RegExp;
  return ({ text, position }, { calendar }) => {
    if (text[position] !== 'Z') return parseOffset(text, position, pattern, calendar);
    calendar.set('zoneOffset', 0);
    return position + 1;
  };
}

/** `+hhmm`, `GMT+hh:mm`, `GMT` or the name of a zone. */
function parseZone({ text, position }: FieldAt, { calendar }: ParseState): number {
  if (text[position] === '+' || text[position] === '-') return parseOffset(text, position, rfc822Offset, calendar);
  if (/^gmt[+-]/i.test(text.slice(position, position + 4))) return parseOffset(text, position, gmtOffset, calendar);
  for (const [name, minutes] of ZONE_OFFSETS) {
    if (matches(text, position, name.toLowerCase())) {
      calendar.setNamedZone(minutes * millisPerMinute, !/^(?:UTC|Coord)/.test(name));
      return position + name.length;
    }
  }
  return -1;
}

function parseOffset(text: string, start: number, pattern: RegExp, calendar: LenientCalendar): number {
  pattern.lastIndex = start;
  const match = pattern.exec(text);
  if (match === null) return -1;
  const hours = Number(match[2]);
  const minutes = Number(match[3] ?? 0);
  if (hours > 23 || minutes > 59) return -1;
  calendar.set('zoneOffset', (match[1] === '-' ? -1 : 1) * (hours * 60 + minutes) * millisPerMinute);
  return start + match[0].length;
}
