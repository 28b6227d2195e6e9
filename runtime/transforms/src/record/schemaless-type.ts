import { isPlainObject, isStruct, isTypedNumber, type SchemaType } from '@millrace/api';

/** The type that Kafka infers from the class of a schemaless value; null for a class that it has no type for, such as a date. */
export function schemalessType(value: unknown): SchemaType | null {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'bigint':
      return 'int64';
    case 'number':
      return Number.isSafeInteger(value) ? 'int64' : 'float64';
    default:
      return objectType(value);
  }
}

function objectType(value: unknown): SchemaType | null {
  if (isTypedNumber(value)) return value.type;
  if (Array.isArray(value)) return 'array';
  if (value instanceof Uint8Array) return 'bytes';
  if (isStruct(value)) return 'struct';
  return value instanceof Map || isPlainObject(value) ? 'map' : null;
}
