import { type Schema, Struct } from '@millrace/api';
import { kindOf } from './json-kind.ts';
import { Char, type JsonScanner } from './json-scanner.ts';
import { dateReader, decimalReader, timeReader, timestampReader } from './logical-readers.ts';
import { missingValue, type NullRule, nullRule, readNull, type ReadOptions } from './null-rule.ts';
import {
  booleanReader,
  bytesReader,
  float32Reader,
  float64Reader,
  int64Reader,
  integerReader,
  stringReader,
  wrongKind,
} from './primitive-readers.ts';
import { type JsonRead, readSchemaless, readSchemalessStrictly } from './schemaless-reader.ts';
import { unreadable } from './unreadable.ts';

/** A quote, a backslash or a control character. */
const needsEscape = /[^ !#-[\]-\uffff]/;

/**
 * Compiles a schema into a function that reads its values from JSON straight into their runtime form, exactly: no number passes through a
 * `JSON.parse` that would blur it.
 *
 * @param isInStruct whether the value goes into a struct, which checks what it takes
 */
export function compileReader(schema: Schema | null, options: ReadOptions, isInStruct = false): JsonRead {
  if (schema === null) return options.isStrict ? readSchemalessStrictly : readSchemaless;
  switch (schema.logical) {
    case 'decimal':
      return decimalReader(schema, options);
    case 'date':
      return dateReader(schema, options);
    case 'time':
      return timeReader(schema, options);
    case 'timestamp':
      return timestampReader(schema, options);
    case null:
      return plainReader(schema, options, isInStruct);
  }
}

function plainReader(schema: Schema, options: ReadOptions, isInStruct: boolean): JsonRead {
  switch (schema.type) {
    case 'int8':
      return integerReader(schema, 8, options);
    case 'int16':
      return integerReader(schema, 16, options);
    case 'int32':
      return integerReader(schema, 32, options);
    case 'int64':
      return int64Reader(schema, options);
    case 'float32':
      return float32Reader(schema, options);
    case 'float64':
      return float64Reader(schema, options);
    case 'boolean':
      return booleanReader(schema, options);
    case 'string':
      return stringReader(schema, options, isInStruct);
    case 'bytes':
      return bytesReader(schema, options, isInStruct);
    case 'array':
      return arrayReader(schema, options, isInStruct);
    case 'map':
      return schema.keySchema === null || schema.keySchema.type === 'string'
        ? objectMapReader(schema, options, isInStruct)
        : pairMapReader(schema, options, isInStruct);
    case 'struct':
      return structReader(schema, options);
  }
}

/** An object gives its members' values and any other kind an empty list, unless strict. */
function arrayReader(schema: Schema, options: ReadOptions, isInStruct: boolean): JsonRead {
  const nulls = nullRule(schema, options);
  const readElement = compileReader(schema.valueSchema, options, isInStruct);
  return (scanner) => {
    const code = scanner.peek();
    if (code === Char.OPEN_BRACKET) {
      const array: unknown[] = [];
      if (!scanner.enter(Char.CLOSE_BRACKET)) return array;
      do array.push(readElement(scanner));
      while (scanner.more(Char.CLOSE_BRACKET));
      return array;
    }
    if (code === Char.LOWER_N) return readNull(scanner, nulls);
    return code === Char.OPEN_BRACE && !options.isStrict ? memberValues(scanner, readElement) : wrongKind(scanner, schema, options, []);
  };
}

function memberValues(scanner: JsonScanner, read: JsonRead): unknown[] {
  const values = new Map<string, unknown>();
  if (!scanner.enter(Char.CLOSE_BRACE)) return [];
  do values.set(scanner.key(), read(scanner));
  while (scanner.more(Char.CLOSE_BRACE));
  return [...values.values()];
}

/** A map with string keys: an object. */
function objectMapReader(schema: Schema, options: ReadOptions, isInStruct: boolean): JsonRead {
  const nulls = nullRule(schema, options);
  const readValue = compileReader(schema.valueSchema, options, isInStruct);
  return (scanner) => {
    const code = scanner.peek();
    if (code === Char.LOWER_N) return readNull(scanner, nulls);
    if (code !== Char.OPEN_BRACE) {
      throw unreadable(scanner, `Maps with string fields should be encoded as JSON objects, but found ${kindOf(code)}`);
    }
    const map = new Map<string, unknown>();
    if (!scanner.enter(Char.CLOSE_BRACE)) return map;
    do map.set(scanner.key(), readValue(scanner));
    while (scanner.more(Char.CLOSE_BRACE));
    return map;
  };
}

/** A map with other keys: an array of arrays of two. */
function pairMapReader(schema: Schema, options: ReadOptions, isInStruct: boolean): JsonRead {
  const nulls = nullRule(schema, options);
  const readKey = compileReader(schema.keySchema, options, isInStruct);
  const readValue = compileReader(schema.valueSchema, options, isInStruct);
  return (scanner) => {
    const code = scanner.peek();
    if (code === Char.LOWER_N) return readNull(scanner, nulls);
    if (code !== Char.OPEN_BRACKET) {
      throw unreadable(scanner, `Maps with non-string fields should be encoded as JSON array of tuples, but found ${kindOf(code)}`);
    }
    const map = new Map<unknown, unknown>();
    if (!scanner.enter(Char.CLOSE_BRACKET)) return map;
    do {
      enterPair(scanner);
      const key = readKey(scanner);
      if (!scanner.more(Char.CLOSE_BRACKET)) throw wrongLength(scanner, 1);
      map.set(key, readValue(scanner));
      if (scanner.more(Char.CLOSE_BRACKET)) throw wrongLength(scanner, 2 + countRest(scanner));
    } while (scanner.more(Char.CLOSE_BRACKET));
    return map;
  };
}

function enterPair(scanner: JsonScanner): void {
  const code = scanner.peek();
  if (code !== Char.OPEN_BRACKET) throw unreadable(scanner, `Found invalid map entry instead of array tuple: ${kindOf(code)}`);
  if (!scanner.enter(Char.CLOSE_BRACKET)) throw wrongLength(scanner, 0);
}

function countRest(scanner: JsonScanner): number {
  let count = 0;
  do {
    scanner.skip();
    count += 1;
  } while (scanner.more(Char.CLOSE_BRACKET));
  return count;
}

function wrongLength(scanner: JsonScanner, length: number): Error {
  return unreadable(scanner, `Found invalid map entry, expected length 2 but found :${length}`, { at: scanner.at - 1 });
}

interface StructField {
  readonly name: string;
  readonly read: JsonRead;
  readonly nulls: NullRule;
}

function structReader(schema: Schema, options: ReadOptions): JsonRead {
  const nulls = nullRule(schema, options);
  const fields: StructField[] = schema.fields.map(({ name, schema: fieldSchema }) => ({
    name,
    read: compileReader(fieldSchema, options, true),
    nulls: nullRule(fieldSchema, options),
  }));
  const indexes = new Map(fields.map(({ name }, index) => [name, index]));
  const size = fields.length;
  const reads = fields.map(({ read }) => read);
  // Members mostly come in the order of the fields, so the next name is compared in place. A name that needs escaping cannot be.
  const plainNames = fields.map(({ name }) => (needsEscape.test(name) ? null : name));
  return (scanner) => {
    const code = scanner.peek();
    if (code === Char.LOWER_N) return readNull(scanner, nulls);
    if (code !== Char.OPEN_BRACE) throw unreadable(scanner, `Structs should be encoded as JSON objects, but found ${kindOf(code)}`);
    const start = scanner.at;
    const values = new Array<unknown>(size).fill(undefined);
    let next = 0;
    let count = 0;
    if (scanner.enter(Char.CLOSE_BRACE)) {
      do {
        scanner.peek();
        const name = next < size ? plainNames[next] : null;
        const index = name !== null && scanner.isKey(name as string) ? next : (indexes.get(scanner.key()) ?? -1);
        if (index < 0) {
          scanner.skip();
          continue;
        }
        if (values[index] === undefined) count += 1;
        values[index] = (reads[index] as JsonRead)(scanner);
        next = index + 1;
      } while (scanner.more(Char.CLOSE_BRACE));
    }
    if (count < size) fillMissing(scanner, { values, fields, start });
    return new Struct(schema, values);
  };
}

function fillMissing(scanner: JsonScanner, struct: { values: unknown[]; fields: readonly StructField[]; start: number }): void {
  for (const [index, { name, nulls }] of struct.fields.entries()) {
    if (struct.values[index] === undefined) struct.values[index] = missingValue(scanner, nulls, { at: struct.start, member: name });
  }
}
