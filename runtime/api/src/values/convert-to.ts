import { isBigDecimal } from '../data/big-decimal.ts';
import type { NumberType } from '../data/schema-type.ts';
import type { Schema } from '../data/schema.ts';
import { schemaTypeOf } from '../data/schema-type-of.ts';
import { TypedNumber } from '../data/typed-number.ts';
import { DataException } from '../errors/exceptions.ts';
import { toDateMillis, toTimeMillis, toTimestampMillis } from './to-date.ts';
import { toDouble, toInt64 } from './to-number.ts';
import { nullNotAllowed, unconvertible } from './unconvertible.ts';

const integerBits: ReadonlyMap<string, number> = new Map([
  ['int8', 8],
  ['int16', 16],
  ['int32', 32],
  ['int64', 64],
]);

/**
 * Converts an element that the header parser read to the schema that it found for all elements of the container. Both are self-describing.
 * Containers stay as they are: Kafka compares only their types.
 *
 * @throws DataException if the element cannot be converted; null never can.
 */
export function convertTo(target: Schema, value: unknown): unknown {
  if (value === null) throw nullNotAllowed();
  switch (target.logical) {
    case 'date':
      return dateOf(toDateMillis(value, null));
    case 'time':
      return dateOf(toTimeMillis(value, null));
    case 'timestamp':
      return dateOf(toTimestampMillis(value, null));
    case 'decimal':
      return isBigDecimal(value) ? value : refuse(target, value);
    case null:
      return convertPlain(target, value);
  }
}

function convertPlain(target: Schema, value: unknown): unknown {
  const bits = integerBits.get(target.type);
  if (bits !== undefined) return integerOf(target.type as NumberType, BigInt.asIntN(bits, toInt64(value, null)));
  if (target.type === 'float32' || target.type === 'float64') return TypedNumber.of(target.type, toDouble(value, null));
  return schemaTypeOf(value) === target.type ? value : refuse(target, value);
}

function integerOf(type: NumberType, value: bigint): unknown {
  const number = Number(value);
  return TypedNumber.of(type, Number.isSafeInteger(number) ? number : value);
}

function dateOf(millis: number | bigint): Date {
  const date = new Date(Number(millis));
  if (Number.isNaN(date.getTime())) throw new DataException(`${millis} ms is outside the range of a JavaScript Date`);
  return date;
}

function refuse(target: Schema, value: unknown): never {
  throw unconvertible(value, null, String(target));
}
