import { floatOfDecimal, type Schema } from '@millrace/api';
import { decodeBase64 } from './base64.ts';
import { isNumberStart, kindOf } from './json-kind.ts';
import { Char, type JsonScanner } from './json-scanner.ts';
import { nullRule, readNull, type ReadOptions } from './null-rule.ts';
import { decimalOf, fitsInteger, truncatedOf } from './number-literal.ts';
import { type JsonRead, wrappedInt64 } from './schemaless-reader.ts';
import { unreadable } from './unreadable.ts';

/** INT8, INT16 and INT32: the fraction is cut off and the rest wrapped to the type's bits, as Jackson and Java's casts do. */
export function integerReader(schema: Schema, bits: 8 | 16 | 32, options: ReadOptions): JsonRead {
  const nulls = nullRule(schema, options);
  const shift = 32 - bits;
  return (scanner) => {
    const code = scanner.peek();
    if (isNumberStart(code)) {
      const value = scanner.number();
      if ((value << shift) >> shift === value && scanner.isIntegral) return value;
      return Number(BigInt.asIntN(bits, truncated(scanner, schema, { bits, isStrict: options.isStrict })));
    }
    return code === Char.LOWER_N ? readNull(scanner, nulls) : wrongKind(scanner, schema, options, 0);
  };
}

/** INT64, cut off and wrapped as {@link integerReader} does. */
export function int64Reader(schema: Schema, options: ReadOptions): JsonRead {
  const nulls = nullRule(schema, options);
  return (scanner) => {
    const code = scanner.peek();
    if (isNumberStart(code)) {
      const value = scanner.number();
      if (scanner.isIntegral && Number.isSafeInteger(value)) return value;
      return wrappedInt64(truncated(scanner, schema, { bits: 64, isStrict: options.isStrict }));
    }
    return code === Char.LOWER_N ? readNull(scanner, nulls) : wrongKind(scanner, schema, options, 0);
  };
}

export function float64Reader(schema: Schema, options: ReadOptions): JsonRead {
  const nulls = nullRule(schema, options);
  return (scanner) => {
    const code = scanner.peek();
    if (isNumberStart(code)) {
      const value = scanner.number();
      return options.isStrict ? finite(scanner, schema, value) : value;
    }
    return code === Char.LOWER_N ? readNull(scanner, nulls) : wrongKind(scanner, schema, options, 0);
  };
}

export function float32Reader(schema: Schema, options: ReadOptions): JsonRead {
  const nulls = nullRule(schema, options);
  return (scanner) => {
    const code = scanner.peek();
    if (isNumberStart(code)) {
      const value = nearestFloat(scanner, scanner.number());
      return options.isStrict ? finite(scanner, schema, value) : value;
    }
    return code === Char.LOWER_N ? readNull(scanner, nulls) : wrongKind(scanner, schema, options, 0);
  };
}

export function booleanReader(schema: Schema, options: ReadOptions): JsonRead {
  const nulls = nullRule(schema, options);
  return (scanner) => {
    switch (scanner.peek()) {
      case Char.LOWER_T:
        scanner.word('true');
        return true;
      case Char.LOWER_F:
        scanner.word('false');
        return false;
      case Char.LOWER_N:
        return readNull(scanner, nulls);
      default:
        return wrongKind(scanner, schema, options, false);
    }
  };
}

/** @param isInStruct whether the value goes into a struct, which takes no null for a required field */
export function stringReader(schema: Schema, options: ReadOptions, isInStruct: boolean): JsonRead {
  const nulls = nullRule(schema, options);
  return (scanner) => {
    const code = scanner.peek();
    if (code === Char.QUOTE) return scanner.string();
    return code === Char.LOWER_N ? readNull(scanner, nulls) : nullForWrongKind(scanner, schema, options, isInStruct);
  };
}

/** BYTES, from base64. See {@link stringReader}. */
export function bytesReader(schema: Schema, options: ReadOptions, isInStruct: boolean): JsonRead {
  const nulls = nullRule(schema, options);
  return (scanner) => {
    const code = scanner.peek();
    if (code === Char.QUOTE) {
      const { at } = scanner;
      const bytes = decodeBase64(scanner.string());
      if (bytes === null) throw unreadable(scanner, 'Invalid bytes field: not base64', { at });
      return bytes;
    }
    return code === Char.LOWER_N ? readNull(scanner, nulls) : nullForWrongKind(scanner, schema, options, isInStruct);
  };
}

/** Passes a value of another kind over and puts a substitute in its place, as Jackson's accessors do. @throws DataException if strict. */
export function wrongKind(scanner: JsonScanner, schema: Schema, options: ReadOptions, substitute: unknown): unknown {
  const kind = kindOf(scanner.peek());
  if (options.isStrict) throw unreadable(scanner, `Invalid value for ${schema.type.toUpperCase()}: found ${kind}`);
  scanner.skip();
  return substitute;
}

function nullForWrongKind(scanner: JsonScanner, schema: Schema, options: ReadOptions, isInStruct: boolean): unknown {
  const { at } = scanner;
  const value = wrongKind(scanner, schema, options, null);
  if (!isInStruct || schema.optional) return value;
  throw unreadable(scanner, `Invalid value: null used for required field, schema type: ${schema.type.toUpperCase()}`, { at });
}

/** The integral part of the number read last. @throws DataException if strict and that is not the whole number, or too large. */
function truncated(scanner: JsonScanner, schema: Schema, { bits, isStrict }: { bits: number; isStrict: boolean }): bigint {
  const literal = scanner.literal();
  if (isStrict && !fitsInteger(literal, bits)) {
    throw unreadable(scanner, `Invalid value for ${schema.type.toUpperCase()}: ${literal}`, { at: scanner.numberStart });
  }
  return truncatedOf(literal, scanner.isIntegral);
}

function finite(scanner: JsonScanner, schema: Schema, value: number): number {
  if (Number.isFinite(value)) return value;
  throw unreadable(scanner, `Number is too large for ${schema.type.toUpperCase()}: ${scanner.literal()}`, { at: scanner.numberStart });
}

function nearestFloat(scanner: JsonScanner, double: number): number {
  const float = Math.fround(double);
  // Rounding twice is wrong only when the double lies halfway between two floats; its mirror image is a float just then.
  const mirrored = double + (double - float);
  return Math.fround(mirrored) === mirrored && float !== double ? floatOfDecimal(decimalOf(scanner.literal())) : float;
}
