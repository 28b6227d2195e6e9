import { DataException, type Field, javaText, MILLIS_PER_DAY, type Schema, type Struct } from '@millrace/api';
import { Binary, Decimal128 } from 'mongodb';
import { type Doc, double, int64 } from '../document/document.ts';

/** Makes the BSON value of one Connect value that is not null. */
type Codec = (value: unknown) => unknown;

const codecs = new WeakMap<Schema, Codec>();

/** The codec of a schema, compiled when it is first met. @throws DataException if maps of the schema have other keys than texts */
export function codecOf(schema: Schema): Codec {
  let codec = codecs.get(schema);
  if (codec === undefined) {
    codec = compile(schema);
    codecs.set(schema, codec);
  }
  return codec;
}

function compile(schema: Schema): Codec {
  return schema.logical === null ? byType(schema) : byLogicalType(schema);
}

function byLogicalType(schema: Schema): Codec {
  switch (schema.logical) {
    case 'decimal':
      return (value) => Decimal128.fromString(javaText(value, null));
    case 'date':
      return (value) => new Date(Number(value) * MILLIS_PER_DAY);
    case 'time':
    case 'timestamp':
      return (value) => new Date(Number(value));
    default:
      return byType(schema);
  }
}

function byType(schema: Schema): Codec {
  switch (schema.type) {
    case 'int64':
      return (value) => int64(value as number | bigint);
    case 'float32':
    case 'float64':
      return (value) => double(value as number);
    case 'bytes':
      return (value) => new Binary(value as Uint8Array);
    case 'array':
      return arrayCodec(schema);
    case 'map':
      return mapCodec(schema);
    case 'struct':
      return structCodec(schema);
    default:
      return (value) => value;
  }
}

function arrayCodec(schema: Schema): Codec {
  const item = innerCodec(schema.valueSchema);
  return (value) => (value as unknown[]).map((inner) => (inner === null || inner === undefined ? null : item(inner)));
}

/** Items of containers always have a schema. */
function innerCodec(schema: Schema | null): Codec {
  return schema === null ? (value) => value : codecOf(schema);
}

function mapCodec(schema: Schema): Codec {
  if (schema.keySchema?.type !== 'string') {
    throw new DataException(
      `unsupported key type for a map: ${schema.keySchema?.type}; a document has texts as names, so convert the keys before`,
    );
  }
  const inner = innerCodec(schema.valueSchema);
  return (value) => {
    const doc: Doc = new Map();
    for (const [name, item] of value as Map<string, unknown>) doc.set(name, item === null || item === undefined ? null : inner(item));
    return doc;
  };
}

interface FieldCodec {
  readonly name: string;
  readonly index: number;
  readonly fallback: unknown;
  readonly optional: boolean;
  readonly codec: Codec;
}

function structCodec(schema: Schema): Codec {
  const fields = schema.fields.map(fieldCodec);
  return (value) => {
    const { values } = value as Struct;
    const doc: Doc = new Map();
    for (const field of fields) doc.set(field.name, fieldValue(field, values[field.index]));
    return doc;
  };
}

function fieldCodec({ name, index, schema }: Field): FieldCodec {
  // Compiled when the field is first filled: many never are.
  let codec: Codec | null = null;
  const lazily: Codec = (value) => (codec ??= codecOf(schema))(value);
  return { name, index, fallback: schema.defaultValue ?? null, optional: schema.optional, codec: lazily };
}

function fieldValue(field: FieldCodec, value: unknown): unknown {
  const given = value ?? field.fallback;
  if (given === null || given === undefined) {
    if (field.optional) return null;
    throw new DataException(`error while processing field ${field.name}: it is required and has no value`);
  }
  try {
    return field.codec(given);
  } catch (error) {
    throw new DataException(`error while processing field ${field.name}: ${(error as Error).message}`, { cause: error });
  }
}
