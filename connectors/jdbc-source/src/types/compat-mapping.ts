import { ConnectDate, ConnectTime, DataException, MILLIS_PER_DAY, SchemaBuilder } from '@millrace/api';
import { binary, asText, type Codec, type TypeSettings } from './codec.ts';
import type { Decode } from './decode.ts';
import { numericCodec } from './numeric-codec.ts';
import { Oid } from './oids.ts';
import {
  decodeBits,
  decodeBool,
  decodeBytes,
  decodeFloat4,
  decodeFloat8,
  decodeInt2,
  decodeInt4,
  decodeInt8,
  decodeJsonb,
  decodeOid,
  decodeText,
  decodeUuid,
} from './plain-codecs.ts';
import { readDate } from './temporal.ts';
import { timestampCodec } from './timestamp-codec.ts';

const text = binary(() => SchemaBuilder.string(), decodeText);

/** Types whose mapping depends on nothing. */
const plain: ReadonlyMap<number, Codec> = new Map([
  [Oid.BOOL, binary(() => SchemaBuilder.bool(), decodeBool)],
  [Oid.INT2, binary(() => SchemaBuilder.int16(), decodeInt2)],
  [Oid.INT4, binary(() => SchemaBuilder.int32(), decodeInt4)],
  [Oid.INT8, binary(() => SchemaBuilder.int64(), decodeInt8)],
  [Oid.OID, binary(() => SchemaBuilder.int64(), decodeOid)],
  [Oid.FLOAT4, binary(() => SchemaBuilder.float32(), decodeFloat4)],
  [Oid.FLOAT8, binary(() => SchemaBuilder.float64(), decodeFloat8)],
  [Oid.BYTEA, binary(() => SchemaBuilder.bytes(), decodeBytes)],
  [Oid.UUID, binary(() => SchemaBuilder.string(), decodeUuid)],
  [Oid.JSONB, binary(() => SchemaBuilder.string(), decodeJsonb)],
  [Oid.CHAR, text],
  [Oid.NAME, text],
  [Oid.TEXT, text],
  [Oid.JSON, text],
  [Oid.BPCHAR, text],
  [Oid.VARCHAR, text],
  // Its binary form can begin with an encoding declaration that its text has not.
  [Oid.XML, asText],
]);

/** The codec of a type that both mappings read alike, by its number; null for all others. */
export function plainCodec(oid: number): Codec | null {
  return plain.get(oid) ?? null;
}

/** What a column is, as far as codecs ask. */
export interface ColumnType {
  readonly oid: number;
  readonly typeModifier: number;
  readonly isEnum: boolean;
  readonly moneyDigits: number;
}

/** Confluent's mapping; null for types that it drops. */
export function compatCodec({ oid, typeModifier, isEnum, moneyDigits }: ColumnType, settings: TypeSettings): Codec | null {
  if (isEnum) return text;
  switch (oid) {
    case Oid.NUMERIC:
      return numericCodec(typeModifier, settings);
    case Oid.MONEY:
      return binary(() => SchemaBuilder.float64(), moneyDecode(moneyDigits));
    case Oid.DATE:
      return binary(
        () => ConnectDate.builder(),
        (buffer, start) => readDate(buffer, start, settings.calendar),
      );
    case Oid.TIME:
      return binary(() => ConnectTime.builder(), timeDecode(settings));
    case Oid.TIMETZ:
      return binary(() => ConnectTime.builder(), decodeTimetz);
    case Oid.TIMESTAMP:
    case Oid.TIMESTAMPTZ:
      return timestampCodec(settings.granularity ?? 'connect_logical', oid === Oid.TIMESTAMPTZ, settings);
    case Oid.BIT:
      return bitCodec(typeModifier);
    default:
      return plainCodec(oid);
  }
}

function moneyDecode(digits: number): Decode {
  const unit = 10 ** digits;
  return (buffer, start) => Number(decodeInt8(buffer, start)) / unit;
}

/** Microseconds are cut. Clocks of the zone show the time on 1970-01-01. */
function timeDecode({ zone }: TypeSettings): Decode {
  const offset = zone.offsetAt(0);
  return (buffer, start) => {
    const millis = Math.floor(Number(decodeInt8(buffer, start)) / 1000);
    return offset === 0 ? millis : withinDay(millis - offset);
  };
}

/** The time in UTC; the zone of the value is in seconds west of it. */
const decodeTimetz: Decode = (buffer, start) => {
  const west = buffer.readInt32BE(start + 8);
  const millis = Math.floor(Number(decodeInt8(buffer, start)) / 1000);
  return west === 0 ? millis : withinDay(millis + west * 1000);
};

function withinDay(millis: number): number {
  return ((millis % MILLIS_PER_DAY) + MILLIS_PER_DAY) % MILLIS_PER_DAY;
}

/** bit(1) is a boolean, up to bit(8) the bits are read as decimal digits, longer ones are their text: oddities that others rely on. */
function bitCodec(length: number): Codec {
  if (length === 1) return binary(() => SchemaBuilder.bool(), decodeBitFlag);
  if (length <= 8) return binary(() => SchemaBuilder.int8(), decodeBitDigits);
  return binary(() => SchemaBuilder.bytes(), decodeBitText);
}

const decodeBitFlag: Decode = (buffer, start) => decodeBits(buffer, start) === '1';
const decodeBitText: Decode = (buffer, start) => Buffer.from(decodeBits(buffer, start), 'latin1');
const decodeBitDigits: Decode = (buffer, start) => {
  const digits = Number(decodeBits(buffer, start));
  if (digits <= 127) return digits;
  throw new DataException(`B'${digits}' read as decimal digits does not fit INT8, as which this mapping reads bit columns of 2 to 8 bits`, {
    configKey: 'type.mapping',
    suggestion: 'Set type.mapping=native to read bit columns as strings of 0 and 1.',
  });
};
