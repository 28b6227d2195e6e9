import { ConnectException, type Schema, SchemaAndValue, SchemaBuilder, Struct } from '@millrace/api';
import type { ResultShape } from './row-decoder.ts';

/** The key of records: a struct of the columns of the primary key, in its order. */
export class RowKey {
  readonly schema: Schema;
  /** Fields of the row's value. */
  readonly #fields: readonly number[];

  constructor(schema: Schema, fields: readonly number[]) {
    this.schema = schema;
    this.#fields = fields;
  }

  /** The key of a row by the values of its fields. */
  of(values: readonly unknown[]): SchemaAndValue {
    const { schema } = this;
    return new SchemaAndValue(
      schema,
      new Struct(
        schema,
        this.#fields.map((field) => values[field]),
      ),
    );
  }
}

/** The key of a result; null when its table has no primary key. @throws ConnectException when the mapping drops a column of it */
export function rowKey({ columns, facts, schemaName }: ResultShape, value: Schema): RowKey | null {
  const members = columns.flatMap(({ name, tableOid, attribute }) => {
    const position = facts.get(`${tableOid}.${attribute}`)?.keyPosition ?? null;
    return position === null ? [] : [{ name, position }];
  });
  if (members.length === 0) return null;
  const builder = SchemaBuilder.struct().name(`${schemaName ?? ''}.Key`);
  const fields = members
    .sort((left, right) => left.position - right.position)
    .map(({ name }) => {
      const field = value.field(name);
      if (field !== null) return field;
      throw new ConnectException(`Column '${name}' of the primary key of ${schemaName ?? ''} is of a type that this mapping leaves out`, {
        configKey: 'record.key',
        suggestion: 'Set type.mapping=native to read it, or record.key=none.',
      });
    });
  for (const { name, schema } of fields) builder.field(name, schema);
  return new RowKey(
    builder.build(),
    fields.map(({ index }) => index),
  );
}
