import { DataException } from '../errors/exceptions.ts';
import type { BigDecimal } from './big-decimal.ts';
import { valuesEqual } from './canonical-text.ts';
import { javaText } from './java-text.ts';
import { MILLIS_PER_DAY } from './millis.ts';
import type { Field, Schema } from './schema.ts';
import type { SchemaType } from './schema-type.ts';
import { structBrand } from './struct-brand.ts';

/**
 * A row: one value for each field of a STRUCT schema, as `org.apache.kafka.connect.data.Struct`.
 *
 * Values are kept in an array by field index, in runtime form (see {@link Schema.conform}); null is an unset field.
 * Code on a hot path reads and copies {@link Struct.values} itself, everyone else uses {@link get} and {@link put}.
 */
export class Struct {
  readonly schema: Schema;
  /** Runtime values by field index. Whoever writes here vouches that they fit the schema. */
  readonly values: unknown[];

  /**
   * @param values taken over as they are, not checked
   * @throws DataException if the schema is not a struct.
   */
  constructor(schema: Schema, values?: unknown[]) {
    if (schema.type !== 'struct') throw new DataException(`Not a struct schema: ${schema}`);
    this.schema = schema;
    this.values = values ?? new Array<unknown>(schema.fields.length).fill(null);
  }

  get [structBrand](): true {
    return true;
  }

  /**
   * The field's value, or its default when the value is null. A Date, Time or Timestamp comes back as a `Date`.
   * @throws DataException if there is no such field.
   */
  get(field: string | Field): unknown {
    const { index, schema } = this.#field(field);
    return external(schema, this.values[index] ?? schema.defaultValue);
  }

  /** The field's value without its default. @throws DataException if there is no such field. */
  getWithoutDefault(field: string | Field): unknown {
    const { index, schema } = this.#field(field);
    return external(schema, this.values[index] ?? null);
  }

  /**
   * Sets a field and returns this struct.
   * @throws DataException if there is no such field or the value does not fit; null does not fit a required field, even one with a default.
   */
  put(field: string | Field, value: unknown): this {
    const { index, name, schema } = this.#field(field);
    this.values[index] = schema.conform(value, `field: "${name}"`);
    return this;
  }

  /** @throws DataException if a required field without a default is unset, or any value does not fit its schema. */
  validate(): void {
    for (const { index, name, schema } of this.schema.fields) {
      const value = this.values[index] ?? null;
      if (value === null && (schema.optional || schema.hasDefault)) continue;
      schema.conform(value, `field: "${name}"`);
    }
  }

  getInt8(field: string): number | null {
    return this.#typed(field, 'int8') as number | null;
  }
  getInt16(field: string): number | null {
    return this.#typed(field, 'int16') as number | null;
  }
  getInt32(field: string): number | null {
    return this.#typed(field, 'int32') as number | null;
  }
  /** A `number` when it is a safe integer, else a `bigint`. */
  getInt64(field: string): number | bigint | null {
    return this.#typed(field, 'int64') as number | bigint | null;
  }
  getFloat32(field: string): number | null {
    return this.#typed(field, 'float32') as number | null;
  }
  getFloat64(field: string): number | null {
    return this.#typed(field, 'float64') as number | null;
  }
  getBoolean(field: string): boolean | null {
    return this.#typed(field, 'boolean') as boolean | null;
  }
  getString(field: string): string | null {
    return this.#typed(field, 'string') as string | null;
  }
  getBytes(field: string): Buffer | null {
    return this.#typed(field, 'bytes') as Buffer | null;
  }
  getArray<T = unknown>(field: string): T[] | null {
    return this.#typed(field, 'array') as T[] | null;
  }
  getMap<K = unknown, V = unknown>(field: string): Map<K, V> | null {
    return this.#typed(field, 'map') as Map<K, V> | null;
  }
  getStruct(field: string): Struct | null {
    return this.#typed(field, 'struct') as Struct | null;
  }
  /** Value of a field with the logical type Decimal. */
  getDecimal(field: string): BigDecimal | null {
    return this.getWithoutDefault(field) as BigDecimal | null;
  }

  equals(other: unknown): boolean {
    return valuesEqual(this, other);
  }

  /** Kafka Connect's text form: `Struct{a=1,b=x}`, set fields only. */
  toString(): string {
    const parts: string[] = [];
    for (const { index, name, schema } of this.schema.fields) {
      const value = this.values[index] ?? null;
      if (value !== null) parts.push(`${name}=${javaText(value, schema)}`);
    }
    return `Struct{${parts.join()}}`;
  }

  #typed(name: string, type: SchemaType): unknown {
    const field = this.#field(name);
    if (field.schema.type !== type) throw new DataException(`Field '${name}' is not of type ${type.toUpperCase()}`);
    return external(field.schema, this.values[field.index] ?? null);
  }

  #field(field: string | Field): Field {
    if (typeof field !== 'string') return field;
    const found = this.schema.field(field);
    if (found === null) throw new DataException(`${field} is not a valid field name`);
    return found;
  }
}

/** The form in which user code sees a value: a Date for Kafka's three date types. */
function external(schema: Schema, value: unknown): unknown {
  if (typeof value !== 'number' || schema.logical === null) return value;
  const millis = schema.logical === 'date' ? value * MILLIS_PER_DAY : value;
  const date = new Date(millis);
  if (Number.isNaN(date.getTime())) {
    throw new DataException(
      `${millis} ms is outside the range of a JavaScript Date (${schema}); read the encoded number from Struct.values`,
    );
  }
  return date;
}
