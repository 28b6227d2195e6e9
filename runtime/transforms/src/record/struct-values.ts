import type { Field } from '@millrace/api';
import { nullOf } from './field-null.ts';

// Plain loops and preset lengths: these run for each record, and cost a third of `map` and `push`.

/**
 * The values of some fields of a struct, in the order of the fields.
 * @throws DataException as {@link nullOf}.
 */
export function gatherValues(values: readonly unknown[], fields: readonly Field[], replaceNullWithDefault: boolean): unknown[] {
  const count = fields.length;
  const gathered = new Array<unknown>(count);
  for (let index = 0; index < count; index++) {
    const field = fields[index] as Field;
    gathered[index] = values[field.index] ?? nullOf(field, replaceNullWithDefault);
  }
  return gathered;
}

/**
 * The values of all fields of a struct.
 * @throws DataException as {@link nullOf}.
 */
export function copyValues(values: readonly unknown[], fields: readonly Field[], replaceNullWithDefault: boolean): unknown[] {
  const copy = values.slice();
  const count = fields.length;
  for (let index = 0; index < count; index++) {
    const value = copy[index];
    if (value === null || value === undefined) copy[index] = nullOf(fields[index] as Field, replaceNullWithDefault);
  }
  return copy;
}
