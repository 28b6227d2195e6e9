import type { Schema, SchemaType } from '@millrace/api';
import { quoted } from './json-text.ts';
import type { WriteOptions } from './value-writer.ts';
import { compileWriter } from './value-writer.ts';

/** Where JSON has another name for a type. */
const names: Readonly<Partial<Record<SchemaType, string>>> = { float32: 'float', float64: 'double' };

/**
 * The JSON of a schema, in Kafka's order of members. A default is written like a value.
 * @throws DataException if a default does not fit its schema.
 */
export function schemaText(schema: Schema | null, options: WriteOptions): string {
  return schema === null ? 'null' : `{${members(schema, options).join()}}`;
}

function members(schema: Schema, options: WriteOptions): string[] {
  const list = [`"type":"${names[schema.type] ?? schema.type}"`, ...innerSchemas(schema, options), `"optional":${schema.optional}`];
  if (schema.name !== null) list.push(`"name":${quoted(schema.name)}`);
  if (schema.version !== null) list.push(`"version":${schema.version}`);
  if (schema.doc !== null) list.push(`"doc":${quoted(schema.doc)}`);
  if (schema.parameters !== null) {
    const parameters = Array.from(schema.parameters, ([key, value]) => `${quoted(key)}:${quoted(value)}`);
    list.push(`"parameters":{${parameters.join()}}`);
  }
  if (schema.hasDefault) list.push(`"default":${compileWriter(schema, options)(schema.defaultValue)}`);
  return list;
}

function innerSchemas(schema: Schema, options: WriteOptions): string[] {
  switch (schema.type) {
    case 'array':
      return [`"items":${schemaText(schema.valueSchema, options)}`];
    case 'map':
      return [`"keys":${schemaText(schema.keySchema, options)}`, `"values":${schemaText(schema.valueSchema, options)}`];
    case 'struct': {
      const fields = schema.fields.map((field) => `{${[...members(field.schema, options), `"field":${quoted(field.name)}`].join()}}`);
      return [`"fields":[${fields.join()}]`];
    }
    default:
      return [];
  }
}
