import { isPlainObject } from './plain-object.ts';
import type { SchemaType } from './schema-type.ts';
import { isStruct } from './struct-brand.ts';
import { isTypedNumber } from './typed-number.ts';

const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;

/**
 * The type that a schemaless value has by its class, as `ConnectSchema.schemaType`; null when there is none: for null itself, dates,
 * decimals, integers beyond 64 bits and every class that Connect does not know.
 */
export function schemaTypeOf(value: unknown): SchemaType | null {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? 'int64' : 'float64';
    case 'bigint':
      return value >= int64Min && value <= int64Max ? 'int64' : null;
    default:
      return typeof value === 'object' && value !== null ? typeOfObject(value) : null;
  }
}

function typeOfObject(value: object): SchemaType | null {
  if (isTypedNumber(value)) return value.type;
  if (isStruct(value)) return 'struct';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Uint8Array) return 'bytes';
  return value instanceof Map || isPlainObject(value) ? 'map' : null;
}
