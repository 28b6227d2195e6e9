import { className, DataException, isPlainObject, isStruct, javaText, type SchemaAndValue, type SinkRecord } from '@millrace/api';
import type { Doc } from '../document/document.ts';
import { fromBson } from '../document/from-bson.ts';
import { parseDocument } from '../ejson/parse-ejson.ts';
import { codecOf } from './schema-codec.ts';
import { schemalessDocument } from './schemaless.ts';

/** Most characters of a value that an error shows. */
const SHOWN = 200;

/** Key and value of a record as documents. Each is made when it is first asked for, so an unused key that is none does no harm. */
export class RecordDocuments {
  readonly record: SinkRecord;
  #key: Doc | null | undefined;
  #value: Doc | null | undefined;

  constructor(record: SinkRecord) {
    this.record = record;
  }

  /** Null when the record has no key. @throws DataException if the key is no document */
  get key(): Doc | null {
    this.#key ??= documentOf('key', this.record.keyAndSchema);
    return this.#key;
  }

  /** Null when the record has no value. @throws DataException if the value is no document */
  get value(): Doc | null {
    this.#value ??= documentOf('value', this.record.valueAndSchema);
    return this.#value;
  }

  get hasKey(): boolean {
    return this.record.key !== null;
  }

  get hasValue(): boolean {
    return this.record.value !== null;
  }
}

function documentOf(half: 'key' | 'value', { schema, value }: SchemaAndValue): Doc | null {
  if (value === null || value === undefined) return null;
  try {
    if (schema !== null && (schema.type === 'struct' || schema.type === 'map')) return codecOf(schema)(value) as Doc;
    if (typeof value === 'string') return parseDocument(value);
    if (value instanceof Uint8Array) return fromBson(value);
    if (isStruct(value)) return codecOf(value.schema)(value) as Doc;
    if (value instanceof Map || isPlainObject(value)) return schemalessDocument(value as Map<unknown, unknown>);
    throw new DataException(`No converter present due to unexpected object type: ${className(value)}`);
  } catch (error) {
    const text = javaText(value, schema);
    const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
    throw new DataException(`Could not convert ${half} '${shown}' (${className(value)}) into a BsonDocument: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
