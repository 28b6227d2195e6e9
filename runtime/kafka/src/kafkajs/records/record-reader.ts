import type { RawHeader } from '@millrace/api';
import { CorruptRecordException } from '../../errors.ts';

const attributesBytes = 1;

/** Reads the records of one batch, one after the other. @throws CorruptRecordException when a record does not keep to its length */
export class RecordReader {
  readonly #bytes: Buffer;
  readonly #batch: string;
  /** Index of the next byte to read. */
  offset: number;

  /** @param batch names the batch in errors */
  constructor(bytes: Buffer, offset: number, batch: string) {
    this.#bytes = bytes;
    this.offset = offset;
    this.#batch = batch;
  }

  /** Reads the length and passes the attributes. @returns the index after the record */
  beginRecord(): number {
    const length = this.varint();
    const end = this.offset + length;
    if (length < attributesBytes || end > this.#bytes.length) throw this.#corrupt(`a record of ${length} bytes at ${this.offset}`);
    this.offset += attributesBytes;
    return end;
  }

  endRecord(end: number): void {
    if (this.offset !== end) throw this.#corrupt(`a record that ends at ${this.offset} and should at ${end}`);
  }

  varint(): number {
    const bytes = this.#bytes;
    const first = bytes[this.offset];
    if (first !== undefined && first < 0x80) {
      this.offset += 1;
      return (first >>> 1) ^ -(first & 1);
    }
    return this.#longVarint();
  }

  /** A view of a byte field, null if it is null. */
  bytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const start = this.offset;
    const end = start + length;
    if (end > this.#bytes.length) throw this.#corrupt(`a field of ${length} bytes at ${start}`);
    this.offset = end;
    return this.#bytes.subarray(start, end);
  }

  headers(count: number): RawHeader[] {
    if (count < 0) throw this.#corrupt(`${count} headers`);
    const headers: RawHeader[] = [];
    for (let n = 0; n < count; n++) {
      const key = this.bytes();
      if (key === null) throw this.#corrupt('a header without a key');
      headers.push({ key: key.toString('utf8'), value: this.bytes() });
    }
    return headers;
  }

  #longVarint(): number {
    const bytes = this.#bytes;
    let at = this.offset;
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw this.#corrupt('a number that ends early');
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.offset = at;
        return (low >>> 1) ^ -(low & 1);
      }
    }
    return this.#veryLongVarint();
  }

  /** A number of five to ten bytes, such as the time between two records that are weeks apart. */
  #veryLongVarint(): number {
    let at = this.offset;
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.offset = at;
        return Number(BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n)));
      }
    }
    throw this.#corrupt('a number that does not end');
  }

  #corrupt(what: string): CorruptRecordException {
    return new CorruptRecordException(`${this.#batch} holds ${what}`);
  }
}
