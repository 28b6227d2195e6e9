import { ConnectException, DataException, isTypedNumber, MILLIS_PER_DAY, type SinkRecord } from '@millrace/api';
import { fieldAt, type FoundField } from './field-path.ts';
import { parseIsoDateTime } from './iso-date-time.ts';
import type { TimestampExtractor } from './partitioner.ts';
import { TimeZone } from './time-zone.ts';

const millisText = /^-?\d{1,19}$/;
const utc = new TimeZone('UTC');

/** The time at which a record is handled, as `TimeBasedPartitioner$WallclockTimestampExtractor`. Another one on every run. */
export class WallclockTimestampExtractor implements TimestampExtractor {
  readonly isDeterministic = false;
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  extract(): number {
    return this.#now();
  }
}

/** The record's own timestamp, as `TimeBasedPartitioner$RecordTimestampExtractor`. */
export class RecordTimestampExtractor implements TimestampExtractor {
  readonly isDeterministic = true;

  extract(record: SinkRecord): number {
    if (record.timestamp !== null) return record.timestamp;
    throw new ConnectException(
      `The record at offset ${record.kafkaOffset} of ${record.topic}-${record.kafkaPartition} has no timestamp; ` +
        'timestamp.extractor=RecordField reads one from the value',
    );
  }
}

/**
 * A field of the value, as `TimeBasedPartitioner$RecordFieldTimestampExtractor`: a Timestamp, INT32 or INT64 milliseconds, or text, which
 * is milliseconds or ISO 8601. Text without an offset is UTC, where Confluent's takes the zone of the JVM. Of a null value the record's
 * timestamp counts, as for tombstones there.
 */
export class RecordFieldTimestampExtractor implements TimestampExtractor {
  readonly isDeterministic = true;
  readonly #field: string;
  readonly #path: readonly string[];
  readonly #ofTombstone = new RecordTimestampExtractor();

  /** @param field `timestamp.field`: name of the field, dots lead into nested structs and maps */
  constructor(field: string) {
    this.#field = field;
    this.#path = field.split('.');
  }

  extract(record: SinkRecord): number {
    const { schema, value } = record.valueAndSchema;
    if (value === null) return this.#ofTombstone.extract(record);
    const found = fieldAt(schema, value, this.#path);
    const millis = millisOf(found);
    if (millis !== null) return millis;
    throw new DataException(
      `timestamp.field ${JSON.stringify(this.#field)} holds no time: it must be a Timestamp, INT32 or INT64 milliseconds, or text with ` +
        `milliseconds or an ISO 8601 date, got ${described(found)}`,
    );
  }
}

function millisOf({ schema, value }: FoundField): number | null {
  const raw: unknown = isTypedNumber(value) ? integral(value.type, value.value) : value;
  if (raw instanceof Date) return raw.getTime();
  if (typeof raw === 'string') return millisText.test(raw) ? Number(raw) : parseIsoDateTime(raw, utc);
  if (typeof raw === 'bigint') return Number(raw);
  if (typeof raw !== 'number' || !Number.isInteger(raw)) return null;
  if (schema === null) return raw;
  if (schema.logical === 'date') return raw * MILLIS_PER_DAY;
  return schema.type === 'int64' || schema.type === 'int32' ? raw : null;
}

function integral(type: string, value: number | bigint): number | bigint | null {
  return type === 'int32' || type === 'int64' ? value : null;
}

function described({ schema, value }: FoundField): string {
  if (value === null || value === undefined) return 'null';
  if (schema !== null) return schema.toString();
  return typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value) : `a ${typeof value}`;
}
