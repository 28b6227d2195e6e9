import { DataException, className, isBigDecimal, isPlainObject, isTypedNumber } from '@millrace/api';
import { Binary, Decimal128 } from 'mongodb';
import { type Doc, double, int64 } from '../document/document.ts';

/** The document of a map without a schema. Integers become Int64, as Kafka's JSON converter reads every integer as a long. */
export function schemalessDocument(source: ReadonlyMap<unknown, unknown> | Readonly<Record<string, unknown>>): Doc {
  const doc: Doc = new Map();
  if (source instanceof Map) {
    for (const [name, value] of source) doc.set(String(name), schemalessValue(value));
  } else {
    const values = source as Readonly<Record<string, unknown>>;
    // Names and not entries, which would be an array each.
    for (const name of Object.keys(values)) doc.set(name, schemalessValue(values[name]));
  }
  return doc;
}

function schemalessValue(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isInteger(value)) return value;
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : double(value);
    case 'bigint':
      return int64(value);
    default:
      return value === null || value === undefined ? null : objectValue(value);
  }
}

function objectValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(schemalessValue);
  if (value instanceof Map || isPlainObject(value)) return schemalessDocument(value as Map<unknown, unknown>);
  if (isTypedNumber(value)) return typedNumber(value.type, value.value);
  if (value instanceof Uint8Array) return new Binary(value);
  if (value instanceof Date) return value;
  if (isBigDecimal(value)) return Decimal128.fromString(String(value));
  throw new DataException(`no converter for a value of type ${className(value)}`);
}

function typedNumber(type: string, value: number | bigint): unknown {
  if (type === 'int64') return int64(value);
  return type === 'float32' || type === 'float64' ? double(Number(value)) : Number(value);
}
