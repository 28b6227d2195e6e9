import { MILLIS_PER_DAY } from '@millrace/api';

const MILLIS_PER_MINUTE = 60_000;
/** Days whose offset is kept; some three hundred years of them would fit. */
const MOST_CACHED_DAYS = 100_000;

/** Java's three-letter zones, as `ZoneId.SHORT_IDS` has them. */
const SHORT_IDS: Readonly<Record<string, string>> = {
  ACT: 'Australia/Darwin',
  AET: 'Australia/Sydney',
  AGT: 'America/Argentina/Buenos_Aires',
  ART: 'Africa/Cairo',
  AST: 'America/Anchorage',
  BET: 'America/Sao_Paulo',
  BST: 'Asia/Dhaka',
  CAT: 'Africa/Harare',
  CNT: 'America/St_Johns',
  CST: 'America/Chicago',
  CTT: 'Asia/Shanghai',
  EAT: 'Africa/Addis_Ababa',
  ECT: 'Europe/Paris',
  EST: '-05:00',
  HST: '-10:00',
  IET: 'America/Indiana/Indianapolis',
  IST: 'Asia/Kolkata',
  JST: 'Asia/Tokyo',
  MIT: 'Pacific/Apia',
  MST: '-07:00',
  NET: 'Asia/Yerevan',
  NST: 'Pacific/Auckland',
  PLT: 'Asia/Karachi',
  PNT: 'America/Phoenix',
  PRT: 'America/Puerto_Rico',
  PST: 'America/Los_Angeles',
  SST: 'Pacific/Guadalcanal',
  VST: 'Asia/Ho_Chi_Minh',
};

/** The offsets of a time zone. */
export interface TimeZone {
  readonly id: string;
  /** Whether the offset is always zero. */
  readonly isUtc: boolean;
  /** Milliseconds that local clocks are ahead of UTC at an instant. */
  offsetAt(instantMs: number): number;
  /**
   * The instant that a local time stands for. As Java's calendar: the later one when clocks went back, and when they went forward the time as if
   * they had not.
   */
  instantOf(localMs: number): number;
}

/** A zone by a JDK id: a region, a short id, `GMT+2`, `UTC`, `+02:00`. Null when there is none of this name. */
export function timeZone(id: string): TimeZone | null {
  const name = SHORT_IDS[id] ?? id;
  const fixed = fixedOffset(name);
  if (fixed !== null) return new FixedZone(id, fixed);
  try {
    return new RegionZone(id, name);
  } catch {
    return null;
  }
}

function fixedOffset(name: string): number | null {
  if (/^(?:Z|UTC|GMT|UT|Etc\/UTC|Etc\/GMT)$/.test(name)) return 0;
  const match = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(name);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return (match[1] === '-' ? -minutes : minutes) * MILLIS_PER_MINUTE;
}

class FixedZone implements TimeZone {
  readonly id: string;
  readonly isUtc: boolean;
  readonly #offset: number;

  constructor(id: string, offset: number) {
    this.id = id;
    this.isUtc = offset === 0;
    this.#offset = offset;
  }

  offsetAt(): number {
    return this.#offset;
  }

  instantOf(localMs: number): number {
    return localMs - this.#offset;
  }
}

class RegionZone implements TimeZone {
  readonly id: string;
  readonly isUtc = false;
  readonly #format: Intl.DateTimeFormat;
  /** Offset at midnight UTC by day. */
  readonly #byDay = new Map<number, number>();

  constructor(id: string, region: string) {
    this.id = id;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: region,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  offsetAt(instantMs: number): number {
    const day = Math.floor(instantMs / MILLIS_PER_DAY);
    const offset = this.#ofDay(day);
    // No zone changes its offset twice within a day.
    return offset === this.#ofDay(day + 1) ? offset : this.#computed(instantMs);
  }

  instantOf(localMs: number): number {
    const before = this.offsetAt(localMs - MILLIS_PER_DAY);
    const after = this.offsetAt(localMs + MILLIS_PER_DAY);
    if (before === after) return localMs - before;
    const later = localMs - after;
    return this.offsetAt(later) === after ? later : localMs - before;
  }

  #ofDay(day: number): number {
    let offset = this.#byDay.get(day);
    if (offset === undefined) {
      if (this.#byDay.size >= MOST_CACHED_DAYS) this.#byDay.clear();
      offset = this.#computed(day * MILLIS_PER_DAY);
      this.#byDay.set(day, offset);
    }
    return offset;
  }

  #computed(instantMs: number): number {
    const parts: Record<string, string> = {};
    for (const { type, value } of this.#format.formatToParts(instantMs)) parts[type] = value;
    const { era, year = '0', month = '1', day = '1', hour = '0', minute = '0', second = '0' } = parts;
    const local = new Date(0);
    local.setUTCFullYear(era === 'BC' ? 1 - Number(year) : Number(year), Number(month) - 1, Number(day));
    local.setUTCHours(Number(hour), Number(minute), Number(second));
    return local.getTime() - Math.floor(instantMs / 1000) * 1000;
  }
}
