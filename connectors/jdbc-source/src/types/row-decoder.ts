import { ConnectException, type Schema, SchemaBuilder } from '@millrace/api';
import type { ColumnDescription } from '../wire/session.ts';
import type { Catalog, ColumnFacts } from './catalog.ts';
import type { Codec, TypeSettings } from './codec.ts';
import { compatCodec, type ColumnType } from './compat-mapping.ts';
import type { Decode } from './decode.ts';
import { DecodedRow } from './decoded-row.ts';
import { nativeCodec } from './native-mapping.ts';
import { numericCodec } from './numeric-codec.ts';
import { Oid } from './oids.ts';
import { decodeInt2, decodeInt4, decodeInt8, decodeOid } from './plain-codecs.ts';
import { rowKey, type RowKey } from './row-key.ts';
import { instantOfWallClock, isInfinite, readDate, readMicros } from './temporal.ts';

/** Name of the column with the transaction of a row, which is not part of its value. */
export const XID_COLUMN = '__millrace_xid';

/** The columns of a cursor. */
export interface CursorColumns {
  readonly incrementing: string | null;
  /** The first that is not null counts. */
  readonly timestamps: readonly string[];
}

/** What describes a result. */
export interface ResultShape {
  readonly columns: readonly ColumnDescription[];
  readonly facts: ReadonlyMap<string, ColumnFacts>;
  readonly catalog: Catalog;
  readonly moneyDigits: number;
  readonly settings: TypeSettings;
  /** Name of the value's schema. */
  readonly schemaName: string | null;
  readonly cursor: CursorColumns;
  /** Whether the primary key becomes the key of records. */
  readonly isKeyed: boolean;
}

/** Where a decoded column goes. */
type Place = (row: DecodedRow, buffer: Buffer, start: number, length: number) => void;

/** Reads the rows of one result straight from what the socket delivers. */
export class RowDecoder {
  readonly schema: Schema;
  /** Null when records have no key. */
  readonly key: RowKey | null;
  /** By column: 1 when the server is to send the binary form. */
  readonly formats: readonly number[];
  /** Columns that the mapping drops, with their types. */
  readonly dropped: readonly string[];
  readonly #decodes: readonly (Decode | null)[];
  readonly #places: readonly (Place | null)[];
  readonly #fieldCount: number;

  /** @throws ConnectException when a column of the cursor is missing or of a type that cannot be one. */
  constructor(shape: ResultShape) {
    const codecs = shape.columns.map((column) => codecOf(column, shape));
    const places = cursorPlaces(shape);
    const fields = new SchemaFields(shape.schemaName);
    const decodes: (Decode | null)[] = [];
    for (const [index, column] of shape.columns.entries()) decodes.push(fields.add(column, codecs[index] ?? null, shape));
    this.#decodes = decodes;
    this.schema = fields.build();
    this.#fieldCount = this.schema.fields.length;
    this.key = shape.isKeyed ? rowKey(shape, this.schema) : null;
    this.#places = places;
    this.formats = shape.columns.map((_, index) => (codecs[index]?.isBinary === true || places[index] !== null ? 1 : 0));
    this.dropped = shape.columns
      .filter((column, index) => codecs[index] === null && column.name !== XID_COLUMN)
      .map(({ name, typeOid }) => `${name} (${shape.catalog.type(typeOid).name})`);
  }

  /** Reads a DataRow. */
  decode(buffer: Buffer, start: number, end: number): DecodedRow {
    const values: unknown[] = new Array<unknown>(this.#fieldCount);
    const row = new DecodedRow(values, end - start);
    const decodes = this.#decodes;
    const places = this.#places;
    let field = 0;
    let at = start + 2;
    for (let index = 0; index < decodes.length; index++) {
      const length = buffer.readInt32BE(at);
      at += 4;
      const decode = decodes[index] as Decode | null;
      if (decode !== null) values[field++] = length < 0 ? null : decode(buffer, at, length);
      if (length < 0) continue;
      const place = places[index] as Place | null;
      if (place !== null) place(row, buffer, at, length);
      at += length;
    }
    return row;
  }
}

class SchemaFields {
  readonly #builder: SchemaBuilder;

  constructor(name: string | null) {
    this.#builder = SchemaBuilder.struct();
    if (name !== null) this.#builder.name(name);
  }

  /** Adds a column that is not dropped; gives what reads it. */
  add({ name, tableOid, attribute }: ColumnDescription, codec: Codec | null, { facts }: ResultShape): Decode | null {
    if (codec === null) return null;
    const isNotNull = facts.get(`${tableOid}.${attribute}`)?.isNotNull ?? false;
    const schema = codec.schema();
    this.#builder.field(name, isNotNull ? schema : schema.optional());
    return isNotNull ? codec.decode : (codec.ofOptional ?? codec.decode);
  }

  build(): Schema {
    return this.#builder.build();
  }
}

function codecOf(column: ColumnDescription, { catalog, facts, moneyDigits, settings }: ResultShape): Codec | null {
  const { name, tableOid, attribute, typeOid: oid, typeModifier } = column;
  if (name === XID_COLUMN) return null;
  const type: ColumnType = { oid, typeModifier, isEnum: catalog.type(oid).kind === 'e', moneyDigits };
  if (settings.mapping === 'compat') return compatCodec(type, settings);
  const dimensions = facts.get(`${tableOid}.${attribute}`)?.dimensions ?? 1;
  return nativeCodec(type, dimensions, { catalog, settings, moneyDigits });
}

function cursorPlaces({ columns, cursor, settings }: ResultShape): (Place | null)[] {
  const places: (Place | null)[] = columns.map(({ name }) => (name === XID_COLUMN ? placeXid : null));
  if (cursor.incrementing !== null) {
    const index = indexOf(columns, cursor.incrementing, 'incrementing.column.name');
    places[index] = idPlace(columns[index] as ColumnDescription, settings);
  }
  for (const [rank, name] of cursor.timestamps.entries()) {
    const index = indexOf(columns, name, 'timestamp.column.name');
    places[index] = timestampPlace(columns[index] as ColumnDescription, settings, rank);
  }
  return places;
}

const placeXid: Place = (row, buffer, start) => {
  row.xid = Number(decodeInt8(buffer, start));
};

function indexOf(columns: readonly ColumnDescription[], name: string, configKey: string): number {
  const exact = columns.findIndex((column) => column.name === name);
  const index = exact >= 0 ? exact : columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
  if (index >= 0) return index;
  const known = columns.map((column) => column.name).join(', ');
  throw new ConnectException(`Column '${name}' of ${configKey} is not in the result, which has ${known}`, { configKey });
}

function idPlace({ name, typeOid, typeModifier }: ColumnDescription, settings: TypeSettings): Place {
  const decode = idDecode(typeOid, typeModifier, settings);
  if (decode === null) {
    throw new ConnectException(
      `Invalid type for incrementing column: ${name} must be smallint, integer, bigint or numeric without a fraction`,
      {
        configKey: 'incrementing.column.name',
      },
    );
  }
  return (row, buffer, start, length) => {
    row.id = decode(buffer, start, length) as number | bigint;
  };
}

function idDecode(typeOid: number, typeModifier: number, settings: TypeSettings): Decode | null {
  const integers: Readonly<Record<number, Decode>> = {
    [Oid.INT2]: decodeInt2,
    [Oid.INT4]: decodeInt4,
    [Oid.INT8]: decodeInt8,
    [Oid.OID]: decodeOid,
  };
  if (typeOid !== Oid.NUMERIC) return integers[typeOid] ?? null;
  // Numerics of up to 18 digits before and none after the point are read as integers.
  const codec = numericCodec(typeModifier, { ...settings, numericMapping: 'precision_only', nan: 'fail' });
  return codec.schema().type.startsWith('int') ? codec.decode : null;
}

function timestampPlace({ name, typeOid }: ColumnDescription, { zone }: TypeSettings, rank: number): Place {
  const read = (buffer: Buffer, start: number): number | bigint => {
    if (typeOid === Oid.DATE) return readDate(buffer, start, 'PROLEPTIC_GREGORIAN') * 86_400_000_000;
    const micros = readMicros(buffer, start);
    return typeOid === Oid.TIMESTAMPTZ || isInfinite(micros) ? micros : instantOfWallClock(micros, zone);
  };
  if (typeOid !== Oid.DATE && typeOid !== Oid.TIMESTAMP && typeOid !== Oid.TIMESTAMPTZ) {
    throw new ConnectException(`Column '${name}' cannot be a timestamp column: it is no timestamp, timestamptz or date`, {
      configKey: 'timestamp.column.name',
    });
  }
  return (row, buffer, start) => {
    // As COALESCE: the first in the configuration's order wins, whatever the order of the columns.
    if (row.rank <= rank) return;
    row.micros = read(buffer, start);
    row.rank = rank;
  };
}
