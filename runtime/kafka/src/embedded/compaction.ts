import { type LogRecord, memorySize } from './log-record.ts';
import { maxSegmentRecords, Segment } from './segment.ts';

/** Smaller logs are not worth a compaction. */
const minRecords = 64;

/**
 * Knows the latest record of each key of a compacted partition and rewrites its segments without the others, as Kafka's log cleaner does,
 * but as soon as half of the log is garbage: so a record is copied once for every record that was written.
 */
export class Compaction {
  readonly #deleteRetentionMs: number;
  readonly #latest = new Map<string, LogRecord>();
  /** Latest records that are tombstones, with when they were written. */
  readonly #tombstones = new Map<LogRecord, number>();
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
    this.#latest.set(key, record);
    if (record.value !== null) return;
    if (this.#tombstones.size === 0) this.#tombstonesDueAt = now + this.#deleteRetentionMs;
    this.#tombstones.set(record, now);
  }

  /** Retention took the record away. */
  dropped(record: LogRecord): void {
    const key = keyText(record);
    if (this.#latest.get(key) !== record) {
      this.#superseded -= 1;
      return;
    }
    this.#latest.delete(key);
    this.#tombstones.delete(record);
  }

  isDue(recordCount: number, now: number): boolean {
    const garbage = this.#superseded + (now >= this.#tombstonesDueAt ? this.#tombstones.size : 0);
    return recordCount >= minRecords && garbage * 2 >= recordCount;
  }

  /** The same log without superseded records and without tombstones that were there long enough. */
  compact(segments: readonly Segment[], now: number): Segment[] {
    const compacted: Segment[] = [];
    let target: Segment | null = null;
    for (const segment of segments) {
      for (const record of segment.records) {
        if (!this.#keep(record, now)) continue;
        if (target === null || target.records.length >= maxSegmentRecords) {
          target = new Segment();
          compacted.push(target);
        }
        target.add(record, memorySize(record));
      }
    }
    this.#superseded = 0;
    this.#tombstonesDueAt = now + this.#deleteRetentionMs;
    return compacted;
  }

  #keep(record: LogRecord, now: number): boolean {
    const key = keyText(record);
    if (this.#latest.get(key) !== record) return false;
    const deletedAt = this.#tombstones.get(record);
    if (deletedAt === undefined || now < deletedAt + this.#deleteRetentionMs) return true;
    this.#latest.delete(key);
    this.#tombstones.delete(record);
    return false;
  }
}

/** One character a byte: equal for equal bytes, and quicker to hash than anything else that is. */
function keyText(record: LogRecord): string {
  return (record.key as Buffer).toString('latin1');
}
