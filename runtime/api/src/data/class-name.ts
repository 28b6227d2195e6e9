import { isBigDecimal } from './big-decimal.ts';
import { isStruct } from './struct-brand.ts';
import { isTypedNumber } from './typed-number.ts';
import type { NumberType } from './schema-type.ts';
import type { Schema } from './schema.ts';

const numberClasses: Readonly<Record<NumberType, string>> = {
  int8: 'java.lang.Byte',
  int16: 'java.lang.Short',
  int32: 'java.lang.Integer',
  int64: 'java.lang.Long',
  float32: 'java.lang.Float',
  float64: 'java.lang.Double',
};

/**
 * Name of the Java class that this value has in a JVM worker: the words that readers of a trace know.
 * @param schema the schema of a value in runtime form, which tells an int8 from an int64 and a date from its number
 */
export function javaClassOf(value: unknown, schema: Schema | null = null): string {
  if (schema !== null && (typeof value === 'number' || typeof value === 'bigint')) {
    if (schema.logical !== null) return 'java.util.Date';
    if (schema.type in numberClasses) return numberClasses[schema.type as NumberType];
  }
  switch (typeof value) {
    case 'string':
      return 'java.lang.String';
    case 'boolean':
      return 'java.lang.Boolean';
    case 'bigint':
      return numberClasses.int64;
    case 'number':
      return Number.isSafeInteger(value) ? numberClasses.int64 : numberClasses.float64;
    default:
      return value === null || value === undefined ? 'null' : javaClassOfObject(value);
  }
}

function javaClassOfObject(value: object): string {
  if (isTypedNumber(value)) return numberClasses[value.type];
  if (Array.isArray(value)) return 'java.util.ArrayList';
  if (value instanceof Uint8Array) return '[B';
  if (value instanceof Date) return 'java.util.Date';
  if (isBigDecimal(value)) return 'java.math.BigDecimal';
  if (isStruct(value)) return 'org.apache.kafka.connect.data.Struct';
  const named = value.constructor as { readonly name?: string } | undefined;
  return value instanceof Map || named === Object || named === undefined ? 'java.util.HashMap' : (named.name ?? 'object');
}

/** `class java.lang.String`, as Java prints a class in messages. */
export function className(value: unknown, schema: Schema | null = null): string {
  return value === null || value === undefined ? 'null' : `class ${javaClassOf(value, schema)}`;
}
