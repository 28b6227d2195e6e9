import { className } from '../data/class-name.ts';
import { javaText } from '../data/java-text.ts';
import type { Schema } from '../data/schema.ts';
import { DataException } from '../errors/exceptions.ts';

/** The refusal of a value that cannot be converted, naming it, its class and what was asked for. */
export function unconvertible(value: unknown, schema: Schema | null, target: string, cause?: unknown): DataException {
  return new DataException(`Unable to convert ${javaText(value, schema)} (${className(value, schema)}) to ${target}`, { cause });
}

/** The refusal of null where the result cannot be null. */
export function nullNotAllowed(): DataException {
  return new DataException('Unable to convert a null value to a schema that requires a value');
}
