/** Between the encoding of the vectors and the values of Millrace. */

import {
  BigDecimal,
  ConnectHeaders,
  isBigDecimal,
  isPassword,
  isStruct,
  isTypedNumber,
  MILLIS_PER_DAY,
  Password,
  Schema,
  type SchemaAttributes,
  SchemaAndValue,
  type SchemaType,
  SinkRecord,
  SourceRecord,
  Struct,
  type TimestampType,
  TypedNumber,
  type NumberType,
} from '@millrace/api';
import { ForeignValue } from './foreign-value.ts';

type Json = Record<string, unknown>;

const numberTypes: Readonly<Record<string, NumberType>> = {
  i8: 'int8',
  i16: 'int16',
  i32: 'int32',
  i64: 'int64',
  f32: 'float32',
  f64: 'float64',
};
const numberKeys = Object.fromEntries(Object.entries(numberTypes).map(([key, type]) => [type, key])) as Record<NumberType, string>;

/** S → Schema, or null. */
export function decodeSchema(encoded: unknown): Schema | null {
  if (encoded === null || encoded === undefined) return null;
  if (typeof encoded === 'string') {
    const optional = encoded.endsWith('?');
    return Schema.of({ type: (optional ? encoded.slice(0, -1) : encoded) as SchemaType, optional });
  }
  const json = encoded as Json;
  const attributes: SchemaAttributes = {
    type: json['type'] as SchemaType,
    optional: json['optional'] === true,
    name: (json['name'] as string | undefined) ?? null,
    version: (json['version'] as number | undefined) ?? null,
    doc: (json['doc'] as string | undefined) ?? null,
    parameters: json['parameters'] ? new Map(json['parameters'] as [string, string][]) : null,
    ...(json['type'] === 'struct'
      ? { fields: ((json['fields'] ?? []) as [string, unknown][]).map(([name, field]) => ({ name, schema: required(field) })) }
      : {}),
    keySchema: decodeSchema(json['keys']),
    valueSchema: decodeSchema(json['values']),
  };
  const schema = Schema.of(attributes);
  const defaultValue = decodeValue(json['default'], schema);
  return defaultValue === null ? schema : Schema.of({ ...attributes, defaultValue });
}

function required(encoded: unknown): Schema {
  const schema = decodeSchema(encoded);
  if (schema === null) throw new Error('a schema must stand here');
  return schema;
}

/** Schema → S. */
// oxlint-disable-next-line complexity -- one line an attribute
export function encodeSchema(schema: Schema | null): unknown {
  if (schema === null) return null;
  const { type, optional, name, version, doc, parameters, defaultValue, fields, keySchema, valueSchema } = schema.attributes();
  const encoded: Json = { type };
  if (optional) encoded['optional'] = true;
  if (name !== null) encoded['name'] = name;
  if (version !== null) encoded['version'] = version;
  if (doc !== null) encoded['doc'] = doc;
  if (parameters) encoded['parameters'] = [...parameters];
  if (fields) encoded['fields'] = fields.map((field) => [field.name, encodeSchema(field.schema)]);
  if (type === 'map') encoded['keys'] = encodeSchema(keySchema ?? null);
  if (type === 'map' || type === 'array') encoded['values'] = encodeSchema(valueSchema ?? null);
  if (defaultValue !== null) encoded['default'] = encodeValue(defaultValue, schema);
  const bare = Object.keys(encoded).every((key) => key === 'type' || key === 'optional');
  return bare && type !== 'struct' ? `${type}${optional ? '?' : ''}` : encoded;
}

/**
 * V → value in runtime form. A number whose class the schema does not accept becomes a TypedNumber, so that the code under test can refuse it.
 */
export function decodeValue(encoded: unknown, schema: Schema | null): unknown {
  if (encoded === undefined || encoded === null) return null;
  if (typeof encoded !== 'object') return encoded;
  const json = encoded as Json;
  if ('struct' in json) return decodeStruct(json, schema);
  const [key, content] = Object.entries(json)[0] as [string, unknown];
  const numberType = numberTypes[key];
  if (numberType !== undefined) return decodeNumber(numberType, content as string, schema);
  switch (key) {
    case 'b':
    case 'bb':
      return Buffer.from(content as string, 'base64');
    case 'arr':
      return (content as unknown[]).map((item) => decodeValue(item, schema?.type === 'array' ? schema.valueSchema : null));
    case 'map':
    case 'umap':
      return decodeMap(content as [unknown, unknown][], schema);
    case 'dec':
      return new BigDecimal(BigInt((content as [string, number])[0]), (content as [string, number])[1]);
    case 'date':
      return decodeDate(content as string, schema);
    case 'set':
      return new Set((content as unknown[]).map((item) => decodeValue(item, null)));
    case 'password':
      return new Password(content as string);
    default:
      return new ForeignValue(key, String(content));
  }
}

function decodeNumber(type: NumberType, text: string, schema: Schema | null): unknown {
  const value = type === 'int64' ? decodeInt64(text) : Number(text);
  if (schema === null) return TypedNumber.of(type, value);
  if (schema.type !== type || schema.logical !== null) return new TypedNumber(type, value);
  return type === 'float32' ? Math.fround(value as number) : value;
}

/** Text of a 64-bit integer → `number` when it is a safe integer, else `bigint`. */
export function decodeInt64(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

function decodeStruct(json: Json, context: Schema | null): Struct {
  const schema = 'schema' in json ? decodeSchema(json['schema']) : context;
  if (schema === null) throw new Error('a struct without a schema');
  const values = json['struct'] as unknown[];
  return new Struct(
    schema,
    schema.fields.map((field) => decodeValue(values[field.index], field.schema)),
  );
}

function decodeMap(entries: readonly [unknown, unknown][], schema: Schema | null): unknown {
  const isMap = schema?.type === 'map';
  const keySchema = isMap ? schema.keySchema : null;
  const valueSchema = isMap ? schema.valueSchema : null;
  const decoded = entries.map(([key, value]) => [decodeValue(key, keySchema), decodeValue(value, valueSchema)] as const);
  // A plain object would move integer-like keys to its front, and takes no other keys than text.
  const plain = !isMap && decoded.every(([key]) => typeof key === 'string' && !/^\d+$/.test(key) && key !== '__proto__');
  return plain ? Object.fromEntries(decoded as [string, unknown][]) : new Map(decoded);
}

function decodeDate(text: string, schema: Schema | null): unknown {
  const millis = decodeInt64(text);
  switch (schema?.logical) {
    case 'date': {
      const days = Number(millis) / MILLIS_PER_DAY;
      return Number.isInteger(days) ? days : new Date(Number(millis));
    }
    case 'time':
    case 'timestamp':
      return millis;
    default: {
      const date = new Date(Number(millis));
      return Number.isNaN(date.getTime()) ? new ForeignValue('date', text) : date;
    }
  }
}

/** Value in runtime form → V. */
export function encodeValue(value: unknown, schema: Schema | null): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
    case 'bigint':
      return encodeNumber(value, schema);
    default:
      return value === null || value === undefined ? null : encodeObject(value, schema);
  }
}

function encodeNumber(value: number | bigint, schema: Schema | null): unknown {
  switch (schema?.logical) {
    case 'date':
      return { date: String(BigInt(value) * BigInt(MILLIS_PER_DAY)) };
    case 'time':
    case 'timestamp':
      return { date: String(value) };
    default: {
      const type = schema !== null && schema.type in numberKeys ? (schema.type as NumberType) : schemalessType(value);
      return { [numberKeys[type]]: Object.is(value, -0) ? '-0.0' : String(value) };
    }
  }
}

function schemalessType(value: number | bigint): NumberType {
  return typeof value === 'bigint' || Number.isSafeInteger(value) ? 'int64' : 'float64';
}

function encodeObject(value: object, schema: Schema | null): unknown {
  if (isTypedNumber(value)) return { [numberKeys[value.type]]: Object.is(value.value, -0) ? '-0.0' : String(value.value) };
  if (isStruct(value)) return encodeStruct(value, schema);
  if (Array.isArray(value)) {
    const element = schema?.type === 'array' ? schema.valueSchema : null;
    return { arr: value.map((item) => encodeValue(item, element)) };
  }
  if (value instanceof Uint8Array) return { b: Buffer.from(value).toString('base64') };
  if (value instanceof Date) return { date: String(value.getTime()) };
  if (isBigDecimal(value)) return { dec: [String(value.unscaled), value.scale] };
  if (isPassword(value)) return { password: value.value() };
  if (value instanceof ForeignValue) return { [value.kind]: value.text };
  if (value instanceof Set) return { set: Array.from(value, (item) => encodeValue(item, null)) };
  const isMap = schema?.type === 'map';
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return {
    map: entries.map(([key, item]) => [
      encodeValue(key, isMap ? schema.keySchema : null),
      encodeValue(item, isMap ? schema.valueSchema : null),
    ]),
  };
}

function encodeStruct(struct: Struct, context: Schema | null): unknown {
  const values = struct.schema.fields.map((field) => encodeValue(struct.values[field.index], field.schema));
  return struct.schema === context ? { struct: values } : { struct: values, schema: encodeSchema(struct.schema) };
}

/** W → bytes. */
export function decodeBytes(encoded: unknown): Buffer | null {
  if (encoded === null || encoded === undefined) return null;
  const json = encoded as { text?: string; b64?: string };
  return json.b64 === undefined ? Buffer.from(json.text ?? '', 'utf8') : Buffer.from(json.b64, 'base64');
}

/** bytes → W. */
export function encodeBytes(bytes: Buffer | null): unknown {
  return bytes === null ? null : { b64: bytes.toString('base64') };
}

/** SV → value with schema. */
export function decodeSchemaAndValue(encoded: unknown): SchemaAndValue {
  const json = encoded as { schema?: unknown; value?: unknown };
  const schema = decodeSchema(json.schema);
  return new SchemaAndValue(schema, decodeValue(json.value, schema));
}

/** Value with schema → SV. */
export function encodeSchemaAndValue({ schema, value }: SchemaAndValue): unknown {
  return { schema: encodeSchema(schema), value: encodeValue(value, schema) };
}

/** R → record. */
export function decodeRecord(encoded: unknown): SourceRecord | SinkRecord {
  const json = encoded as Json;
  const keySchema = decodeSchema(json['keySchema']);
  const valueSchema = decodeSchema(json['valueSchema']);
  const fields = {
    topic: (json['topic'] ?? null) as string,
    kafkaPartition: (json['partition'] as number | null | undefined) ?? null,
    timestamp: json['timestamp'] === undefined || json['timestamp'] === null ? null : Number(json['timestamp']),
    keySchema,
    key: decodeValue(json['key'], keySchema),
    valueSchema,
    value: decodeValue(json['value'], valueSchema),
    headers: decodeHeaders(json['headers']),
  };
  if (json['kind'] === 'source') {
    return new SourceRecord({
      ...fields,
      sourcePartition: decodeValue(json['sourcePartition'], null) as Json | null,
      sourceOffset: decodeValue(json['sourceOffset'], null) as Json | null,
    });
  }
  return new SinkRecord({
    ...fields,
    kafkaOffset: Number(json['offset']),
    timestampType: (json['timestampType'] as TimestampType | undefined) ?? 'NoTimestampType',
    ...(json['originalTopic'] === undefined ? {} : { originalTopic: json['originalTopic'] as string }),
    ...(json['originalPartition'] === undefined ? {} : { originalKafkaPartition: json['originalPartition'] as number }),
    ...(json['originalOffset'] === undefined ? {} : { originalKafkaOffset: Number(json['originalOffset']) }),
  });
}

/** `[[key, S, V]…]` → headers, unchecked as the vectors may hold what `add` refuses. */
function decodeHeaders(encoded: unknown): ConnectHeaders {
  const triples = (encoded ?? []) as [string, unknown, unknown][];
  return new ConnectHeaders(
    triples.map(([key, s, v]) => {
      const schema = decodeSchema(s);
      return { key, schema, value: decodeValue(v, schema) };
    }),
  );
}

export function encodeHeaders(headers: ConnectHeaders): unknown {
  return Array.from(headers, ({ key, schema, value }) => [key, encodeSchema(schema), encodeValue(value, schema)]);
}

/** record → R, without what is null. */
export function encodeRecord(record: SourceRecord | SinkRecord | null): unknown {
  if (record === null) return null;
  const encoded: Json = { kind: record instanceof SinkRecord ? 'sink' : 'source', topic: record.topic };
  const set = (key: string, value: unknown): void => {
    if (value !== null) encoded[key] = value;
  };
  set('partition', record.kafkaPartition);
  set('timestamp', record.timestamp === null ? null : String(record.timestamp));
  set('keySchema', encodeSchema(record.keySchema));
  set('key', encodeValue(record.key, record.keySchema));
  set('valueSchema', encodeSchema(record.valueSchema));
  set('value', encodeValue(record.value, record.valueSchema));
  set('headers', record.hasHeaders ? encodeHeaders(record.headers) : null);
  if (record instanceof SinkRecord) {
    set('offset', String(record.kafkaOffset));
    set('timestampType', record.timestampType);
    set('originalTopic', record.originalTopic);
    set('originalPartition', record.originalKafkaPartition);
    set('originalOffset', String(record.originalKafkaOffset));
  } else {
    set('sourcePartition', encodeValue(record.sourcePartition, null));
    set('sourceOffset', encodeValue(record.sourceOffset, null));
  }
  return encoded;
}
