import {
  className,
  ConnectDate,
  ConnectDecimal,
  ConnectTime,
  ConnectTimestamp,
  DataException,
  isBigDecimal,
  isPlainObject,
  isStruct,
  isTypedNumber,
  NullPointerException,
  type Schema,
} from '@millrace/api';
import { integerText } from './integer-text.ts';
import { jsonBytes, jsonDouble, jsonFloat, quoted } from './json-text.ts';
import { schemalessText } from './schemaless-writer.ts';

/** Writes a value in runtime form as JSON text. */
export type JsonWrite = (value: unknown) => string;

/** How values are written as JSON. */
export interface WriteOptions {
  /** Whether a null with a default is written as the default (KIP-581). */
  readonly replaceNullWithDefault: boolean;
  /** Whether a Decimal becomes a number instead of base64. */
  readonly isDecimalNumeric: boolean;
}

/** Compiles a schema into a function that writes its values as Jackson would. A null schema gives the writer of schemaless values. */
export function compileWriter(schema: Schema | null, options: WriteOptions): JsonWrite {
  if (schema === null) return schemalessText;
  const write = nonNullWriter(schema, options);
  const { defaultValue, optional } = schema;
  const replacesNull = options.replaceNullWithDefault && schema.hasDefault;
  return (value) => {
    if (value !== null && value !== undefined) return write(value);
    if (replacesNull) return write(defaultValue);
    if (optional) return 'null';
    throw new DataException('Conversion error: null value for field that is required and has no default value');
  };
}

function nonNullWriter(schema: Schema, options: WriteOptions): JsonWrite {
  switch (schema.logical) {
    case 'decimal':
      return decimalWriter(schema, options);
    case 'date':
      return dateWriter('Date', (value) => ConnectDate.fromLogical(schema, typeof value === 'bigint' ? Number(value) : value));
    case 'time':
      return dateWriter('Time', (value) => ConnectTime.fromLogical(schema, value));
    case 'timestamp':
      return dateWriter('Timestamp', (value) => ConnectTimestamp.fromLogical(schema, value));
    case null:
      return plainWriter(schema, options);
  }
}

function dateWriter(name: string, encode: (value: Date | number | bigint) => number | bigint): JsonWrite {
  return (value) => {
    if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Date) return integerText(encode(value));
    throw new DataException(`Invalid type for ${name}, expected Date but was ${className(value)}`);
  };
}

function decimalWriter(schema: Schema, { isDecimalNumeric }: WriteOptions): JsonWrite {
  return (value) => {
    if (!isBigDecimal(value)) {
      throw new DataException(`Invalid type for Decimal, expected BigDecimal but was ${className(value, schema)}`);
    }
    return isDecimalNumeric ? value.toString() : jsonBytes(ConnectDecimal.fromLogical(schema, value));
  };
}

function plainWriter(schema: Schema, options: WriteOptions): JsonWrite {
  switch (schema.type) {
    case 'int8':
      return integerWriter(schema, 24);
    case 'int16':
      return integerWriter(schema, 16);
    case 'int32':
      return integerWriter(schema, 0);
    case 'int64':
      return (value) =>
        Number.isSafeInteger(value) || typeof value === 'bigint' ? integerText(value as number | bigint) : unwrapped(schema, value, String);
    case 'float32':
      return (value) => (typeof value === 'number' ? jsonFloat(value) : unwrapped(schema, value, jsonFloat));
    case 'float64':
      return (value) => (typeof value === 'number' ? jsonDouble(value) : unwrapped(schema, value, jsonDouble));
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? (value ? 'true' : 'false') : refuse(schema, value));
    case 'string':
      return (value) => (typeof value === 'string' ? quoted(value) : refuse(schema, value));
    case 'bytes':
      return bytesText;
    case 'array':
      return arrayWriter(schema, options);
    case 'map':
      return schema.keySchema?.type === 'string' ? objectMapWriter(schema, options) : pairMapWriter(schema, options);
    case 'struct':
      return structWriter(schema, options);
  }
}

function integerWriter(schema: Schema, unusedBits: number): JsonWrite {
  return (value) =>
    typeof value === 'number' && (value << unusedBits) >> unusedBits === value ? `${value}` : unwrapped(schema, value, String);
}

/** The number inside a TypedNumber of the schema's own type. There is no widening in Kafka. */
function unwrapped(schema: Schema, value: unknown, write: (number: number) => string): string {
  return isTypedNumber(value) && value.type === schema.type ? write(value.value as number) : refuse(schema, value);
}

function bytesText(value: unknown): string {
  if (value instanceof Uint8Array) return jsonBytes(value);
  throw new DataException(`Invalid type for bytes type: ${className(value)}`);
}

function arrayWriter(schema: Schema, options: WriteOptions): JsonWrite {
  const write = compileWriter(schema.valueSchema, options);
  return (value) => {
    if (!Array.isArray(value)) return refuse(schema, value);
    const { length } = value;
    if (length === 0) return '[]';
    let text = `[${write(value[0])}`;
    for (let index = 1; index < length; index += 1) text += `,${write(value[index])}`;
    return `${text}]`;
  };
}

/** A map whose key schema is a string: an object. A null key is the member `null`. */
function objectMapWriter(schema: Schema, options: WriteOptions): JsonWrite {
  const writeKey = compileWriter(schema.keySchema, options);
  const writeValue = compileWriter(schema.valueSchema, options);
  return (value) => {
    const members = new Map<string, string>();
    for (const [key, item] of entriesOf(schema, value)) {
      const keyText = writeKey(key);
      members.set(keyText.startsWith('"') ? keyText : `"${keyText}"`, writeValue(item));
    }
    let text = '';
    for (const [key, item] of members) text += `${text === '' ? '{' : ','}${key}:${item}`;
    return text === '' ? '{}' : `${text}}`;
  };
}

/** Any other map: an array of arrays of two. */
function pairMapWriter(schema: Schema, options: WriteOptions): JsonWrite {
  const { keySchema } = schema;
  const writeKey = compileWriter(keySchema, options);
  const writeValue = compileWriter(schema.valueSchema, options);
  return (value) => {
    const entries = entriesOf(schema, value);
    if (keySchema === null) throw new NullPointerException(`A map without a schema for its keys cannot be written as JSON: ${schema}`);
    const pairs = Array.from(entries, ([key, item]) => `[${writeKey(key)},${writeValue(item)}]`);
    return `[${pairs.join()}]`;
  };
}

function entriesOf(schema: Schema, value: unknown): Iterable<readonly [unknown, unknown]> {
  if (value instanceof Map) return value as ReadonlyMap<unknown, unknown>;
  return isPlainObject(value) ? Object.entries(value) : refuse(schema, value);
}

/** All fields in their order, with their raw values. */
function structWriter(schema: Schema, options: WriteOptions): JsonWrite {
  const writes = schema.fields.map((field) => compileWriter(field.schema, options));
  const keys = schema.fields.map(({ name, index }) => `${index === 0 ? '{' : ','}${quoted(name)}:`);
  const size = keys.length;
  return (value) => {
    if (!isStruct(value)) return refuse(schema, value);
    if (value.schema !== schema) throw new DataException('Mismatching schema.');
    if (size === 0) return '{}';
    const { values } = value;
    let text = '';
    for (let index = 0; index < size; index += 1) text += (keys[index] as string) + (writes[index] as JsonWrite)(values[index]);
    return `${text}}`;
  };
}

function refuse(schema: Schema, value: unknown): never {
  throw new DataException(`Invalid type for ${schema.type.toUpperCase()}: ${className(value)}`);
}
