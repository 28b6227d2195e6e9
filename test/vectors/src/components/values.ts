import {
  BigDecimal,
  ConnectDate,
  ConnectDecimal,
  ConnectTime,
  ConnectTimestamp,
  doubleText,
  floatText,
  Schema,
  SchemaAndValue,
  TypedNumber,
  Values,
} from '@millrace/api';
import { decodeSchemaAndValue, decodeValue, encodeSchema, encodeSchemaAndValue, encodeValue } from '../codec.ts';
import type { Component, Components, VectorCase } from '../component.ts';
import { ForeignValue } from '../foreign-value.ts';

type Conversion = (schema: Schema | null, value: unknown) => unknown;

/** Decodes the value, converts it and encodes the result by the schema of its kind. */
function conversion(convert: Conversion, resultSchema: Schema | null): Component {
  return ({ input }: VectorCase) => {
    const { schema, value } = decodeSchemaAndValue(input);
    return encodeValue(convert(schema, withNativeIntegers(value)), resultSchema);
  };
}

/** A list, a map or a struct comes back as it is, in the form of its own schema; what was read from a text describes itself. */
function containerConversion(convert: Conversion): Component {
  return ({ input }: VectorCase) => {
    const { schema, value } = decodeSchemaAndValue(input);
    const result = convert(schema, withNativeIntegers(value));
    return encodeValue(result, result === value && schema?.type !== 'struct' ? schema : null);
  };
}

/** A BigInteger is a `bigint` where a number of any class will do. */
function withNativeIntegers(value: unknown): unknown {
  return value instanceof ForeignValue && value.kind === 'bigint' ? BigInt(value.text) : value;
}

function decimalConversion(scale: number): Component {
  return conversion((schema, value) => Values.convertToDecimal(schema, value, scale), ConnectDecimal.schema(scale));
}

function numberOf(value: unknown): number {
  return Number(value instanceof TypedNumber ? value.value : value);
}

/**
 * The text of a number. JDK 17 sometimes prints more digits than are needed, later JDKs and Millrace do not; such cases are marked, and then
 * a shorter text that reads back as the same number is as good as the expected one.
 */
function numberText(print: (value: number) => string, read: (text: string) => number): Component {
  return ({ config, input, output }: VectorCase) => {
    const value = numberOf(decodeValue(input, null));
    const text = print(value);
    const isMarked = (config as { jdk17PrintsMoreDigits?: boolean } | null)?.jdk17PrintsMoreDigits === true;
    return isMarked && text.length < String(output).length && read(text) === value ? output : text;
  };
}

function decimalOf(input: unknown): BigDecimal {
  return decodeValue(input, null) as BigDecimal;
}

export const values: Components = {
  'Values.parseString': ({ input }: VectorCase) => {
    const parsed = Values.parseString(input as string | null);
    // Java tells the word null (a null reference) from no text at all; Millrace does not.
    return parsed === SchemaAndValue.NULL && input !== null ? null : encodeSchemaAndValue(parsed);
  },
  'Values.inferSchema': ({ input }: VectorCase) => encodeSchema(Values.inferSchema(decodeValue(input, null))),
  'Values.convertToString': ({ input }: VectorCase) => {
    const { schema, value } = decodeSchemaAndValue(input);
    return Values.convertToString(schema, withNativeIntegers(value));
  },
  'Values.convertToBoolean': conversion(Values.convertToBoolean, Schema.BOOLEAN_SCHEMA),
  'Values.convertToByte': conversion(Values.convertToByte, Schema.INT8_SCHEMA),
  'Values.convertToShort': conversion(Values.convertToShort, Schema.INT16_SCHEMA),
  'Values.convertToInteger': conversion(Values.convertToInteger, Schema.INT32_SCHEMA),
  'Values.convertToLong': conversion(Values.convertToLong, Schema.INT64_SCHEMA),
  'Values.convertToFloat': conversion(Values.convertToFloat, Schema.FLOAT32_SCHEMA),
  'Values.convertToDouble': conversion(Values.convertToDouble, Schema.FLOAT64_SCHEMA),
  'Values.convertToList': containerConversion(Values.convertToList),
  'Values.convertToMap': containerConversion(Values.convertToMap),
  'Values.convertToStruct': containerConversion(Values.convertToStruct),
  'Values.convertToTime': conversion(Values.convertToTime, ConnectTime.SCHEMA),
  'Values.convertToDate': conversion(Values.convertToDate, ConnectDate.SCHEMA),
  'Values.convertToTimestamp': conversion(Values.convertToTimestamp, ConnectTimestamp.SCHEMA),
  'Values.convertToDecimal/0': decimalConversion(0),
  'Values.convertToDecimal/2': decimalConversion(2),
  'Values.convertToDecimal/-1': decimalConversion(-1),
  'Double.toString': numberText(doubleText, Number),
  'Float.toString': numberText(floatText, (text) => Math.fround(Number(text))),
  'BigDecimal.toString': ({ input }: VectorCase) => decimalOf(input).toString(),
  'BigDecimal.toPlainString': ({ input }: VectorCase) => decimalOf(input).toPlainString(),
  'BigDecimal.parse': ({ input }: VectorCase) => encodeValue(BigDecimal.parse(input as string), null),
};
