import { ConfigException, type SinkRecord } from '@millrace/api';
import type { Partitioner, TimestampExtractor } from './partitioner.ts';
import { pathFormat, type PathFormat } from './path-format.ts';
import { TimeZone } from './time-zone.ts';

/** Settings of a {@link TimePartitioner}. */
export interface TimePartitionerOptions {
  /** `partition.duration.ms`: length of a bucket in milliseconds, at least 1. */
  readonly durationMs: number;
  /** `path.format`: a pattern of Joda. */
  readonly pathFormat: string;
  /** `timezone`: a name of the tz database or an offset. */
  readonly timezone: string;
  /** `locale`. */
  readonly locale: string;
  readonly timestamp: TimestampExtractor;
  /** `directory.delim`. Default `/`. */
  readonly delimiter?: string;
}

/** What daily and hourly partitioners leave open. */
export type FixedTimeOptions = Omit<TimePartitionerOptions, 'durationMs' | 'pathFormat'>;

/**
 * Directories by time, as `io.confluent.connect.storage.partitioner.TimeBasedPartitioner`: the start of the bucket, counted in local
 * time, so that the two hours of a clock that is set back share a directory.
 */
export class TimePartitioner implements Partitioner {
  readonly timestamp: TimestampExtractor;
  readonly isDeterministic: boolean;
  readonly #durationMs: number;
  readonly #zone: TimeZone;
  readonly #format: PathFormat;
  #lastBucket = Number.NaN;
  #lastPath = '';

  /** @throws ConfigException if a setting is refused. */
  constructor(options: TimePartitionerOptions) {
    const { durationMs, timestamp, delimiter = '/' } = options;
    if (!(durationMs >= 1)) throw new ConfigException(`partition.duration.ms must be at least 1, got ${durationMs}`);
    if (options.locale.trim() === '') throw new ConfigException('locale must not be blank: en-US, for instance');
    if (options.timezone.trim() === '') throw new ConfigException('timezone must not be blank: UTC or Europe/Zurich, for instance');
    this.timestamp = timestamp;
    this.isDeterministic = timestamp.isDeterministic;
    this.#durationMs = durationMs;
    this.#zone = new TimeZone(options.timezone);
    this.#format = pathFormat(checkedPattern(options.pathFormat, delimiter), this.#zone, options.locale);
  }

  encode(record: SinkRecord): string {
    return this.pathOf(this.timestamp.extract(record));
  }

  /** The directory of a moment. */
  pathOf(utcMs: number): string {
    const local = this.#zone.toLocal(utcMs);
    // Java's division rounds towards zero: the two buckets around the epoch are one.
    const bucket = Math.trunc(local / this.#durationMs) * this.#durationMs;
    if (bucket !== this.#lastBucket) {
      this.#lastPath = this.#format(this.#zone.toUtc(bucket));
      this.#lastBucket = bucket;
    }
    return this.#lastPath;
  }
}

/** `year=2026/month=11/day=25`, as `io.confluent.connect.storage.partitioner.DailyPartitioner`. */
export function dailyPartitioner(options: FixedTimeOptions): TimePartitioner {
  const pattern = ["'year'=YYYY", "'month'=MM", "'day'=dd"].join(quotedDelimiter(options));
  return new TimePartitioner({ ...options, durationMs: 86_400_000, pathFormat: pattern });
}

/** `year=2026/month=11/day=25/hour=17`, as `io.confluent.connect.storage.partitioner.HourlyPartitioner`. */
export function hourlyPartitioner(options: FixedTimeOptions): TimePartitioner {
  const pattern = ["'year'=YYYY", "'month'=MM", "'day'=dd", "'hour'=HH"].join(quotedDelimiter(options));
  return new TimePartitioner({ ...options, durationMs: 3_600_000, pathFormat: pattern });
}

function quotedDelimiter({ delimiter = '/' }: FixedTimeOptions): string {
  return /[A-Za-z']/.test(delimiter) ? `'${delimiter.replaceAll("'", "''")}'` : delimiter;
}

function checkedPattern(pattern: string, delimiter: string): string {
  if (pattern.trim() === '' || pattern === delimiter) {
    throw new ConfigException(`path.format must name at least one directory, got ${JSON.stringify(pattern)}: 'year'=YYYY, for instance`);
  }
  return delimiter !== '' && pattern.endsWith(delimiter) ? pattern.slice(0, -delimiter.length) : pattern;
}
