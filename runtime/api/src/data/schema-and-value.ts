import type { Schema } from './schema.ts';

/**
 * A value with its schema: what a converter makes of bytes, and one half (key or value) of a record.
 * A null schema means schemaless data.
 */
export class SchemaAndValue {
  static readonly NULL: SchemaAndValue = new SchemaAndValue(null, null);

  readonly schema: Schema | null;
  /** In runtime form when there is a schema (see {@link Schema.conform}). */
  readonly value: unknown;

  constructor(schema: Schema | null, value: unknown) {
    this.schema = schema;
    this.value = value;
  }
}
