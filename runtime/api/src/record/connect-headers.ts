import { ConnectDate, ConnectTime, ConnectTimestamp } from '../data/connect-dates.ts';
import { ConnectDecimal } from '../data/connect-decimal.ts';
import type { BigDecimal } from '../data/big-decimal.ts';
import { javaText } from '../data/java-text.ts';
import { Schema } from '../data/schema.ts';
import { isStruct } from '../data/struct-brand.ts';
import type { Struct } from '../data/struct.ts';
import { NullPointerException } from '../errors/exceptions.ts';
import { conformHeader } from './conform-header.ts';
import type { Header, RawHeader } from './header.ts';

/**
 * The headers of a record: an ordered list in which a key may occur more than once, as `org.apache.kafka.connect.header.ConnectHeaders`.
 *
 * Headers that came from Kafka stay bytes until somebody looks at them, and go back as the same bytes when nobody did.
 */
export class ConnectHeaders implements Iterable<Header> {
  #headers: Header[] | null;
  #raw: readonly RawHeader[] | null = null;
  #decode: ((raw: readonly RawHeader[]) => Header[]) | null = null;

  constructor(headers: Iterable<Header> = []) {
    this.#headers = [...headers];
  }

  /** Headers that are decoded on first use. `decode` must not fail: its errors would surface outside the converter step. */
  static lazy(raw: readonly RawHeader[], decode: (raw: readonly RawHeader[]) => Header[]): ConnectHeaders {
    const headers = new ConnectHeaders();
    headers.#headers = null;
    headers.#raw = raw;
    headers.#decode = decode;
    return headers;
  }

  /** The bytes that these headers were read from, while they are untouched; else null. */
  get raw(): readonly RawHeader[] | null {
    return this.#headers === null ? this.#raw : null;
  }

  get size(): number {
    return this.#headers === null ? (this.#raw?.length ?? 0) : this.#headers.length;
  }

  isEmpty(): boolean {
    return this.size === 0;
  }

  [Symbol.iterator](): IterableIterator<Header> {
    return this.#list().values();
  }

  /**
   * Appends a header. Schema and value null make a null header; a null schema takes any value.
   * @throws NullPointerException without a key.
   * @throws DataException if the value's class does not fit the schema.
   */
  add(key: string, value: unknown, schema: Schema | null): this {
    checkKey(key);
    this.#list().push({ key, schema, value: conformHeader(schema, value) });
    return this;
  }

  addString(key: string, value: string | null): this {
    return this.add(key, value, value === null ? Schema.OPTIONAL_STRING_SCHEMA : Schema.STRING_SCHEMA);
  }
  addBytes(key: string, value: Buffer | null): this {
    return this.add(key, value, value === null ? Schema.OPTIONAL_BYTES_SCHEMA : Schema.BYTES_SCHEMA);
  }
  addBoolean(key: string, value: boolean): this {
    return this.add(key, value, Schema.BOOLEAN_SCHEMA);
  }
  addByte(key: string, value: number): this {
    return this.add(key, value, Schema.INT8_SCHEMA);
  }
  addShort(key: string, value: number): this {
    return this.add(key, value, Schema.INT16_SCHEMA);
  }
  addInt(key: string, value: number): this {
    return this.add(key, value, Schema.INT32_SCHEMA);
  }
  addLong(key: string, value: number | bigint): this {
    return this.add(key, value, Schema.INT64_SCHEMA);
  }
  addFloat(key: string, value: number): this {
    return this.add(key, value, Schema.FLOAT32_SCHEMA);
  }
  addDouble(key: string, value: number): this {
    return this.add(key, value, Schema.FLOAT64_SCHEMA);
  }
  addList(key: string, value: unknown[] | null, schema: Schema | null): this {
    return this.add(key, value, schema);
  }
  addMap(key: string, value: Map<unknown, unknown> | null, schema: Schema | null): this {
    return this.add(key, value, schema);
  }
  addStruct(key: string, value: Struct): this {
    return this.add(key, value, value.schema);
  }
  /** A null value becomes a null header, since a decimal without a value has no scale. */
  addDecimal(key: string, value: BigDecimal | null): this {
    return value === null ? this.#addUnchecked(key, null, null) : this.add(key, value, ConnectDecimal.schema(value.scale));
  }
  addDate(key: string, value: Date | null): this {
    return this.#addUnchecked(key, value && ConnectDate.fromLogical(ConnectDate.SCHEMA, value), ConnectDate.SCHEMA);
  }
  addTime(key: string, value: Date | null): this {
    return this.#addUnchecked(key, value && ConnectTime.fromLogical(ConnectTime.SCHEMA, value), ConnectTime.SCHEMA);
  }
  addTimestamp(key: string, value: Date | null): this {
    return this.#addUnchecked(key, value && ConnectTimestamp.fromLogical(ConnectTimestamp.SCHEMA, value), ConnectTimestamp.SCHEMA);
  }

  /** The last header of this key, or null. */
  lastWithName(key: string): Header | null {
    checkKey(key);
    return this.#list().findLast((header) => header.key === key) ?? null;
  }

  allWithName(key: string): Header[] {
    checkKey(key);
    return this.#list().filter((header) => header.key === key);
  }

  /** Removes every header of this key. */
  remove(key: string): this {
    checkKey(key);
    this.#headers = this.#list().filter((header) => header.key !== key);
    return this;
  }

  /** Keeps only the last header of each key, or of this key. */
  retainLatest(key?: string): this {
    const seen = new Set<string>();
    const kept: Header[] = [];
    for (const header of this.#list().toReversed()) {
      const isOlder = seen.has(header.key) && (key === undefined || key === header.key);
      seen.add(header.key);
      if (!isOlder) kept.push(header);
    }
    this.#headers = kept.reverse();
    return this;
  }

  clear(): this {
    this.#headers = [];
    return this;
  }

  /** Replaces every header, or every one of this key, by what the function returns; null removes it. */
  apply(transform: (header: Header) => Header | null, key?: string): this {
    this.#headers = this.#list().flatMap((header) => (key === undefined || key === header.key ? (transform(header) ?? []) : header));
    return this;
  }

  /** A copy that can be changed on its own; the headers themselves are shared. */
  duplicate(): ConnectHeaders {
    return this.#headers === null && this.#raw !== null && this.#decode !== null
      ? ConnectHeaders.lazy(this.#raw, this.#decode)
      : new ConnectHeaders(this.#list());
  }

  toString(): string {
    const headers = this.#list().map(
      ({ key, value, schema }) => `ConnectHeader(key=${key}, value=${javaText(value, schema)}, schema=${schema ?? schemaOf(value)})`,
    );
    return `ConnectHeaders(headers=[${headers.join(', ')}])`;
  }

  #addUnchecked(key: string, value: unknown, schema: Schema | null): this {
    checkKey(key);
    this.#list().push({ key, schema, value });
    return this;
  }

  #list(): Header[] {
    this.#headers ??= this.#decode?.(this.#raw ?? []) ?? [];
    return this.#headers;
  }
}

function checkKey(key: string | null | undefined): void {
  if (key === null || key === undefined) throw new NullPointerException('Null header keys are not permitted');
}

function schemaOf(value: unknown): Schema | null {
  return isStruct(value) ? value.schema : null;
}
