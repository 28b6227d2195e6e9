import { BigDecimal, ConnectDate, ConnectDecimal, DataException, Schema, SchemaBuilder, Struct } from '@millrace/api';
import { asText, binary, type Codec, type TypeSettings } from './codec.ts';
import { type ColumnType, plainCodec } from './compat-mapping.ts';
import type { Catalog, PgType } from './catalog.ts';
import type { Decode } from './decode.ts';
import { numericCodec } from './numeric-codec.ts';
import { Oid } from './oids.ts';
import { decodeInt8, decodeText } from './plain-codecs.ts';
import { readDate } from './temporal.ts';
import { timestampCodec } from './timestamp-codec.ts';

/** Name of the schema of microseconds since midnight. */
const MICRO_TIME_NAME = 'io.debezium.time.MicroTime';

/** What the native mapping needs to know of a database. */
export interface NativeContext {
  readonly catalog: Catalog;
  readonly settings: TypeSettings;
  readonly moneyDigits: number;
}

/** The mapping that drops nothing: a type without a codec of its own is read as the server's text. @param dimensions of an array column */
export function nativeCodec(column: ColumnType, dimensions: number, context: NativeContext): Codec {
  const type = context.catalog.type(column.oid);
  if (column.isEnum) return plainCodec(Oid.TEXT) ?? asText;
  if (type.elementOid !== 0) return arrayCodec(type, column.typeModifier, Math.max(1, dimensions), context);
  if (type.kind === 'c') return compositeCodec(type, context);
  if (type.name === 'hstore') return hstore;
  return scalarCodec(column, context);
}

function scalarCodec({ oid, typeModifier }: ColumnType, { settings, moneyDigits }: NativeContext): Codec {
  switch (oid) {
    case Oid.NUMERIC:
      return numericCodec(typeModifier, settings);
    case Oid.MONEY:
      return moneyCodec(moneyDigits);
    case Oid.DATE:
      return binary(
        () => ConnectDate.builder(),
        (buffer, start) => readDate(buffer, start, 'PROLEPTIC_GREGORIAN'),
      );
    case Oid.TIME:
      return binary(() => SchemaBuilder.int64().name(MICRO_TIME_NAME).version(1), decodeInt8);
    case Oid.TIMESTAMP:
    case Oid.TIMESTAMPTZ:
      return timestampCodec(settings.granularity ?? 'micros_long', oid === Oid.TIMESTAMPTZ, {
        ...settings,
        calendar: 'PROLEPTIC_GREGORIAN',
      });
    default:
      return plainCodec(oid) ?? asText;
  }
}

function moneyCodec(digits: number): Codec {
  return binary(
    () => ConnectDecimal.builder(digits),
    (buffer, start) => new BigDecimal(BigInt(decodeInt8(buffer, start)), digits),
  );
}

/** The codec of a part of an array or a composite. */
function innerCodec(oid: number, typeModifier: number, context: NativeContext): Codec {
  const column = { oid, typeModifier, isEnum: context.catalog.type(oid).kind === 'e', moneyDigits: context.moneyDigits };
  return nativeCodec(column, 1, context);
}

function arrayCodec(type: PgType, typeModifier: number, dimensions: number, context: NativeContext): Codec {
  const element = innerCodec(type.elementOid, typeModifier, context);
  // Elements without a binary codec would come in a binary form that nothing here reads.
  if (!element.isBinary) return asText;
  const schema = (): SchemaBuilder => {
    let inner = element.schema().optional().build();
    for (let depth = 1; depth < dimensions; depth++) inner = SchemaBuilder.array(inner).optional().build();
    return SchemaBuilder.array(inner);
  };
  return binary(schema, (buffer, start) => decodeArray(buffer, start, dimensions, element.ofOptional ?? element.decode));
}

function decodeArray(buffer: Buffer, start: number, dimensions: number, element: Decode): unknown[] {
  const count = buffer.readInt32BE(start);
  if (count === 0) return [];
  if (count !== dimensions) {
    throw new DataException(`An array value has ${count} dimensions, its column was declared with ${dimensions}`, {
      suggestion: 'Declare the column with the dimensions that it holds, such as int[][].',
    });
  }
  const lengths = Array.from({ length: count }, (_, index) => buffer.readInt32BE(start + 12 + 8 * index));
  let at = start + 12 + 8 * count;
  const level = (depth: number): unknown[] => {
    const items: unknown[] = [];
    for (let index = 0; index < (lengths[depth] as number); index++) {
      if (depth < count - 1) {
        items.push(level(depth + 1));
        continue;
      }
      const length = buffer.readInt32BE(at);
      at += 4;
      items.push(length < 0 ? null : element(buffer, at, length));
      if (length > 0) at += length;
    }
    return items;
  };
  return level(0);
}

function compositeCodec(type: PgType, context: NativeContext): Codec {
  const codecs = type.attributes.map(({ typeOid, typeModifier }) => innerCodec(typeOid, typeModifier, context));
  if (codecs.length === 0 || codecs.some(({ isBinary }) => !isBinary)) return asText;
  const attributes = new Set(type.attributes.map(({ name }) => name));
  if (attributes.size < codecs.length) return asText;
  const schema = (): SchemaBuilder => {
    const builder = SchemaBuilder.struct().name(type.name);
    for (const [index, { name }] of type.attributes.entries()) builder.field(name, (codecs[index] as Codec).schema().optional());
    return builder;
  };
  const decodes = codecs.map(({ decode, ofOptional }) => ofOptional ?? decode);
  // The struct of a value has the schema of its field, which may be optional or not: both are made once.
  const required = schema().build();
  const optional = schema().optional().build();
  return { schema, decode: structDecode(decodes, required), isBinary: true, ofOptional: structDecode(decodes, optional) };
}

function structDecode(decodes: readonly Decode[], schema: Schema): Decode {
  return (buffer, start) => {
    const values: unknown[] = [];
    let at = start + 4;
    for (const decode of decodes) {
      const length = buffer.readInt32BE(at + 4);
      at += 8;
      values.push(length < 0 ? null : decode(buffer, at, length));
      if (length > 0) at += length;
    }
    return new Struct(schema, values);
  };
}

const hstore: Codec = binary(
  () => SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA),
  (buffer, start) => {
    const map = new Map<string, string | null>();
    let at = start + 4;
    for (let left = buffer.readInt32BE(start); left > 0; left--) {
      const keyLength = buffer.readInt32BE(at);
      const key = decodeText(buffer, at + 4, keyLength) as string;
      at += 4 + keyLength;
      const length = buffer.readInt32BE(at);
      map.set(key, length < 0 ? null : (decodeText(buffer, at + 4, length) as string));
      at += 4 + Math.max(0, length);
    }
    return map;
  },
);
