import type { ConfigOffset } from './assignment.ts';
import { SchemaException } from './schema-exception.ts';

const maxStringBytes = 32_767;

/** Writes Kafka's protocol types, big-endian. */
export class ProtocolWriter {
  readonly #parts: Buffer[] = [];

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  int16(value: number): this {
    const part = Buffer.allocUnsafe(2);
    part.writeInt16BE(value);
    return this.#add(part);
  }

  int32(value: number): this {
    const part = Buffer.allocUnsafe(4);
    part.writeInt32BE(value);
    return this.#add(part);
  }

  int64(value: ConfigOffset): this {
    const part = Buffer.allocUnsafe(8);
    part.writeBigInt64BE(BigInt(value));
    return this.#add(part);
  }

  /** @throws SchemaException if there is no value or it has more than 32,767 bytes */
  string(field: string, value: string | null): this {
    if (value === null) {
      throw new SchemaException(
        `Error computing size for field '${field}': Missing value for field '${field}' which has no default value.`,
      );
    }
    const text = Buffer.from(value, 'utf8');
    if (text.length > maxStringBytes) {
      throw new SchemaException(`Error computing size for field '${field}': ${text.length} bytes are more than ${maxStringBytes}`);
    }
    return this.int16(text.length).#add(text);
  }

  nullableBytes(value: Buffer | null): this {
    return value === null ? this.int32(-1) : this.int32(value.length).#add(value);
  }

  array<Item>(items: Iterable<Item>, write: (item: Item) => void): this {
    const all = [...items];
    this.int32(all.length);
    for (const item of all) write(item);
    return this;
  }

  #add(part: Buffer): this {
    this.#parts.push(part);
    return this;
  }
}
