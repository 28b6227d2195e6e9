import { BigDecimal, ConnectDecimal, DataException, SchemaBuilder } from '@millrace/api';
import { binary, type Codec, type TypeSettings } from './codec.ts';
import type { Decode } from './decode.ts';
import { numericDouble, numericText, readUnscaled } from './numeric.ts';

/** Scale of a Decimal for a numeric without one: that of Confluent's connector. */
const UNCONSTRAINED_SCALE = 127;
/** Digits that fit an INT64 whatever they are. */
const INT64_DIGITS = 18;

/** Precision and scale of a numeric column; null when it has none. */
function numericShape(typeModifier: number): { precision: number; scale: number } | null {
  if (typeModifier < 4) return null;
  const packed = typeModifier - 4;
  // Eleven bits with a sign, since PostgreSQL 15 has negative scales.
  return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 };
}

/** The codec of a numeric column: Confluent's table of `numeric.mapping`. */
export function numericCodec(typeModifier: number, settings: TypeSettings): Codec {
  const shape = numericShape(typeModifier);
  if (shape === null) return unconstrainedCodec(settings);
  const { precision, scale } = shape;
  const { numericMapping: mapping } = settings;
  const digits = precision - Math.min(scale, 0);
  if (mapping !== 'none' && scale <= 0 && digits <= INT64_DIGITS) return integerCodec(digits, settings);
  const isDouble = mapping === 'best_fit_eager_double' || (mapping === 'best_fit' && precision <= INT64_DIGITS);
  if (scale > 0 && isDouble) return binary(() => SchemaBuilder.float64(), numericDouble);
  return decimalCodec(precision, scale, settings);
}

function unconstrainedCodec(settings: TypeSettings): Codec {
  const mode = settings.unconstrained ?? (settings.mapping === 'native' ? 'string' : 'decimal');
  if (mode === 'string') return binary(() => SchemaBuilder.string(), numericText);
  if (mode === 'double') return binary(() => SchemaBuilder.float64(), numericDouble);
  return decimalCodec(0, UNCONSTRAINED_SCALE, settings);
}

function decimalCodec(precision: number, scale: number, settings: TypeSettings): Codec {
  const schema = (): SchemaBuilder => ConnectDecimal.builder(scale).parameter('connect.decimal.precision', String(precision));
  const decode: Decode = (buffer, start) => {
    const unscaled = readUnscaled(buffer, start, scale);
    return typeof unscaled === 'bigint' ? new BigDecimal(unscaled, scale) : special(unscaled, settings);
  };
  return binary(schema, decode);
}

function integerCodec(digits: number, settings: TypeSettings): Codec {
  const decode: Decode = (buffer, start) => {
    const value = readUnscaled(buffer, start, 0);
    if (typeof value === 'string') return special(value, settings);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  };
  if (digits <= 2) return binary(() => SchemaBuilder.int8(), decode);
  if (digits <= 4) return binary(() => SchemaBuilder.int16(), decode);
  return binary(() => (digits <= 9 ? SchemaBuilder.int32() : SchemaBuilder.int64()), decode);
}

function special(text: string, { nan }: TypeSettings): null {
  if (nan === 'null') return null;
  throw new DataException(`A numeric value is ${text}, which no Decimal and no integer can hold`, {
    configKey: 'numeric.nan.mode',
    suggestion: 'Set numeric.nan.mode=null to read it as null.',
  });
}
