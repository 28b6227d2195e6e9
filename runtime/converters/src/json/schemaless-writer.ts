import { className, DataException, isTypedNumber, schemaTypeOf, type TypedNumber } from '@millrace/api';
import { jsonBytes, jsonDouble, jsonFloat, quoted, quotedName } from './json-text.ts';

/** Levels of nesting that Jackson writes. */
const maxDepth = 1000;

/** Doubles outside of this range have another text in Java than in JavaScript. */
const smallestPlain = 1e-3;
const smallestScientific = 1e7;

const surrogate = /[\ud800-\udfff]/;

/**
 * Writes a value without a schema, as Jackson prints it. `JSON.stringify` does the work whenever it gives the same text, which a walk over
 * the value and a look at the result tell.
 *
 * @throws DataException for a class that Connect does not know.
 */
export function schemalessBytes(value: unknown): Buffer {
  if (isPlain(value)) {
    const text = JSON.stringify(value);
    // It escapes control characters and lone surrogates in lower case, and leaves pairs of surrogates as they are.
    if (!text.includes('\\u')) {
      const bytes = Buffer.from(text);
      if (bytes.length === text.length || !surrogate.test(text)) return bytes;
    }
  }
  return Buffer.from(schemalessText(value));
}

/** As {@link schemalessBytes}, as text. */
export function schemalessText(value: unknown): string {
  return textOf(value, 0);
}

/** Whether a value consists of nothing but what `JSON.stringify` prints as Jackson does, strings aside. */
function isPlain(value: unknown): boolean {
  return isPlainList([value], 0);
}

function isPlainList(list: readonly unknown[], depth: number): boolean {
  if (depth > maxDepth) return false;
  for (let index = 0; index < list.length; index += 1) {
    const value = list[index];
    if (!isPlainScalar(value) && !isPlainContainer(value, depth)) return false;
  }
  return true;
}

function isPlainMap(map: Readonly<Record<string, unknown>>, depth: number): boolean {
  // Whatever else has a text of its own for JSON.stringify has another constructor. An object without one, or with a member of that
  // name, only takes the slower way.
  if (map.constructor !== Object || depth > maxDepth) return false;
  for (const key in map) {
    const value = map[key];
    if (!isPlainScalar(value) && !isPlainContainer(value, depth)) return false;
  }
  return true;
}

function isPlainScalar(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return isPlainNumber(value);
    default:
      return value === null;
  }
}

function isPlainContainer(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? isPlainList(value, depth + 1) : isPlainMap(value as Readonly<Record<string, unknown>>, depth + 1);
}

function isPlainNumber(value: number): boolean {
  if ((value | 0) === value) return value !== 0 || 1 / value > 0;
  const magnitude = value < 0 ? -value : value;
  return (magnitude >= smallestPlain && magnitude < smallestScientific) || Number.isSafeInteger(value);
}

function textOf(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'boolean':
    case 'bigint':
      return schemaTypeOf(value) === null ? refuse(value) : `${value}`;
    case 'number':
      return isPlainNumber(value) ? `${value}` : jsonDouble(value);
    default:
      return value === null || value === undefined ? 'null' : objectText(value, depth + 1);
  }
}

function objectText(value: object, depth: number): string {
  if (depth > maxDepth) throw new DataException(`Converting Kafka Connect data to byte[] failed: nested deeper than ${maxDepth} levels`);
  if (isTypedNumber(value)) return numberText(value);
  switch (schemaTypeOf(value)) {
    case 'array':
      return `[${(value as unknown[]).map((item) => textOf(item, depth)).join()}]`;
    case 'map':
      return value instanceof Map ? mapText(value, depth) : plainObjectText(value as Record<string, unknown>, depth);
    case 'bytes':
      return jsonBytes(value as Uint8Array);
    case 'struct':
      throw new DataException('Mismatching schema.');
    default:
      return refuse(value);
  }
}

function numberText({ type, value }: TypedNumber): string {
  if (type === 'float64') return jsonDouble(Number(value));
  return type === 'float32' ? jsonFloat(Number(value)) : `${value}`;
}

function plainObjectText(value: Record<string, unknown>, depth: number): string {
  let text = '';
  for (const key of Object.keys(value)) text += `${text === '' ? '{' : ','}${quotedName(key)}:${textOf(value[key], depth)}`;
  return text === '' ? '{}' : `${text}}`;
}

/** An object when all keys are strings, else an array of pairs. */
function mapText(map: ReadonlyMap<unknown, unknown>, depth: number): string {
  const entries = [...map];
  if (entries.every(([key]) => typeof key === 'string')) {
    return `{${entries.map(([key, item]) => `${quoted(key as string)}:${textOf(item, depth)}`).join()}}`;
  }
  return `[${entries.map(([key, item]) => `[${textOf(key, depth + 1)},${textOf(item, depth + 1)}]`).join()}]`;
}

function refuse(value: unknown): never {
  throw new DataException(`Java class ${className(value)} does not have corresponding schema type.`);
}
