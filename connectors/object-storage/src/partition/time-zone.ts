import { ConfigException } from '@millrace/api';

/** Offsets change at multiples of a quarter of an hour. */
const quarterMs = 900_000;
const cacheSize = 4096;
const fixedOffset = /^([+-])(\d{2}):?(\d{2})(?::?(\d{2}))?$/;

/** A time zone, with the conversions of Joda's `DateTimeZone`, which Confluent's partitioners use. */
export class TimeZone {
  /** As it was written. */
  readonly id: string;
  readonly #format: Intl.DateTimeFormat | null;
  readonly #fixedMs: number;
  readonly #offsets = new Map<number, number>();
  #lastQuarter = Number.NaN;
  #lastOffset = 0;

  /**
   * @param id name of the tz database, such as `Europe/Zurich`, or an offset, `+02:00`
   * @param key configuration key for the error
   * @throws ConfigException if there is no such zone.
   */
  constructor(id: string, key = 'timezone') {
    this.id = id;
    const fixed = fixedOffset.exec(id);
    if (fixed !== null) {
      const [, sign, hours, minutes, seconds = '0'] = fixed;
      this.#fixedMs = (sign === '-' ? -1000 : 1000) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
      this.#format = null;
      return;
    }
    this.#fixedMs = 0;
    this.#format = id === 'UTC' || id === 'Z' ? null : formatOf(id, key);
  }

  /** Local time minus UTC at a moment, in milliseconds. */
  offsetAt(utcMs: number): number {
    if (this.#format === null) return this.#fixedMs;
    const quarter = Math.floor(utcMs / quarterMs);
    if (quarter !== this.#lastQuarter) {
      this.#lastOffset = this.#cached(quarter);
      this.#lastQuarter = quarter;
    }
    return this.#lastOffset;
  }

  /** What a clock in this zone shows, as if it were UTC. */
  toLocal(utcMs: number): number {
    return utcMs + this.offsetAt(utcMs);
  }

  /** The moment at which a clock shows this: the earlier one of two, and one shifted by the gap if none, as Joda's lenient conversion. */
  toUtc(localMs: number): number {
    const guess = this.offsetAt(localMs);
    const offset = this.offsetAt(localMs - guess);
    if (guess !== offset && guess < 0 && this.offsetAt(localMs - guess) !== this.offsetAt(localMs - offset)) return localMs - guess;
    return localMs - offset;
  }

  #cached(quarter: number): number {
    let offset = this.#offsets.get(quarter);
    if (offset === undefined) {
      if (this.#offsets.size >= cacheSize) this.#offsets.clear();
      offset = this.#ask(quarter * quarterMs);
      this.#offsets.set(quarter, offset);
    }
    return offset;
  }

  #ask(utcMs: number): number {
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format?.formatToParts(utcMs) ?? []) parts[type] = Number(value);
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - utcMs;
  }
}

function formatOf(timeZone: string, key: string): Intl.DateTimeFormat {
  const fields = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
  try {
    return new Intl.DateTimeFormat('en-u-ca-iso8601', { ...fields, hourCycle: 'h23', timeZone });
  } catch (error) {
    throw new ConfigException(`${key} must be a zone such as Europe/Zurich, UTC or +02:00, got ${JSON.stringify(timeZone)}`, {
      cause: error,
    });
  }
}
