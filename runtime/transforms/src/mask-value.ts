import {
  BigDecimal,
  className,
  DataException,
  isBigDecimal,
  isPlainObject,
  isTypedNumber,
  NumberFormatException,
  type NumberType,
  type Schema,
  TypedNumber,
} from '@millrace/api';
import { castNumber } from './java/cast-number.ts';

/** Masks a value that is not null; in runtime form when it has a schema. */
export type Mask = (value: unknown, schema: Schema | null) => unknown;

/**
 * A mask by a replacement text, or by the empty value of the type when the text is null.
 * It throws a DataException for classes that Kafka does not mask: without a replacement bytes and structs, with one everything but numbers
 * and texts, and numbers when the text is none.
 */
export function masked(replacement: string | null): Mask {
  return replacement === null ? emptied : (value, schema) => replaced(value, schema, replacement);
}

function emptied(value: unknown, schema: Schema | null): unknown {
  switch (typeof value) {
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'number':
      // Without a schema a plain fraction is a double, and the integer 0 would be a long.
      return schema === null && !Number.isSafeInteger(value) ? TypedNumber.of('float64', 0) : 0;
    case 'bigint':
      return 0;
    default:
      return emptiedObject(value);
  }
}

function emptiedObject(value: unknown): unknown {
  if (isTypedNumber(value)) return TypedNumber.of(value.type, 0);
  // Kafka's zero has no fraction digits, so a Decimal of another scale cannot be encoded afterwards.
  if (isBigDecimal(value)) return new BigDecimal(0n, 0);
  if (value instanceof Date) return new Date(0);
  if (Array.isArray(value)) return [];
  if (value instanceof Map) return new Map();
  if (isPlainObject(value)) return {};
  throw new DataException(`Cannot mask value of type: ${className(value)}`);
}

function replaced(value: unknown, schema: Schema | null, replacement: string): unknown {
  if (typeof value === 'string') return replacement;
  if (isBigDecimal(value)) return decimal(replacement, 'number');
  const type = numberType(value, schema);
  if (type === null) throw new DataException(`Cannot mask value of type ${classOf(value, schema)} with custom replacement.`);
  const number = castNumber(decimal(replacement, 'a number'), type);
  return schema === null ? TypedNumber.of(type, number) : number;
}

/** The class of a number; null for everything else, dates of a logical type included. */
function numberType(value: unknown, schema: Schema | null): NumberType | null {
  if (isTypedNumber(value)) return value.type;
  if (typeof value !== 'number' && typeof value !== 'bigint') return null;
  if (schema === null) return typeof value === 'bigint' || Number.isSafeInteger(value) ? 'int64' : 'float64';
  return schema.logical === null ? (schema.type as NumberType) : null;
}

function classOf(value: unknown, schema: Schema | null): string {
  return schema !== null && schema.logical !== null && typeof value !== 'boolean' ? 'class java.util.Date' : className(value);
}

function decimal(text: string, what: string): BigDecimal {
  try {
    return BigDecimal.parse(text);
  } catch (error) {
    if (!(error instanceof NumberFormatException)) throw error;
    throw new DataException(`Unable to convert ${text} (class java.lang.String) to ${what}`, { cause: error });
  }
}
