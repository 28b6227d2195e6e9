import { Schema, SchemaAndValue, SchemaBuilder, type SinkRecord, Struct, Values } from '@millrace/api';
import type { Codec } from './codec.ts';
import type { FileFormat } from './file-format.ts';

/** One of the objects that hold the same records: their values, keys or headers. */
export interface FileView {
  /** What of a record it holds. */
  readonly select: (record: SinkRecord) => SchemaAndValue;
  /** Put before the format's extension: empty for values, `.keys`, `.headers`. */
  readonly infix: string;
  readonly format: FileFormat;
  /** Null for none. */
  readonly codec: Codec | null;
  /** Whether it holds the values, which tombstones lack. */
  readonly isOfValues: boolean;
}

const headerSchema = SchemaBuilder.struct().field('key', Schema.STRING_SCHEMA).field('value', Schema.OPTIONAL_STRING_SCHEMA).build();
const headersSchema = SchemaBuilder.struct().name('RecordHeaders').field('headers', SchemaBuilder.array(headerSchema).build()).build();

/** The values of records. */
export function valueView(format: FileFormat, codec: Codec | null): FileView {
  return { select: ({ valueAndSchema }) => valueAndSchema, infix: '', format, codec, isOfValues: true };
}

/** The keys of records: `store.kafka.keys`. */
export function keyView(format: FileFormat, codec: Codec | null): FileView {
  return { select: ({ keyAndSchema }) => keyAndSchema, infix: '.keys', format, codec, isOfValues: false };
}

/** The headers of records, values as text: `store.kafka.headers`. */
export function headerView(format: FileFormat, codec: Codec | null): FileView {
  return { select: headersOf, infix: '.headers', format, codec, isOfValues: false };
}

/** Extension of the view's objects, such as `.keys.json.gz`. */
export function extensionOf({ infix, format, codec }: FileView): string {
  return `${infix}${format.extension}${codec?.extension ?? ''}`;
}

function headersOf(record: SinkRecord): SchemaAndValue {
  const headers = [...record.headers].map(
    ({ key, schema, value }) => new Struct(headerSchema, [key, Values.convertToString(schema, value)]),
  );
  return headers.length === 0 ? SchemaAndValue.NULL : new SchemaAndValue(headersSchema, new Struct(headersSchema, [headers]));
}
