import { className, DataException, isPlainObject, isTypedNumber, schemaTypeOf, type TypedNumber } from '@millrace/api';
import { jsonBytes, jsonDouble, jsonFloat, quoted } from './json-text.ts';

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
  if (isPlain(value, 0)) {
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
function isPlain(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return isPlainNumber(value);
    case 'object':
      return value === null || (depth < maxDepth && isPlainContainer(value, depth + 1));
    default:
      return false;
  }
}

function isPlainNumber(value: number): boolean {
  if (Number.isInteger(value)) return value === 0 ? 1 / value > 0 : Number.isSafeInteger(value);
  const magnitude = value < 0 ? -value : value;
  return magnitude >= smallestPlain && magnitude < smallestScientific;
}

function isPlainContainer(value: object, depth: number): boolean {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      if (!isPlain(value[index], depth)) return false;
    }
    return true;
  }
  if (!isPlainObject(value)) return false;
  for (const key in value) {
    if (!isPlain(value[key], depth)) return false;
  }
  return true;
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
  for (const key of Object.keys(value)) text += `${text === '' ? '{' : ','}${quoted(key)}:${textOf(value[key], depth)}`;
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
