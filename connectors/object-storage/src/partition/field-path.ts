import { DataException, isPlainObject, isStruct, type Schema, type Struct } from '@millrace/api';

/** A value found in a record, with its schema if it has one. */
export interface FoundField {
  readonly schema: Schema | null;
  /** In runtime form: a date is the number that encodes it. Null if unset. */
  readonly value: unknown;
}

/**
 * The value at a path of names, through structs, maps and plain objects. A default stands for an unset field.
 * @param path names from the outermost, such as `order.created` split at its dots
 * @throws DataException if a name leads nowhere.
 */
export function fieldAt(schema: Schema | null, value: unknown, path: readonly string[]): FoundField {
  let found: FoundField = { schema, value };
  for (const name of path) found = step(found, name, path);
  return found;
}

function step({ schema, value }: FoundField, name: string, path: readonly string[]): FoundField {
  if (isStruct(value)) return fieldOfStruct(value, name, path);
  if (value instanceof Map || isPlainObject(value)) {
    const item: unknown = value instanceof Map ? value.get(name) : Object.hasOwn(value, name) ? value[name] : undefined;
    if (item === undefined) throw missing(name, path);
    return { schema: schema?.type === 'map' ? schema.valueSchema : null, value: item };
  }
  throw new DataException(`Field ${quoted(path)}: ${JSON.stringify(name)} is looked for in what is neither a struct nor a map`);
}

function fieldOfStruct(struct: Struct, name: string, path: readonly string[]): FoundField {
  const field = struct.schema.field(name);
  if (field === null) throw missing(name, path);
  return { schema: field.schema, value: struct.values[field.index] ?? field.schema.defaultValue };
}

function missing(name: string, path: readonly string[]): DataException {
  return new DataException(`Field ${quoted(path)} does not exist: there is no ${JSON.stringify(name)}`);
}

function quoted(path: readonly string[]): string {
  return JSON.stringify(path.join('.'));
}
