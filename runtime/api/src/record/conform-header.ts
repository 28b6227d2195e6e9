import { isBigDecimal } from '../data/big-decimal.ts';
import { javaText } from '../data/java-text.ts';
import { isPlainObject } from '../data/plain-object.ts';
import type { Schema } from '../data/schema.ts';
import { schemaTypeOf } from '../data/schema-type-of.ts';
import { isTypedNumber } from '../data/typed-number.ts';
import { DataException } from '../errors/exceptions.ts';

/**
 * Checks the outer class of a header value against its schema and returns the runtime form. Kafka looks no deeper: a list of texts passes
 * as a list of numbers, and a struct under another struct's schema.
 *
 * A schema with one of the four logical names takes the logical class as well as that of its base type.
 *
 * @throws DataException if the class does not fit, or for null under a schema that is not optional.
 */
export function conformHeader(schema: Schema | null, value: unknown): unknown {
  if (value === null || value === undefined) {
    if (schema === null || schema.optional) return null;
    throw new DataException(`A null value requires an optional schema but was ${schema}`);
  }
  if (schema === null) return value;
  if (schema.logical !== null) return conformLogical(schema, value);
  return isContainer(schema) ? conformContainer(schema, value) : conformed(schema, value);
}

function conformLogical(schema: Schema, value: unknown): unknown {
  const baseClass = isTypedNumber(value) || value instanceof Uint8Array || typeof value === 'string' || typeof value === 'boolean';
  if (schema.logical === 'decimal' ? isBigDecimal(value) : !baseClass) return conformed(schema, value);
  return schemaTypeOf(value) === schema.type ? value : refuse(schema, value);
}

function isContainer(schema: Schema): boolean {
  return schema.type === 'array' || schema.type === 'map' || schema.type === 'struct';
}

function conformContainer(schema: Schema, value: unknown): unknown {
  if (schemaTypeOf(value) !== schema.type) return refuse(schema, value);
  return schema.type === 'map' && isPlainObject(value) ? new Map(Object.entries(value)) : value;
}

function conformed(schema: Schema, value: unknown): unknown {
  try {
    return schema.conform(value);
  } catch (error) {
    if (error instanceof DataException) return refuse(schema, value, error);
    throw error;
  }
}

function refuse(schema: Schema, value: unknown, cause?: unknown): never {
  throw new DataException(`The value ${javaText(value, null)} is not compatible with the schema ${schema}`, { cause });
}
