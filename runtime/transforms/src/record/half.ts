import type { ConnectRecord, Schema, SchemaAndValue } from '@millrace/api';

/** The half of a record that a transformation works on. */
export interface Half {
  of<R extends ConnectRecord<R>>(record: R): SchemaAndValue;
  /** A copy of the record with this half replaced. */
  replaced<R extends ConnectRecord<R>>(record: R, schema: Schema | null, value: unknown): R;
}

export const KEY: Half = {
  of: (record) => record.keyAndSchema,
  replaced: (record, schema, value) => record.withKey(schema, value),
};

export const VALUE: Half = {
  of: (record) => record.valueAndSchema,
  replaced: (record, schema, value) => record.withValue(schema, value),
};
