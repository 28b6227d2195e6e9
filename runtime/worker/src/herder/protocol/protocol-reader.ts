import type { ConfigOffset } from './assignment.ts';
import { SchemaException } from './schema-exception.ts';

/** Reads Kafka's protocol types, big-endian, from bytes of another worker. Errors name the field. */
export class ProtocolReader {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get hasMore(): boolean {
    return this.#position < this.#bytes.length;
  }

  int16(field: string): number {
    return this.#bytes.readInt16BE(this.#take(2, field));
  }

  int32(field: string): number {
    return this.#bytes.readInt32BE(this.#take(4, field));
  }

  int64(field: string): ConfigOffset {
    const value = this.#bytes.readBigInt64BE(this.#take(8, field));
    return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  string(field: string): string {
    const length = this.int16(field);
    if (length < 0) throw new SchemaException(`Error reading field '${field}': string length ${length} cannot be negative`);
    const start = this.#take(length, field);
    return this.#bytes.toString('utf8', start, start + length);
  }

  nullableBytes(field: string): Buffer | null {
    const length = this.int32(field);
    if (length < 0) return null;
    const start = this.#take(length, field);
    return this.#bytes.subarray(start, start + length);
  }

  /** Items of an array, none if it is null. */
  array<Item>(field: string, item: () => Item): Item[] {
    const count = this.int32(field);
    // Each item takes a byte at least: a larger count cannot be true, and must not be reserved.
    if (count > this.#bytes.length - this.#position) {
      throw new SchemaException(`Error reading field '${field}': ${count} items are announced`);
    }
    return Array.from({ length: Math.max(0, count) }, item);
  }

  #take(length: number, field: string): number {
    const start = this.#position;
    const available = this.#bytes.length - start;
    if (length > available) {
      throw new SchemaException(`Error reading field '${field}': ${length} bytes are needed, only ${available} bytes available`);
    }
    this.#position += length;
    return start;
  }
}
