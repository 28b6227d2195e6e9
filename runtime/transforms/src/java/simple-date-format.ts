import { dateFormatTokens } from './date-format-pattern.ts';
import { parserOf, type Parser, type ParseState } from './date-format-parser.ts';
import { printerOf, type Printer } from './date-format-printer.ts';
import { momentOf } from './gregorian-calendar.ts';
import { LenientCalendar } from './lenient-calendar.ts';

/** Years before now at which the hundred years begin that a two-digit year stands for. */
const yearsBack = 80;

/**
 * Prints and reads dates as `java.text.SimpleDateFormat` does, in the zone UTC and the locale en_US. The pattern is compiled once.
 * Reading is lenient: fields may be out of range, and text after the date is ignored.
 */
export class SimpleDateFormat {
  readonly pattern: string;
  readonly #printers: readonly Printer[];
  readonly #parsers: readonly Parser[];
  readonly #centuryStart: number;

  /**
   * @param now milliseconds since the epoch; two-digit years are read as the 80 years before and the 20 years after it
   * @throws IllegalArgumentException if this is no pattern.
   */
  constructor(pattern: string, now: number = Date.now()) {
    const tokens = dateFormatTokens(pattern);
    const start = new Date(now);
    start.setUTCFullYear(start.getUTCFullYear() - yearsBack);
    this.pattern = pattern;
    this.#centuryStart = start.getTime();
    this.#printers = tokens.map(printerOf);
    this.#parsers = tokens.map((token, index) => parserOf(token, tokens[index + 1], start.getUTCFullYear()));
  }

  /** @param millis milliseconds since the epoch */
  format(millis: number | bigint): string {
    const moment = momentOf(millis);
    let text = '';
    for (const print of this.#printers) text += print(moment);
    return text;
  }

  /** Milliseconds since the epoch, a `bigint` when a `number` would not be exact; null if the text does not match the pattern. */
  parse(text: string): number | bigint | null {
    const state: ParseState = { calendar: new LenientCalendar(), isYearAmbiguous: false };
    let position = 0;
    for (const parse of this.#parsers) {
      position = parse(text, position, state);
      if (position < 0) return null;
    }
    if (position === 0) return null;
    const millis = state.calendar.millis();
    if (!state.isYearAmbiguous || millis >= this.#centuryStart) return millis;
    state.calendar.addYears(100);
    return state.calendar.millis();
  }
}
