import type { Schema } from '../data/schema.ts';
import { schemaTypeOf } from '../data/schema-type-of.ts';
import type { NumberType } from '../data/schema-type.ts';
import { isTypedNumber, TypedNumber } from '../data/typed-number.ts';

/**
 * Brings a self-describing value into the runtime form of its schema: numbers and dates lose what the schema says already.
 * Where a header's value does not fit the schema that Kafka gives it (`[[1],["a"]]` is an array of arrays of text), it keeps its own class.
 */
export function settle(value: unknown, schema: Schema | null): unknown {
  if (schema === null) return Array.isArray(value) || value instanceof Map ? settleContainer(value, null, null) : value;
  if (Array.isArray(value) || value instanceof Map) return settleInner(value, schema);
  if (value instanceof Date && schema.logical !== null && schema.logical !== 'decimal') return schema.conform(value);
  return typeof value === 'number' || typeof value === 'bigint' || isTypedNumber(value) ? settleNumber(value, schema) : value;
}

function settleInner(value: unknown[] | Map<unknown, unknown>, schema: Schema): unknown {
  const isMap = schema.type === 'map';
  return settleContainer(value, isMap ? schema.keySchema : null, isMap || schema.type === 'array' ? schema.valueSchema : null);
}

function settleContainer(value: unknown[] | Map<unknown, unknown>, keySchema: Schema | null, valueSchema: Schema | null): unknown {
  if (Array.isArray(value)) return value.map((item) => settle(item, valueSchema));
  return new Map(Array.from(value, ([key, item]) => [settle(key, keySchema), settle(item, valueSchema)] as const));
}

function settleNumber(value: number | bigint | TypedNumber, schema: Schema): unknown {
  const type = schemaTypeOf(value) as NumberType;
  if (type === schema.type && schema.logical === null) return isTypedNumber(value) ? value.value : value;
  return isTypedNumber(value) ? value : new TypedNumber(type, value);
}
