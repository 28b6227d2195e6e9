import {
  className,
  ConnectDate,
  ConnectTime,
  ConnectTimestamp,
  DataException,
  isBigDecimal,
  isTypedNumber,
  javaText,
  MILLIS_PER_DAY,
  type NumberType,
  type Schema,
  SchemaType,
  TypedNumber,
} from '@millrace/api';
import { castNumber, type JavaNumber } from './java/cast-number.ts';
import { parseNumber } from './java/parse-number.ts';
import { SimpleDateFormat } from './java/simple-date-format.ts';
import { schemalessType } from './record/schemaless-type.ts';

/** Types that a value can be cast to, in Kafka's order. */
export const CAST_OUTPUTS: readonly SchemaType[] = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64', 'boolean', 'string'];
const inputs: readonly SchemaType[] = [...CAST_OUTPUTS, 'bytes'];

/** A type that a value can be cast to. */
export type CastTarget = NumberType | 'boolean' | 'string';

/** Casts a value that is not null, in runtime form. */
export type CastFunction = (value: unknown) => unknown;

/**
 * The cast from one schema to one type.
 * The function throws a DataException if the type cannot be cast, or a text is no number in the range of the target.
 */
export function castFrom(schema: Schema, target: CastTarget): CastFunction {
  if (!inputs.includes(schema.type)) {
    return () => {
      throw unsupportedInput(schema.type);
    };
  }
  if (target === 'string') return (value) => textOf(value, schema);
  const isFloat = schema.type === 'float32' || schema.type === 'float64';
  const encode = encoderOf(schema);
  if (encode === null) return (value) => castPlain(value, target, isFloat);
  return (value) => castPlain(encode(value), target, false);
}

/** Casts a schemaless value that is not null. @throws DataException as {@link castFrom}. */
export function castSchemaless(value: unknown, target: CastTarget): unknown {
  const type = schemalessType(value);
  if (type === null) {
    throw new DataException(
      `Cast transformation was passed a value of type ${className(value)} which is not supported by Connect's data API`,
    );
  }
  if (!inputs.includes(type)) throw unsupportedInput(type);
  if (target === 'string') return textOf(value, null);
  const number = isTypedNumber(value) ? value.value : value;
  const result = castPlain(number, target, type === 'float32' || type === 'float64');
  return target === 'boolean' ? result : TypedNumber.of(target, result as number | bigint);
}

/** Checks a date of a logical type and returns its encoded number; null for every other schema. */
function encoderOf(schema: Schema): CastFunction | null {
  switch (schema.logical) {
    case 'date':
      return (value) => ConnectDate.fromLogical(schema, value as Date | number);
    case 'time':
      return (value) => ConnectTime.fromLogical(schema, value as Date | number);
    case 'timestamp':
      return (value) => ConnectTimestamp.fromLogical(schema, value as Date | number | bigint);
    default:
      return null;
  }
}

function castPlain(value: unknown, target: Exclude<CastTarget, 'string'>, isFloat: boolean): unknown {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return castJavaNumber(value, target, isFloat);
    case 'boolean':
      return target === 'boolean' ? value : Number(value);
    case 'string':
      return target === 'boolean' ? value.toLowerCase() === 'true' : parsed(value, target);
    default:
      if (isBigDecimal(value)) return castJavaNumber(value, target, false);
      throw new DataException(`Unexpected type in Cast transformation: ${className(value)}`);
  }
}

function castJavaNumber(value: JavaNumber, target: Exclude<CastTarget, 'string'>, isFloat: boolean): unknown {
  return target === 'boolean' ? castNumber(value, 'int64', isFloat) !== 0 : castNumber(value, target, isFloat);
}

function parsed(text: string, target: NumberType): number | bigint {
  const number = parseNumber(text, target);
  if (number === null) throw new DataException(`Value (${text}) was out of range for requested data type`);
  return number;
}

function textOf(value: unknown, schema: Schema | null): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (value instanceof Date) return dateText(value.getTime());
  if (schema !== null && (typeof value === 'number' || typeof value === 'bigint')) {
    if (schema.logical === 'date') return dateText(Number(value) * MILLIS_PER_DAY);
    if (schema.logical === 'time' || schema.logical === 'timestamp') return dateText(value);
  }
  return javaText(value, schema);
}

const timeFormat = new SimpleDateFormat("HH:mm:ss.SSS'Z'");
const dateFormat = new SimpleDateFormat('yyyy-MM-dd');
const timestampFormat = new SimpleDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'");

/** The text forms that Kafka's header parser reads back: a time within the first day and before, a date at midnight, else both. */
function dateText(millis: number | bigint): string {
  if (millis < MILLIS_PER_DAY) return timeFormat.format(millis);
  const isMidnight = typeof millis === 'bigint' ? millis % BigInt(MILLIS_PER_DAY) === 0n : millis % MILLIS_PER_DAY === 0;
  return (isMidnight ? dateFormat : timestampFormat).format(millis);
}

function unsupportedInput(type: SchemaType): DataException {
  return new DataException(
    `Cast transformation does not support casting from ${type.toUpperCase()}; supported types are [${inputs.join(', ').toUpperCase()}]`,
  );
}

/** The type of this name in upper or lower case, or null. */
export function typeNamed(name: string): SchemaType | null {
  return Object.values(SchemaType).find((type) => type === name.trim().toLowerCase()) ?? null;
}
