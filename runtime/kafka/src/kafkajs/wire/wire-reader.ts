import { KafkaException } from '@millrace/api';

/** Reads the primitive types of Kafka's protocol, big-endian. Byte fields are views into the buffer. @throws KafkaException past the end */
export class WireReader {
  readonly buffer: Buffer;
  /** Index of the next byte to read. */
  offset: number;

  constructor(buffer: Buffer, offset = 0) {
    this.buffer = buffer;
    this.offset = offset;
  }

  /** Bytes that are left. */
  get remaining(): number {
    return this.buffer.length - this.offset;
  }

  boolean(): boolean {
    return this.int8() !== 0;
  }

  int8(): number {
    return this.buffer.readInt8(this.#advance(1));
  }

  int16(): number {
    return this.buffer.readInt16BE(this.#advance(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.#advance(4));
  }

  /** An INT64 that is a safe integer by its nature: an offset or a time. */
  int64(): number {
    const at = this.#advance(8);
    return this.buffer.readInt32BE(at) * 0x1_0000_0000 + this.buffer.readUInt32BE(at + 4);
  }

  bigInt64(): bigint {
    return this.buffer.readBigInt64BE(this.#advance(8));
  }

  unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer[this.#advance(1)] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new KafkaException('An answer of the broker holds a varint of more than five bytes');
  }

  string(): string {
    return this.nullableString() ?? '';
  }

  nullableString(): string | null {
    return this.#text(this.int16());
  }

  bytes(): Buffer {
    return this.nullableBytes() ?? Buffer.alloc(0);
  }

  nullableBytes(): Buffer | null {
    const length = this.int32();
    return length < 0 ? null : this.raw(length);
  }

  compactString(): string {
    return this.compactNullableString() ?? '';
  }

  compactNullableString(): string | null {
    return this.#text(this.unsignedVarint() - 1);
  }

  /** Passes the tagged fields of a flexible version. */
  skipTags(): void {
    const count = this.unsignedVarint();
    for (let n = 0; n < count; n++) {
      this.unsignedVarint();
      this.#advance(this.unsignedVarint());
    }
  }

  /** Empty for a null array too. */
  array<Item>(read: () => Item): Item[] {
    return this.#items(this.int32(), read);
  }

  compactArray<Item>(read: () => Item): Item[] {
    return this.#items(this.unsignedVarint() - 1, read);
  }

  /** So many bytes, as a view. */
  raw(length: number): Buffer {
    const at = this.#advance(length);
    return this.buffer.subarray(at, at + length);
  }

  #text(length: number): string | null {
    if (length < 0) return null;
    const at = this.#advance(length);
    return this.buffer.toString('utf8', at, at + length);
  }

  #items<Item>(count: number, read: () => Item): Item[] {
    const items: Item[] = [];
    for (let n = 0; n < count; n++) items.push(read());
    return items;
  }

  #advance(bytes: number): number {
    const at = this.offset;
    if (bytes < 0 || at + bytes > this.buffer.length) {
      throw new KafkaException(`An answer of the broker ends early: ${bytes} bytes wanted at ${at} of ${this.buffer.length}`);
    }
    this.offset = at + bytes;
    return at;
  }
}
