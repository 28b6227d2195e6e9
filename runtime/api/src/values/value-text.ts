import { isBigDecimal } from '../data/big-decimal.ts';
import { javaClassOf } from '../data/class-name.ts';
import { javaText } from '../data/java-text.ts';
import { isPlainObject } from '../data/plain-object.ts';
import type { Schema } from '../data/schema.ts';
import { isStruct } from '../data/struct-brand.ts';
import type { Struct } from '../data/struct.ts';
import { isTypedNumber } from '../data/typed-number.ts';
import { DataException } from '../errors/exceptions.ts';
import { temporalText } from './temporal-text.ts';
import { dateMillis } from './to-date.ts';

/**
 * The text of a value in a header: a text as it is, everything inside a list, map or struct much like JSON, though keys need not be texts
 * and dates have no quotes. Bytes are base64.
 *
 * @param value in runtime form of its schema, not null
 * @throws DataException for a class that Connect does not know.
 */
export function valueText(value: unknown, schema: Schema | null): string {
  return typeof value === 'string' ? value : innerText(value, schema, '');
}

/** @param quote what encloses texts and bytes */
function innerText(value: unknown, schema: Schema | null, quote: '"' | ''): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'boolean':
      return String(value);
    case 'number':
    case 'bigint': {
      const millis = dateMillis(value, schema);
      return millis === null ? javaText(value, schema) : temporalText(millis);
    }
    default:
      return value === null || value === undefined ? 'null' : objectText(value, schema, quote);
  }
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function objectText(value: object, schema: Schema | null, quote: '"' | ''): string {
  if (isTypedNumber(value) || isBigDecimal(value)) return javaText(value, null);
  if (value instanceof Uint8Array) return `${quote}${javaText(value, null)}${quote}`;
  if (value instanceof Date) return temporalText(value.getTime());
  if (Array.isArray(value)) return listText(value, schema?.type === 'array' ? schema.valueSchema : null);
  if (isStruct(value)) return structText(value);
  if (value instanceof Map) return mapText(value, schema);
  if (isPlainObject(value)) return mapText(Object.entries(value), schema);
  throw new DataException(`Failed to serialize unexpected value type ${javaClassOf(value)}: ${javaText(value, null)}`);
}

function listText(list: readonly unknown[], element: Schema | null): string {
  return `[${list.map((item) => innerText(item, element, '"')).join()}]`;
}

function mapText(entries: Iterable<readonly [unknown, unknown]>, schema: Schema | null): string {
  const isMap = schema?.type === 'map';
  const keySchema = isMap ? schema.keySchema : null;
  const valueSchema = isMap ? schema.valueSchema : null;
  return `{${Array.from(entries, ([key, value]) => `${innerText(key, keySchema, '"')}:${innerText(value, valueSchema, '"')}`).join()}}`;
}

/** Unset fields are printed with their defaults. Kafka escapes nothing in the name of a field. */
function structText({ schema, values }: Struct): string {
  const fields = schema.fields.map(
    (field) => `"${field.name}":${innerText(values[field.index] ?? field.schema.defaultValue, field.schema, '"')}`,
  );
  return `{${fields.join()}}`;
}
