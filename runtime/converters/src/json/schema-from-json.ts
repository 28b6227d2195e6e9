import { DataException, type Schema, SchemaBuilder, SchemaBuilderException, type SchemaType } from '@millrace/api';
import { Char, type JsonScanner } from './json-scanner.ts';
import type { ReadOptions } from './null-rule.ts';
import { readSchemaless } from './schemaless-reader.ts';
import { unreadable } from './unreadable.ts';
import { compileReader } from './value-reader.ts';

/** Names of the types in JSON. */
const types: ReadonlyMap<string, SchemaType> = new Map([
  ['boolean', 'boolean'],
  ['int8', 'int8'],
  ['int16', 'int16'],
  ['int32', 'int32'],
  ['int64', 'int64'],
  ['float', 'float32'],
  ['double', 'float64'],
  ['bytes', 'bytes'],
  ['string', 'string'],
  ['array', 'array'],
  ['map', 'map'],
  ['struct', 'struct'],
]);

/** Places of a JSON object's member values in the text. */
type Members = ReadonlyMap<string, number>;

/**
 * Reads a schema as JsonConverter writes it. Kafka ignores a `name`, `doc`, `version` or `optional` of the wrong kind; strict reading does
 * not.
 *
 * @returns null for `null`
 * @throws DataException if it is no schema, SchemaBuilderException if it cannot be built.
 */
export function readSchema(scanner: JsonScanner, options: ReadOptions): Schema | null {
  if (scanner.peek() === Char.LOWER_N) {
    scanner.word('null');
    return null;
  }
  const start = scanner.at;
  const members = readMembers(scanner);
  const end = scanner.at;
  const builder = builderOf({ scanner, members, options, start });
  setAttributes(builder, { scanner, members, options, start });
  setDefault(builder, { scanner, members, options, start });
  scanner.at = end;
  return builder.build();
}

interface SchemaObject {
  readonly scanner: JsonScanner;
  readonly members: Members;
  readonly options: ReadOptions;
  /** Where the object begins. */
  readonly start: number;
}

/** Passes over a value and returns the places of its members: none if it is no object. */
function readMembers(scanner: JsonScanner): Members {
  const members = new Map<string, number>();
  if (scanner.peek() !== Char.OPEN_BRACE) {
    scanner.skip();
    return members;
  }
  if (!scanner.enter(Char.CLOSE_BRACE)) return members;
  do {
    const name = scanner.key();
    scanner.peek();
    members.set(name, scanner.at);
    scanner.skip();
  } while (scanner.more(Char.CLOSE_BRACE));
  return members;
}

/** The value of a member, without a schema; undefined when it is missing. */
function memberOf({ scanner, members }: SchemaObject, name: string): unknown {
  const place = members.get(name);
  if (place === undefined) return undefined;
  scanner.at = place;
  return readSchemaless(scanner);
}

function innerSchema(object: SchemaObject, name: string): Schema | null | undefined {
  const place = object.members.get(name);
  if (place === undefined) return undefined;
  object.scanner.at = place;
  return readSchema(object.scanner, object.options);
}

function builderOf(object: SchemaObject): SchemaBuilder {
  const { scanner, start: at } = object;
  const name = memberOf(object, 'type');
  if (typeof name !== 'string') throw unreadable(scanner, "Schema must contain 'type' field", { at });
  const type = types.get(name);
  switch (type) {
    case undefined:
      throw unreadable(scanner, `Unknown schema type: ${name}`, { at });
    case 'array': {
      const items = innerSchema(object, 'items') ?? null;
      if (items === null) throw unreadable(scanner, 'Array schema did not specify the element type', { at });
      return SchemaBuilder.array(items);
    }
    case 'map':
      return mapBuilder(object);
    case 'struct':
      return structBuilder(object);
    default:
      return new SchemaBuilder(type);
  }
}

function mapBuilder(object: SchemaObject): SchemaBuilder {
  const { scanner, members, start: at } = object;
  for (const [member, what] of [
    ['keys', 'key'],
    ['values', 'value'],
  ] as const) {
    if (!members.has(member)) throw unreadable(scanner, `Map schema did not specify the ${what} type`, { at });
  }
  const keys = innerSchema(object, 'keys') ?? null;
  const values = innerSchema(object, 'values') ?? null;
  if (keys === null) throw new SchemaBuilderException('keySchema cannot be null.');
  if (values === null) throw new SchemaBuilderException('valueSchema cannot be null.');
  return SchemaBuilder.map(keys, values);
}

function structBuilder({ scanner, members, options, start: at }: SchemaObject): SchemaBuilder {
  const builder = SchemaBuilder.struct();
  scanner.at = members.get('fields') ?? at;
  if (scanner.peek() !== Char.OPEN_BRACKET) throw unreadable(scanner, 'Struct schema\'s "fields" argument is not an array.', { at });
  if (!scanner.enter(Char.CLOSE_BRACKET)) return builder;
  do {
    scanner.peek();
    const start = scanner.at;
    const field = readMembers(scanner);
    const end = scanner.at;
    const name = memberOf({ scanner, members: field, options, start }, 'field');
    if (typeof name !== 'string') throw unreadable(scanner, "Struct schema's field name not specified properly", { at: start });
    scanner.at = start;
    // Null is impossible: an object with a name was just read here.
    builder.field(name, readSchema(scanner, options) as Schema);
    scanner.at = end;
  } while (scanner.more(Char.CLOSE_BRACKET));
  return builder;
}

function setAttributes(builder: SchemaBuilder, object: SchemaObject): void {
  if (attribute(object, 'optional', isBoolean) === true) builder.optional();
  const name = attribute(object, 'name', isString);
  if (name !== undefined) builder.name(name);
  const version = attribute(object, 'version', isInteger);
  if (version !== undefined) builder.version(Number(BigInt.asIntN(32, BigInt(version))));
  const doc = attribute(object, 'doc', isString);
  if (doc !== undefined) builder.doc(doc);
  for (const [key, value] of parametersOf(object)) builder.parameter(key, value);
}

/** A member if it is of the right kind. @throws DataException if strict and it is of another one. */
function attribute<T>(object: SchemaObject, name: string, isRight: (value: unknown) => value is T): T | undefined {
  const value = memberOf(object, name) ?? undefined;
  if (value === undefined || isRight(value)) return value;
  if (object.options.isStrict) {
    throw unreadable(object.scanner, `Schema attribute '${name}' is of the wrong kind`, { at: object.members.get(name) ?? object.start });
  }
  return undefined;
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isInteger(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}

function parametersOf(object: SchemaObject): [string, string][] {
  const { scanner, members, options } = object;
  const place = members.get('parameters');
  if (place === undefined) return [];
  scanner.at = place;
  if (scanner.peek() !== Char.OPEN_BRACE) {
    attribute(object, 'parameters', (value) => value === null);
    return [];
  }
  const parameters = readMembers(scanner);
  return Array.from(parameters.keys(), (key) => {
    const value = memberOf({ scanner, members: parameters, options, start: place }, key);
    if (typeof value !== 'string') throw unreadable(scanner, 'Schema parameters must have string values.', { at: place });
    return [key, value];
  });
}

function setDefault(builder: SchemaBuilder, { scanner, members, options }: SchemaObject): void {
  const place = members.get('default');
  if (place === undefined) return;
  scanner.at = place;
  const value = compileReader(builder.build(), options)(scanner);
  if (builder.type === 'struct' && value !== null) {
    // As in Kafka, where the struct belongs to the finished schema and the builder that gets it is another.
    const cause = new DataException('Struct schemas do not match.');
    throw new SchemaBuilderException('Invalid default value', { cause });
  }
  builder.defaultValue(value);
}
