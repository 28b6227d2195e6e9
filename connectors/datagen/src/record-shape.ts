import { isStruct, SchemaAndValue, Struct, TypedNumber, type Schema } from '@millrace/api';

/** Makes the two halves of a record of its fields' values. */
export interface RecordShape {
  key(values: unknown[]): SchemaAndValue;
  value(values: unknown[]): SchemaAndValue;
}

/** Structs with their schema. @param keyIndex field that is the key; -1 for none */
export function structShape(schema: Schema, keyIndex: number): RecordShape {
  const keySchema = schema.fields[keyIndex]?.schema ?? null;
  return {
    key: (values) => (keySchema === null ? SchemaAndValue.NULL : new SchemaAndValue(keySchema, values[keyIndex])),
    value: (values) => new SchemaAndValue(schema, new Struct(schema, values)),
  };
}

/** Maps without a schema, of values that keep their class: 25.0 stays a double. */
export function mapShape(schema: Schema, keyIndex: number): RecordShape {
  const keySchema = schema.fields[keyIndex]?.schema ?? null;
  return {
    key: (values) => (keySchema === null ? SchemaAndValue.NULL : new SchemaAndValue(null, schemaless(keySchema, values[keyIndex]))),
    value: (values) => new SchemaAndValue(null, mapOf(schema, values)),
  };
}

function mapOf(schema: Schema, values: readonly unknown[]): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  for (const { index, name, schema: fieldSchema } of schema.fields) map[name] = schemaless(fieldSchema, values[index]);
  return map;
}

function schemaless(schema: Schema, value: unknown): unknown {
  if (schema.type === 'float64') return TypedNumber.of('float64', value as number);
  return isStruct(value) ? mapOf(value.schema, value.values) : value;
}
