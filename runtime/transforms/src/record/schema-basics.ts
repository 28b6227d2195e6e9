import { type Schema, SchemaBuilder, type SchemaType } from '@millrace/api';

/** A builder of another type with the name, version, doc and parameters of a schema. */
export function withBasicsOf(schema: Schema, type: SchemaType): SchemaBuilder {
  const builder = new SchemaBuilder(type);
  if (schema.name !== null) builder.name(schema.name);
  if (schema.version !== null) builder.version(schema.version);
  if (schema.doc !== null) builder.doc(schema.doc);
  if (schema.parameters !== null) builder.parameters(schema.parameters);
  return builder;
}
