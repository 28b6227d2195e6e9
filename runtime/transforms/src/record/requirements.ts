import { DataException, isPlainObject, isStruct, javaClassOf, type Struct } from '@millrace/api';
import type { SchemalessMap } from './schemaless-map.ts';

/** The value as a schemaless map. @throws DataException if it is none, null included; `purpose` says what it was needed for. */
export function requireMap(value: unknown, purpose: string): SchemalessMap {
  if (isPlainObject(value) || value instanceof Map) return value;
  throw new DataException(`Only Map objects supported in absence of schema for [${purpose}], found: ${javaClassOf(value)}`);
}

/** As {@link requireMap}, and null is fine. */
export function requireMapOrNull(value: unknown, purpose: string): SchemalessMap | null {
  return value === null ? null : requireMap(value, purpose);
}

/** The value as a Struct. @throws DataException if it is none, null included; `purpose` says what it was needed for. */
export function requireStruct(value: unknown, purpose: string): Struct {
  if (isStruct(value)) return value;
  throw new DataException(`Only Struct objects supported for [${purpose}], found: ${javaClassOf(value)}`);
}

/** As {@link requireStruct}, and null is fine. */
export function requireStructOrNull(value: unknown, purpose: string): Struct | null {
  return value === null ? null : requireStruct(value, purpose);
}
