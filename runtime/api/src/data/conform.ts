import { DataException } from '../errors/exceptions.ts';
import { isBigDecimal } from './big-decimal.ts';
import { className } from './class-name.ts';
import { MILLIS_PER_DAY } from './millis.ts';
import { isPlainObject } from './plain-object.ts';
import type { Schema } from './schema.ts';
import { isStruct } from './struct-brand.ts';
import { isTypedNumber } from './typed-number.ts';

/** Checks a value and returns its runtime form. */
export type Conform = (value: unknown, where: string) => unknown;

const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;

/** Compiles the check of one schema. `inner` holds the element schemas of an array or a map, and is null for a struct. */
export function conformer(schema: Schema, inner: { readonly key: Schema | null; readonly value: Schema | null } | null): Conform {
  const check = nonNullConformer(schema, inner);
  return (value, where) => {
    if (value !== null && value !== undefined) return check(value, where);
    if (!schema.optional) throw nullValue(schema, where);
    return null;
  };
}

function nonNullConformer(schema: Schema, inner: { readonly key: Schema | null; readonly value: Schema | null } | null): Conform {
  switch (schema.logical) {
    case 'decimal':
      return (value, where) => (isBigDecimal(value) ? value : refuse(schema, value, where));
    case 'date':
      return (value, where) => conformDate(schema, value, where);
    case 'time':
    case 'timestamp':
      return (value, where) => conformMillis(schema, value, where);
    case null:
      return plainConformer(schema, inner);
  }
}

/** A date with a time of day is kept as it is: it cannot be encoded, and the error belongs to the encoder, as in Kafka. */
function conformDate(schema: Schema, value: unknown, where: string): unknown {
  if (value instanceof Date) {
    const days = validMillis(schema, value, where) / MILLIS_PER_DAY;
    return Number.isInteger(days) ? days + 0 : value;
  }
  return Number.isInteger(value) ? (value as number) + 0 : refuse(schema, value, where);
}

/** A time or a timestamp. A `Date` of any time of day fits a Time; whether it can be encoded is the encoder's question. */
function conformMillis(schema: Schema, value: unknown, where: string): unknown {
  if (value instanceof Date) return validMillis(schema, value, where);
  // An INT64 in a TypedNumber is a Long in Java, which no date type takes.
  return isTypedNumber(value) ? refuse(schema, value, where) : conformInt64(schema, value, where);
}

/** JavaScript has dates that are none, Java has not. */
function validMillis(schema: Schema, date: Date, where: string): number {
  const millis = date.getTime();
  return Number.isNaN(millis) ? refuse(schema, date, where) : millis;
}

function plainConformer(schema: Schema, inner: { readonly key: Schema | null; readonly value: Schema | null } | null): Conform {
  switch (schema.type) {
    case 'int8':
      return integer(schema, -128, 127);
    case 'int16':
      return integer(schema, -32_768, 32_767);
    case 'int32':
      return integer(schema, -2_147_483_648, 2_147_483_647);
    case 'int64':
      return (value, where) => conformInt64(schema, value, where);
    case 'float32':
      return (value, where) => Math.fround(double(schema, value, where));
    case 'float64':
      return (value, where) => double(schema, value, where);
    case 'boolean':
      return (value, where) => (typeof value === 'boolean' ? value : refuse(schema, value, where));
    case 'string':
      return (value, where) => (typeof value === 'string' ? value : refuse(schema, value, where));
    case 'bytes':
      return (value, where) => conformBytes(schema, value, where);
    case 'array':
      return (value, where) => conformArray(schema, inner?.value ?? null, value, where);
    case 'map':
      return (value, where) => conformMap(schema, inner?.key ?? null, inner?.value ?? null, value, where);
    case 'struct':
      return (value, where) => conformStruct(schema, value, where);
  }
}

function integer(schema: Schema, min: number, max: number): Conform {
  return (value, where) => {
    const number = unwrapped(schema, value, where);
    if (!Number.isInteger(number) || (number as number) < min || (number as number) > max) return refuse(schema, value, where);
    return (number as number) + 0; // −0 is an integer to JavaScript and must not reach an encoder
  };
}

function conformInt64(schema: Schema, value: unknown, where: string): number | bigint {
  const number = unwrapped(schema, value, where);
  if (Number.isSafeInteger(number)) return (number as number) + 0;
  if (typeof number !== 'bigint' || number < int64Min || number > int64Max) return refuse(schema, value, where);
  const plain = Number(number);
  return Number.isSafeInteger(plain) ? plain : number;
}

function double(schema: Schema, value: unknown, where: string): number {
  const number = unwrapped(schema, value, where);
  return typeof number === 'number' ? number : refuse(schema, value, where);
}

/** The number inside a TypedNumber of the schema's own type: as in Java there is no widening. */
function unwrapped(schema: Schema, value: unknown, where: string): unknown {
  if (!isTypedNumber(value)) return value;
  return value.type === schema.type ? value.value : refuse(schema, value, where);
}

function conformBytes(schema: Schema, value: unknown, where: string): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return refuse(schema, value, where);
}

function conformArray(schema: Schema, element: Schema | null, value: unknown, where: string): unknown {
  if (!Array.isArray(value)) return refuse(schema, value, where);
  const elementWhere = `element of array ${where}`;
  if (element === null) throw noInnerSchema('element', elementWhere);
  const list: readonly unknown[] = value;
  let changed: unknown[] | null = null;
  for (const [index, item] of list.entries()) {
    const conformed = element.conform(item, elementWhere);
    if (conformed !== item) {
      changed ??= [...list];
      changed[index] = conformed;
    }
  }
  return changed ?? list;
}

function conformMap(schema: Schema, keySchema: Schema | null, valueSchema: Schema | null, value: unknown, where: string): unknown {
  const entries = mapEntries(value);
  if (entries === null) return refuse(schema, value, where);
  if (keySchema === null) throw noInnerSchema('key', where);
  if (valueSchema === null) throw noInnerSchema('value', where);
  let same = value instanceof Map;
  const conformed = new Map<unknown, unknown>();
  for (const [key, item] of entries) {
    const newKey = keySchema.conform(key, `key of map ${where}`);
    const newItem = valueSchema.conform(item, `value of map ${where}`);
    same &&= newKey === key && newItem === item;
    conformed.set(newKey, newItem);
  }
  return same ? value : conformed;
}

function mapEntries(value: unknown): Iterable<[unknown, unknown]> | null {
  if (value instanceof Map) return value.entries() as Iterable<[unknown, unknown]>;
  return isPlainObject(value) ? Object.entries(value) : null;
}

function conformStruct(schema: Schema, value: unknown, where: string): unknown {
  if (!isStruct(value)) return refuse(schema, value, where);
  if (value.schema !== schema) throw new DataException(`Struct schemas do not match: ${where} needs ${schema}, got ${value.schema}`);
  value.validate();
  return value;
}

function nullValue(schema: Schema, where: string): DataException {
  return new DataException(`Invalid value: null used for required ${where}, schema type: ${schema.type.toUpperCase()}`);
}

function noInnerSchema(what: string, where: string): DataException {
  return new DataException(`No schema defined for ${what}: ${where}`);
}

function refuse(schema: Schema, value: unknown, where: string): never {
  const name = schema.name === null ? '' : ` "${schema.name}"`;
  throw new DataException(`Invalid Java object for schema${name} with type ${schema.type.toUpperCase()}: ${className(value)} for ${where}`);
}
