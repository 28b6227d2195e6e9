import type { Schema } from '@millrace/api';
import type { JsonScanner } from './json-scanner.ts';
import { unreadable } from './unreadable.ts';

/** How values are read from JSON. */
export interface ReadOptions {
  /** Whether a null with a default becomes the default (KIP-581). */
  readonly replaceNullWithDefault: boolean;
  /** Whether a value of the wrong kind is an error where Kafka puts 0, false or null in its place. */
  readonly isStrict: boolean;
}

/** What a null or a missing member means under one schema. */
export interface NullRule {
  readonly isAllowed: boolean;
  /** What stands for null: the default or null itself. */
  readonly value: unknown;
  readonly schema: Schema;
}

export function nullRule(schema: Schema, options: ReadOptions): NullRule {
  const value = options.replaceNullWithDefault ? schema.defaultValue : null;
  return { isAllowed: schema.optional || value !== null, value, schema };
}

/** Reads a `null`. @throws DataException if the schema allows none. */
export function readNull(scanner: JsonScanner, rule: NullRule): unknown {
  const { at } = scanner;
  scanner.word('null');
  if (rule.isAllowed) return rule.value;
  throw unreadable(scanner, nullMessage(rule), { at });
}

/** The value of a member that is not there. @throws DataException if the schema allows no null. */
export function missingValue(scanner: JsonScanner, rule: NullRule, place: { readonly at: number; readonly member: string }): unknown {
  if (rule.isAllowed) return rule.value;
  throw unreadable(scanner, nullMessage(rule), place);
}

function nullMessage({ schema }: NullRule): string {
  return `Invalid null value for required ${schema.type.toUpperCase()} field`;
}
