import type { LogRecord } from '../log-record.ts';
import { maxSegmentRecords, Segment } from '../segment.ts';

/** Memory of the newest records of a partition, in bytes: what readers that keep up get without touching a file. */
const maxTailBytes = 4 * 1024 * 1024;
const maxSegmentBytes = 256 * 1024;

/** The newest records of a partition, in memory. */
export class TailCache {
  #segments: Segment[] = [];
  #bytes = 0;
  #startOffset: number;
  #isCut = false;

  /** @param offset of the next record to be written */
  constructor(offset: number) {
    this.#startOffset = offset;
  }

  /** From this offset on there are no records but those in this cache. */
  get startOffset(): number {
    return this.#startOffset;
  }

  add(record: LogRecord, bytes: number): void {
    let segment = this.#segments.at(-1);
    if (this.#isCut || segment === undefined || segment.bytes >= maxSegmentBytes || segment.records.length >= maxSegmentRecords) {
      segment = new Segment();
      this.#segments.push(segment);
      this.#isCut = false;
    }
    segment.add(record, bytes);
    this.#bytes += bytes;
  }

  /** Forgets the oldest records, as far as there are too many; never those from this offset on, which are in no file yet. */
  trim(written: number): void {
    let oldest = this.#segments[0];
    while (this.#bytes > maxTailBytes && oldest !== undefined && oldest.lastOffset < written) {
      this.#segments.shift();
      this.#bytes -= oldest.bytes;
      this.#startOffset = oldest.lastOffset + 1;
      oldest = this.#segments[0];
    }
  }

  /** Lets the next record begin a part of the cache that {@link dropBefore} can tell from those before it. */
  cut(): void {
    this.#isCut = true;
  }

  /** Forgets the records before the offset, which is that of a {@link cut}. */
  dropBefore(offset: number): void {
    this.#segments = this.#segments.filter(({ lastOffset }) => lastOffset >= offset);
    this.#bytes = this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#startOffset = Math.max(this.#startOffset, offset);
  }

  /** Forgets everything: the next record has this offset. */
  reset(offset: number): void {
    this.#segments = [];
    this.#bytes = 0;
    this.#startOffset = offset;
  }

  /** Up to `max` records from the offset on and before the end offset. */
  slice(offset: number, max: number, endOffset: number): LogRecord[] {
    const records = this.#segmentFrom(offset)?.slice(offset, max) ?? [];
    while ((records.at(-1)?.offset ?? -1) >= endOffset) records.pop();
    return records;
  }

  #segmentFrom(offset: number): Segment | undefined {
    const segments = this.#segments;
    let low = 0;
    let high = segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((segments[middle] as Segment).lastOffset < offset) low = middle + 1;
      else high = middle;
    }
    return segments[low];
  }
}
