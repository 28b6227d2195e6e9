import { DataException, type Field } from '@millrace/api';

/**
 * What a null in a field becomes when its struct is copied: the field's default if it has one and `replaceNullWithDefault` is set
 * (KIP-1040), else null.
 *
 * @throws DataException if the field takes no null, as Kafka's copy does by putting it.
 */
export function nullOf(field: Field, replaceNullWithDefault: boolean): unknown {
  const { name, schema } = field;
  if (replaceNullWithDefault && schema.hasDefault) return schema.defaultValue;
  if (schema.optional) return null;
  throw requiredNull(name, schema.type);
}

/** As {@link nullOf}, but null where the field takes none: for values that are not put into the same field again. */
export function readNull(field: Field, replaceNullWithDefault: boolean): unknown {
  return replaceNullWithDefault ? field.schema.defaultValue : null;
}

/** The error about a null for which there is no place. */
export function requiredNull(name: string, type: string): DataException {
  return new DataException(`Invalid value: null used for required field: "${name}", schema type: ${type.toUpperCase()}`);
}
