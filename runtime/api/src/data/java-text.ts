import { isBigDecimal } from './big-decimal.ts';
import { isPlainObject } from './plain-object.ts';
import { javaDateText } from './java-date-text.ts';
import { millisOfDays } from './millis.ts';
import { doubleText, floatText } from './number-text.ts';
import type { Schema } from './schema.ts';
import { isStruct } from './struct-brand.ts';
import { isTypedNumber } from './typed-number.ts';

/**
 * Java's `toString()` of a value in runtime form, as StringConverter, Cast and `Struct.toString` print it: `1.0E7`, `[a, b]`,
 * `{a=1, b=null}`, `Struct{a=1}`, `Thu Jan 01 00:00:00 UTC 1970`. Dates are printed in UTC.
 *
 * One thing is not Java's: bytes are printed in base64, where Java prints an object hash that nobody can use.
 *
 * @param schema tells a FLOAT32 from a FLOAT64 and a date from its encoded number; null for schemaless data
 */
export function javaText(value: unknown, schema: Schema | null): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
      return numberText(value, schema);
    case 'object':
      return value === null ? 'null' : objectText(value, schema);
    case 'boolean':
      return `${value}`;
    default:
      return value === undefined ? 'null' : typeof value;
  }
}

function numberText(value: number | bigint, schema: Schema | null): string {
  if (schema === null) return schemalessText(value);
  if (schema.logical !== null) return logicalText(value, schema);
  if (typeof value === 'bigint') return value.toString();
  switch (schema.type) {
    case 'float64':
      return doubleText(value);
    case 'float32':
      return floatText(value);
    default:
      return `${value}`;
  }
}

/** A safe integer without a schema is an INT64, every other number a FLOAT64. */
function schemalessText(value: number | bigint): string {
  if (typeof value === 'bigint') return value.toString();
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? `${value}` : doubleText(value);
}

function logicalText(value: number | bigint, schema: Schema): string {
  if (schema.logical === 'date' && typeof value === 'number') return javaDateText(millisOfDays(value));
  return javaDateText(value);
}

function objectText(value: { toString(): string }, schema: Schema | null): string {
  if (isStruct(value) || isBigDecimal(value)) return value.toString();
  if (Array.isArray(value)) return listText(value, schema?.type === 'array' ? schema.valueSchema : null);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (isTypedNumber(value)) return typedNumberText(value.value, value.type);
  if (value instanceof Date) return javaDateText(value.getTime());
  if (value instanceof Map) return mapText(value, schema);
  return isPlainObject(value) ? mapText(Object.entries(value), schema) : value.toString();
}

function typedNumberText(value: number | bigint, type: string): string {
  if (type === 'float64') return doubleText(Number(value));
  return type === 'float32' ? floatText(Number(value)) : value.toString();
}

function listText(list: readonly unknown[], element: Schema | null): string {
  return `[${list.map((item) => javaText(item, element)).join(', ')}]`;
}

function mapText(entries: Iterable<readonly [unknown, unknown]>, schema: Schema | null): string {
  const isMap = schema?.type === 'map';
  const keySchema = isMap ? schema.keySchema : null;
  const valueSchema = isMap ? schema.valueSchema : null;
  const texts = Array.from(entries, ([key, value]) => `${javaText(key, keySchema)}=${javaText(value, valueSchema)}`);
  return `{${texts.join(', ')}}`;
}
