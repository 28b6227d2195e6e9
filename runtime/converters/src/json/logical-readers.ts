import { ConnectDecimal, MILLIS_PER_DAY, type Schema } from '@millrace/api';
import { decodeBase64 } from './base64.ts';
import { isNumberStart, kindOf } from './json-kind.ts';
import { Char, type JsonScanner } from './json-scanner.ts';
import { nullRule, readNull, type ReadOptions } from './null-rule.ts';
import { decimalOf, fitsInteger } from './number-literal.ts';
import { type JsonRead, wrappedInt64 } from './schemaless-reader.ts';
import { unreadable } from './unreadable.ts';

/** Decimal: from base64 with the schema's scale, or from a number with the scale that its literal has. */
export function decimalReader(schema: Schema, options: ReadOptions): JsonRead {
  const nulls = nullRule(schema, options);
  return (scanner) => {
    const code = scanner.peek();
    if (code === Char.LOWER_N) return readNull(scanner, nulls);
    if (code === Char.QUOTE) return decimalOfBytes(scanner, schema);
    if (!isNumberStart(code)) throw wrongType(scanner, scanner.at, 'Decimal, underlying representation should be numeric or bytes');
    scanner.number();
    return decimalOf(scanner.literal());
  };
}

/** Date, as days. */
export function dateReader(schema: Schema, options: ReadOptions): JsonRead {
  return int32Reader(schema, options, (_scanner, days) => days);
}

/** Time, as milliseconds of a day. */
export function timeReader(schema: Schema, options: ReadOptions): JsonRead {
  return int32Reader(schema, options, (scanner, millis) => {
    if (millis >= 0 && millis <= MILLIS_PER_DAY) return millis;
    throw unreadable(scanner, `Time values must use a number of milliseconds from 0 to ${MILLIS_PER_DAY}, got ${millis}`, {
      at: scanner.numberStart,
    });
  });
}

/** Timestamp, as milliseconds. An integer beyond 64 bits wraps, as in Jackson. */
export function timestampReader(schema: Schema, options: ReadOptions): JsonRead {
  const nulls = nullRule(schema, options);
  return (scanner) => {
    const code = scanner.peek();
    if (code === Char.LOWER_N) return readNull(scanner, nulls);
    const { at } = scanner;
    const millis = isNumberStart(code) ? scanner.number() : null;
    if (millis === null || !scanner.isIntegral) {
      throw wrongType(scanner, at, 'Timestamp, underlying representation should be integral');
    }
    if (Number.isSafeInteger(millis)) return millis;
    const literal = scanner.literal();
    if (options.isStrict && !fitsInteger(literal, 64)) {
      throw unreadable(scanner, `Invalid value for Timestamp: ${literal}`, { at: scanner.numberStart });
    }
    return wrappedInt64(BigInt(literal));
  };
}

function int32Reader(schema: Schema, options: ReadOptions, check: (scanner: JsonScanner, value: number) => number): JsonRead {
  const nulls = nullRule(schema, options);
  const name = schema.logical === 'time' ? 'Time' : 'Date';
  return (scanner) => {
    const code = scanner.peek();
    if (code === Char.LOWER_N) return readNull(scanner, nulls);
    const { at } = scanner;
    const value = isNumberStart(code) ? scanner.number() : null;
    if (value === null || !scanner.isIntegral || (value | 0) !== value) {
      throw wrongType(scanner, at, `${name}, underlying representation should be integer`);
    }
    return check(scanner, value);
  };
}

function decimalOfBytes(scanner: JsonScanner, schema: Schema): unknown {
  const { at } = scanner;
  const bytes = decodeBase64(scanner.string());
  if (bytes === null) throw unreadable(scanner, 'Invalid bytes for Decimal field: not base64', { at });
  try {
    return ConnectDecimal.toLogical(schema, bytes);
  } catch (cause) {
    throw unreadable(scanner, 'Invalid bytes for Decimal field', { at, cause });
  }
}

/** The error for the value that begins at this place. */
function wrongType(scanner: JsonScanner, at: number, expectation: string): Error {
  const kind = kindOf(scanner.text.charCodeAt(at));
  return unreadable(scanner, `Invalid type for ${expectation} but was ${kind}`, { at });
}
