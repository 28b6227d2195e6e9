import type { LogRecord } from './log-record.ts';
import type { PackedSegment } from './packed-segment.ts';

/** Smaller logs are not worth a compaction. */
const minRecords = 64;

/**
 * Knows the latest record of each key of a compacted partition and rewrites its segments without the others, as Kafka's log cleaner does,
 * but as soon as half of the log is garbage: so a record is copied once for every record that was written.
 */
export class Compaction {
  readonly #deleteRetentionMs: number;
  /** Offsets by key. */
  readonly #latest = new Map<string, number>();
  /** Offsets of latest records that are tombstones, with when they were written. */
  readonly #tombstones = new Map<number, number>();
  #superseded = 0;
  /** When tombstones begin to count as garbage. */
  #tombstonesDueAt = Number.POSITIVE_INFINITY;

  /** @param deleteRetentionMs how long a tombstone stays for slow readers to see, as `delete.retention.ms` */
  constructor(deleteRetentionMs: number) {
    this.#deleteRetentionMs = deleteRetentionMs;
  }

  appended(record: LogRecord, now: number): void {
    const key = keyText(record);
    const previous = this.#latest.get(key);
    if (previous !== undefined) {
      this.#superseded += 1;
      this.#tombstones.delete(previous);
    }
    this.#latest.set(key, record.offset);
    if (record.value !== null) return;
    if (this.#tombstones.size === 0) this.#tombstonesDueAt = now + this.#deleteRetentionMs;
    this.#tombstones.set(record.offset, now);
  }

  /** Retention took the record away. */
  dropped(record: LogRecord): void {
    const key = keyText(record);
    if (this.#latest.get(key) !== record.offset) {
      this.#superseded -= 1;
      return;
    }
    this.#latest.delete(key);
    this.#tombstones.delete(record.offset);
  }

  isDue(recordCount: number, now: number): boolean {
    const garbage = this.#superseded + (now >= this.#tombstonesDueAt ? this.#tombstones.size : 0);
    return recordCount >= minRecords && garbage * 2 >= recordCount;
  }

  /** Hands on, in their order, all records but the superseded ones and tombstones that were there long enough. */
  compact(segments: readonly PackedSegment[], now: number, keep: (record: LogRecord) => void): void {
    for (const segment of segments) {
      for (const record of segment.read(0, segment.recordCount)) if (this.#keep(record, now)) keep(record);
    }
    this.#superseded = 0;
    this.#tombstonesDueAt = now + this.#deleteRetentionMs;
  }

  #keep(record: LogRecord, now: number): boolean {
    const key = keyText(record);
    if (this.#latest.get(key) !== record.offset) return false;
    const deletedAt = this.#tombstones.get(record.offset);
    if (deletedAt === undefined || now < deletedAt + this.#deleteRetentionMs) return true;
    this.#latest.delete(key);
    this.#tombstones.delete(record.offset);
    return false;
  }
}

/** One character a byte: equal for equal bytes, and quicker to hash than anything else that is. */
function keyText(record: LogRecord): string {
  return (record.key as Buffer).toString('latin1');
}
