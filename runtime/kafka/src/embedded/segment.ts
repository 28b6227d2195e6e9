import type { LogRecord } from './log-record.ts';

/** Records of a segment at most. A poll of 500 records then mostly is one slice of one array. */
export const maxSegmentRecords = 1024;

/** A run of records in offset order: the unit in which a log forgets its oldest records. */
export class Segment {
  readonly records: LogRecord[] = [];
  /** Memory, in bytes. */
  bytes = 0;
  /** Newest timestamp of a record, -1 without any. */
  maxTimestamp = -1;

  add(record: LogRecord, bytes: number): void {
    this.records.push(record);
    this.bytes += bytes;
    if (record.timestamp > this.maxTimestamp) this.maxTimestamp = record.timestamp;
  }

  /** Offset of the last record, -1 without any. */
  get lastOffset(): number {
    return this.records.at(-1)?.offset ?? -1;
  }

  /** Up to `max` records from this offset on. */
  slice(offset: number, max: number): LogRecord[] {
    const from = this.#indexFrom(offset);
    return this.records.slice(from, from + max);
  }

  /** Index of the first record at or after the offset. */
  #indexFrom(offset: number): number {
    const { records } = this;
    const first = records[0];
    if (first === undefined || offset <= first.offset) return 0;
    const guess = offset - first.offset;
    // Without holes from compaction the index is the distance.
    if (records[guess]?.offset === offset) return guess;
    let low = 0;
    let high = Math.min(guess, records.length);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((records[middle] as LogRecord).offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
