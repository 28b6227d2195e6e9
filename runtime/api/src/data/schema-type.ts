/** The types of Kafka Connect, as their lower-case names. `INT8` in a message of Kafka is `int8` here. */
export const SchemaType = {
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FLOAT32: 'float32',
  FLOAT64: 'float64',
  BOOLEAN: 'boolean',
  STRING: 'string',
  BYTES: 'bytes',
  ARRAY: 'array',
  MAP: 'map',
  STRUCT: 'struct',
} as const;
export type SchemaType = (typeof SchemaType)[keyof typeof SchemaType];

export type NumberType = 'int8' | 'int16' | 'int32' | 'int64' | 'float32' | 'float64';

/** Whether a schema of this type has no inner schemas. */
export function isPrimitive(type: SchemaType): boolean {
  return type !== 'array' && type !== 'map' && type !== 'struct';
}
