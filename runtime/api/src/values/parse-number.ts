import { BigDecimal } from '../data/big-decimal.ts';
import { ConnectDecimal } from '../data/connect-decimal.ts';
import { floatOfDecimal } from '../data/nearest-float.ts';
import { Schema } from '../data/schema.ts';
import { SchemaAndValue } from '../data/schema-and-value.ts';
import { TypedNumber } from '../data/typed-number.ts';
import { NumberFormatException } from '../errors/exceptions.ts';

/** Digits of the largest INT64. */
const int64Digits = 19;
/** Few enough digits for a `number`, as nearly all integers have. */
const plainInteger = /^[+-]?[0-9]{1,15}$/;
const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;

/**
 * Reads a number as the smallest type that holds it: an integral value as INT8, INT16, INT32 or INT64, anything else as the FLOAT32
 * nearest to it (digits may get lost, as in Kafka), beyond that as FLOAT64, and beyond that as Decimal. Integers written out in full that
 * need more than 64 bits become Decimals too. Null if the text is no number.
 */
export function parseNumber(text: string): SchemaAndValue | null {
  if (plainInteger.test(text)) return integerOf(Number(text));
  const decimal = parseDecimal(text);
  if (decimal === null) return null;
  const integer = integralValue(decimal);
  if (integer !== null) return integerOf(Number(integer), integer);
  if (decimal.scale === 0) return decimalOf(decimal);
  const float = floatOfDecimal(decimal);
  if (Number.isFinite(float)) return new SchemaAndValue(Schema.FLOAT32_SCHEMA, new TypedNumber('float32', float));
  const double = decimal.toNumber();
  return Number.isFinite(double) ? new SchemaAndValue(Schema.FLOAT64_SCHEMA, TypedNumber.of('float64', double)) : decimalOf(decimal);
}

function parseDecimal(text: string): BigDecimal | null {
  try {
    return BigDecimal.parse(text);
  } catch (error) {
    if (error instanceof NumberFormatException) return null;
    throw error;
  }
}

/** The value if it is a whole number of at most 64 bits. Sizes are compared first: 10^1000000000 could not be computed. */
function integralValue({ unscaled, scale }: BigDecimal): bigint | null {
  if (unscaled === 0n) return 0n;
  const digits = unscaled.toString().length - (unscaled < 0n ? 1 : 0);
  if (digits - scale > int64Digits || digits - scale < 1) return null;
  const power = 10n ** BigInt(Math.abs(scale));
  if (scale > 0 && unscaled % power !== 0n) return null;
  const value = scale > 0 ? unscaled / power : unscaled * power;
  return value >= int64Min && value <= int64Max ? value : null;
}

/** @param exact the value itself where the `number` may have lost digits */
function integerOf(number: number, exact: bigint | null = null): SchemaAndValue {
  if (number >= -0x80 && number <= 0x7f) return new SchemaAndValue(Schema.INT8_SCHEMA, new TypedNumber('int8', number + 0));
  if (number >= -0x8000 && number <= 0x7fff) return new SchemaAndValue(Schema.INT16_SCHEMA, new TypedNumber('int16', number));
  if (number >= -0x8000_0000 && number <= 0x7fff_ffff) return new SchemaAndValue(Schema.INT32_SCHEMA, new TypedNumber('int32', number));
  return new SchemaAndValue(Schema.INT64_SCHEMA, exact === null || Number.isSafeInteger(number) ? number : exact);
}

function decimalOf(decimal: BigDecimal): SchemaAndValue {
  return new SchemaAndValue(ConnectDecimal.schema(decimal.scale), decimal);
}
