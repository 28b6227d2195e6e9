import type { NumberType } from './schema-type.ts';

const brand = Symbol.for('millrace.api/TypedNumber');

/**
 * A schemaless number whose class a plain `number` cannot tell.
 *
 * Without a schema a safe integer means INT64 and every other `number` FLOAT64. Where that would be wrong (25.0, an int8 made by Cast)
 * the number travels in this wrapper, so that a sink can still tell a double from an integer. A value that has a schema never needs one.
 */
export class TypedNumber {
  readonly type: NumberType;
  /** FLOAT32 values are already rounded to single precision; INT64 values are a `bigint` only beyond 2^53. */
  readonly value: number | bigint;

  constructor(type: NumberType, value: number | bigint) {
    this.type = type;
    this.value = type === 'float32' ? Math.fround(Number(value)) : value;
  }

  /** The number as a schemaless value: bare when a plain `number` or `bigint` says the same. */
  static of(type: NumberType, value: number | bigint): number | bigint | TypedNumber {
    if (type === 'int64') return value;
    if (type === 'float64' && !Number.isSafeInteger(value)) return value;
    return new TypedNumber(type, value);
  }

  get [brand](): true {
    return true;
  }

  valueOf(): number | bigint {
    return this.value;
  }

  /** Lets `JSON.stringify` write the bare number. */
  toJSON(): number | string {
    return typeof this.value === 'bigint' ? this.value.toString() : this.value;
  }
}

export function isTypedNumber(value: unknown): value is TypedNumber {
  return typeof value === 'object' && value !== null && (value as { [brand]?: true })[brand] === true;
}
