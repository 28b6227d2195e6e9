const initialBytes = 256;

/**
 * Writes the primitive types of Kafka's protocol, big-endian. Large buffers are taken as they are: {@link chunks} gives the pieces for one
 * gathered write.
 */
export class WireWriter {
  #buffer = Buffer.allocUnsafe(initialBytes);
  #offset = 0;
  readonly #done: Buffer[] = [];
  #doneBytes = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#doneBytes + this.#offset;
  }

  /** Everything written, in pieces. The writer must not be used afterwards. */
  chunks(): Buffer[] {
    this.#flush();
    return this.#done;
  }

  /** Everything written, in one piece. The writer must not be used afterwards. */
  toBuffer(): Buffer {
    const chunks = this.chunks();
    return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  }

  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }

  int8(value: number): this {
    this.#reserve(1);
    this.#offset = this.#buffer.writeInt8(value, this.#offset);
    return this;
  }

  int16(value: number): this {
    this.#reserve(2);
    this.#offset = this.#buffer.writeInt16BE(value, this.#offset);
    return this;
  }

  int32(value: number): this {
    this.#reserve(4);
    this.#offset = this.#buffer.writeInt32BE(value, this.#offset);
    return this;
  }

  /** An INT64. Offsets and times are safe integers; producer ids are taken as `bigint`. */
  int64(value: number | bigint): this {
    this.#reserve(8);
    this.#offset = this.#buffer.writeBigInt64BE(BigInt(value), this.#offset);
    return this;
  }

  unsignedVarint(value: number): this {
    let rest = value >>> 0;
    this.#reserve(5);
    while (rest > 0x7f) {
      this.#buffer[this.#offset++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#offset++] = rest;
    return this;
  }

  string(value: string): this {
    const bytes = Buffer.byteLength(value);
    this.int16(bytes);
    this.#reserve(bytes);
    this.#offset += this.#buffer.write(value, this.#offset);
    return this;
  }

  nullableString(value: string | null): this {
    return value === null ? this.int16(-1) : this.string(value);
  }

  bytes(value: Buffer): this {
    return this.int32(value.length).raw(value);
  }

  nullableBytes(value: Buffer | null): this {
    return value === null ? this.int32(-1) : this.bytes(value);
  }

  compactString(value: string): this {
    const bytes = Buffer.byteLength(value);
    this.unsignedVarint(bytes + 1);
    this.#reserve(bytes);
    this.#offset += this.#buffer.write(value, this.#offset);
    return this;
  }

  compactNullableString(value: string | null): this {
    return value === null ? this.unsignedVarint(0) : this.compactString(value);
  }

  /** The end of a structure of a flexible version that has no tagged fields. */
  noTags(): this {
    return this.unsignedVarint(0);
  }

  array<Item>(items: readonly Item[], write: (item: Item) => void): this {
    this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }

  nullableArray<Item>(items: readonly Item[] | null, write: (item: Item) => void): this {
    return items === null ? this.int32(-1) : this.array(items, write);
  }

  compactArray<Item>(items: readonly Item[], write: (item: Item) => void): this {
    this.unsignedVarint(items.length + 1);
    for (const item of items) write(item);
    return this;
  }

  /** Bytes without a length; not copied, so they must not change until they are sent. */
  raw(value: Buffer): this {
    if (value.length <= initialBytes) {
      this.#reserve(value.length);
      this.#offset += value.copy(this.#buffer, this.#offset);
      return this;
    }
    this.#flush();
    this.#done.push(value);
    this.#doneBytes += value.length;
    return this;
  }

  #reserve(bytes: number): void {
    if (this.#offset + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#offset + bytes));
    this.#buffer.copy(larger, 0, 0, this.#offset);
    this.#buffer = larger;
  }

  #flush(): void {
    if (this.#offset === 0) return;
    this.#done.push(this.#buffer.subarray(0, this.#offset));
    this.#doneBytes += this.#offset;
    this.#buffer = this.#buffer.subarray(this.#offset);
    this.#offset = 0;
  }
}
