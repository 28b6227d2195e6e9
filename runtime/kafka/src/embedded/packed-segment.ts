import type { RawHeader } from '@millrace/api';
import { LogRecord, type RecordContents, type RecordHome } from './log-record.ts';
import { packedHeadersSize, readPackedHeaders, writePackedHeaders } from './packed-headers.ts';

/** Bytes of a slot: offset and timestamp as 64-bit floats, then start, length of key and of value, count of headers as 32-bit integers. */
const slotBytes = 32;
const slotFloats = 4;
const slotIntegers = 8;
/** Integers begin behind the two floats, which take the room of four. */
const integersAt = 4;

const noHeaders: readonly RawHeader[] = [];

/** Stands for the length of a key or value that is null. */
const nullLength = -1;

/**
 * A run of records in offset order, packed into a page of memory: their contents grow from its front, and from its back slots that say where
 * they lie and all else. So the garbage collector has nothing to look at or to move, however many records there are. Who reads gets copies,
 * so a page can be used again.
 */
export class PackedSegment {
  readonly page: ArrayBuffer;
  /** Newest timestamp of a record, -1 without any. */
  maxTimestamp = -1;
  readonly #home: RecordHome;
  readonly #contents: Buffer;
  readonly #floats: Float64Array;
  readonly #integers: Int32Array;
  #recordCount = 0;
  /** First byte of the page that is free. */
  #end = 0;

  /** @param page of a size from {@link pageSize} */
  constructor(home: RecordHome, page: ArrayBuffer) {
    this.#home = home;
    this.page = page;
    this.#contents = Buffer.from(page);
    this.#floats = new Float64Array(page);
    this.#integers = new Int32Array(page);
  }

  get recordCount(): number {
    return this.#recordCount;
  }

  /** Memory, in bytes, used or not. */
  get bytes(): number {
    return this.page.byteLength;
  }

  /** Offset of the first record, -1 without any. */
  get firstOffset(): number {
    return this.#recordCount === 0 ? -1 : this.#offsetAt(0);
  }

  /** Offset of the last record, -1 without any. */
  get lastOffset(): number {
    return this.#recordCount === 0 ? -1 : this.#offsetAt(this.#recordCount - 1);
  }

  /** @param size of the contents, see {@link packedSize} */
  hasRoomFor(size: number): boolean {
    return this.#end + size + (this.#recordCount + 1) * slotBytes <= this.page.byteLength;
  }

  /** Adds a record, for which there must be room. */
  add(offset: number, timestamp: number, { key, value, headers }: RecordContents): void {
    const contents = this.#contents;
    const start = this.#end;
    let end = start;
    if (key !== null) {
      contents.set(key, end);
      end += key.length;
    }
    if (value !== null) {
      contents.set(value, end);
      end += value.length;
    }
    this.#end = headers.length === 0 ? end : writePackedHeaders(contents, end, headers);
    this.#recordCount += 1;
    const float = this.#floats.length - this.#recordCount * slotFloats;
    this.#floats[float] = offset;
    this.#floats[float + 1] = timestamp;
    const integer = float * 2 + integersAt;
    this.#integers[integer] = start;
    this.#integers[integer + 1] = key === null ? nullLength : key.length;
    this.#integers[integer + 2] = value === null ? nullLength : value.length;
    this.#integers[integer + 3] = headers.length;
    if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp;
  }

  /** Up to `max` records from this offset on, with contents of their own. */
  read(offset: number, max: number): LogRecord[] {
    const from = this.#indexFrom(offset);
    const to = Math.min(this.#recordCount, from + max);
    if (from >= to) return [];
    const start = this.#startAt(from);
    const contents = Buffer.allocUnsafe(this.#startAt(to) - start);
    this.#contents.copy(contents, 0, start, start + contents.length);
    const records: LogRecord[] = [];
    for (let index = from; index < to; index += 1) records.push(this.#unpack(index, contents, start));
    return records;
  }

  /** @param contents of several records @param origin where they begin in the page */
  #unpack(index: number, contents: Buffer, origin: number): LogRecord {
    const float = this.#floats.length - (index + 1) * slotFloats;
    const integer = float * 2 + integersAt;
    const keyLength = this.#integers[integer + 1] as number;
    const valueLength = this.#integers[integer + 2] as number;
    const headerCount = this.#integers[integer + 3] as number;
    const keyStart = (this.#integers[integer] as number) - origin;
    const valueStart = keyLength === nullLength ? keyStart : keyStart + keyLength;
    const valueEnd = valueLength === nullLength ? valueStart : valueStart + valueLength;
    return new LogRecord(this.#home, this.#floats[float] as number, this.#floats[float + 1] as number, {
      key: keyLength === nullLength ? null : contents.subarray(keyStart, valueStart),
      value: valueLength === nullLength ? null : contents.subarray(valueStart, valueEnd),
      headers: headerCount === 0 ? noHeaders : readPackedHeaders(contents, valueEnd, headerCount),
    });
  }

  #offsetAt(index: number): number {
    return this.#floats[this.#floats.length - (index + 1) * slotFloats] as number;
  }

  /** Where a record begins; behind the last one, where that ends. */
  #startAt(index: number): number {
    if (index === this.#recordCount) return this.#end;
    return this.#integers[this.#integers.length - (index + 1) * slotIntegers + integersAt] as number;
  }

  /** Index of the first record at or after the offset. */
  #indexFrom(offset: number): number {
    const count = this.#recordCount;
    const guess = offset - this.firstOffset;
    if (count === 0 || guess <= 0) return 0;
    // Without holes from compaction the index is the distance.
    if (guess < count && this.#offsetAt(guess) === offset) return guess;
    let low = 0;
    let high = Math.min(guess, count);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#offsetAt(middle) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Size of a page, in bytes, that is no smaller than the minimum and has room for contents of this size. */
export function pageSize(minimum: number, size: number): number {
  return Math.max(Math.ceil(minimum / slotBytes), Math.ceil(size / slotBytes) + 1) * slotBytes;
}

/** Bytes of a page that the record takes besides its slot. */
export function packedSize({ key, value, headers }: RecordContents): number {
  const size = (key?.length ?? 0) + (value?.length ?? 0);
  return headers.length === 0 ? size : size + packedHeadersSize(headers);
}
