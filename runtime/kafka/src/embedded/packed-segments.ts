import type { LogRecord, RecordContents, RecordHome } from './log-record.ts';
import { PackedSegment, packedSize, pageSize } from './packed-segment.ts';

/** The first page of a log, in bytes: most topics of a worker stay small. */
const firstPageBytes = 4096;
/** A page is this large at most, in bytes, unless one record alone is larger. */
const maxPageBytes = 256 * 1024;

/** The records of a log in packed form, oldest first. */
export class PackedSegments {
  readonly #home: RecordHome;
  readonly #maxPageBytes: number;
  readonly #segments: PackedSegment[] = [];
  /** The page of a segment that was dropped. */
  #spare: ArrayBuffer | null = null;
  #nextPageBytes = firstPageBytes;
  #recordCount = 0;
  #bytes = 0;

  /** @param maxBytes of a segment, unless one record alone is larger */
  constructor(home: RecordHome, maxBytes: number) {
    this.#home = home;
    this.#maxPageBytes = Math.min(maxPageBytes, maxBytes);
  }

  /** Do not change it. */
  get list(): readonly PackedSegment[] {
    return this.#segments;
  }

  get recordCount(): number {
    return this.#recordCount;
  }

  /** Memory, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @returns whether this began a segment */
  add(offset: number, timestamp: number, contents: RecordContents): boolean {
    const size = packedSize(contents);
    const newest = this.#segments.at(-1);
    const isNew = newest === undefined || !newest.hasRoomFor(size);
    const segment = isNew ? this.#begin(size) : newest;
    segment.add(offset, timestamp, contents);
    this.#recordCount += 1;
    return isNew;
  }

  /** Up to `max` records of one segment from the offset on. */
  read(offset: number, max: number): LogRecord[] {
    return this.#segmentFrom(offset)?.read(offset, max) ?? [];
  }

  /** Forgets the oldest segment. Its page is used again: read from the segment before anything else is added, if at all. */
  dropOldest(): PackedSegment | undefined {
    const segment = this.#segments.shift();
    if (segment === undefined) return undefined;
    this.#bytes -= segment.bytes;
    this.#recordCount -= segment.recordCount;
    this.#spare = segment.page;
    return segment;
  }

  #begin(size: number): PackedSegment {
    const segment = new PackedSegment(this.#home, this.#pageFor(size));
    this.#segments.push(segment);
    this.#bytes += segment.bytes;
    return segment;
  }

  #pageFor(size: number): ArrayBuffer {
    const bytes = pageSize(Math.min(this.#nextPageBytes, this.#maxPageBytes), size);
    this.#nextPageBytes = Math.min(this.#nextPageBytes * 2, maxPageBytes);
    const spare = this.#spare;
    this.#spare = null;
    // One that is too large would be held for ever.
    return spare?.byteLength === bytes ? spare : new ArrayBuffer(bytes);
  }

  /** The first segment with a record at or after the offset. */
  #segmentFrom(offset: number): PackedSegment | undefined {
    const segments = this.#segments;
    let low = 0;
    let high = segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((segments[middle] as PackedSegment).lastOffset < offset) low = middle + 1;
      else high = middle;
    }
    return segments[low];
  }
}
