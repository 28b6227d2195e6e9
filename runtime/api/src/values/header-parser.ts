import { canonicalText } from '../data/canonical-text.ts';
import { isJavaDigit } from '../data/java-digits.ts';
import { javaTrim } from '../data/java-trim.ts';
import { Schema } from '../data/schema.ts';
import { SchemaAndValue } from '../data/schema-and-value.ts';
import { DataException } from '../errors/exceptions.ts';
import { CommonSchema } from './common-schema.ts';
import { arraySchema, mapSchema } from './container-schemas.ts';
import { convertTo } from './convert-to.ts';
import { parseNumber } from './parse-number.ts';
import { parseTemporal } from './temporal-text.ts';
import { Tokenizer } from './tokenizer.ts';

/** Containers nested deeper than this are plain text: a hostile header must not exhaust the stack. */
const maxDepth = 500;
/** Colons split a time into this many tokens after its first. */
const tokensAfterHour = 4;

const trueValue = new SchemaAndValue(Schema.BOOLEAN_SCHEMA, true);
const falseValue = new SchemaAndValue(Schema.BOOLEAN_SCHEMA, false);

/**
 * Parses the text of a header into a value that describes itself: every number whose class matters is a `TypedNumber`, every date a `Date`.
 * Null stands for the word `null`. Schemas inside containers are those that Kafka infers, which need not fit every element.
 *
 * @param isLossless whether text after the first value makes the whole a plain text, instead of being dropped as Kafka does (KAFKA-20892),
 *   and blanks beside a delimiter inside quotes are kept
 */
export function parseHeader(text: string, isLossless: boolean): SchemaAndValue | null {
  if (text === '') return new SchemaAndValue(Schema.STRING_SCHEMA, text);
  const word = parseWord(javaTrim(text));
  if (word !== undefined) return word;
  const tokens = new Tokenizer(text, isLossless);
  const parsed = parseOuter(tokens);
  return isLossless && !isAtEnd(tokens) ? plainText(text) : parsed;
}

function isAtEnd(tokens: Tokenizer): boolean {
  return javaTrim(tokens.text.slice(tokens.mark())) === '';
}

function plainText(text: string): SchemaAndValue {
  return new SchemaAndValue(Schema.STRING_SCHEMA, text);
}

function parseWord(text: string): SchemaAndValue | null | undefined {
  switch (text) {
    case 'null':
      return null;
    case 'true':
      return trueValue;
    case 'false':
      return falseValue;
    default:
      return undefined;
  }
}

function parseOuter(tokens: Tokenizer): SchemaAndValue {
  const container = parseContainer(tokens, 0);
  if (container !== null) return container;
  const token = tokens.next();
  const trimmed = javaTrim(token);
  if (trimmed === '') return plainText(token);
  return parseLiteral(tokens, trimmed) ?? plainText(tokens.text);
}

/** @throws DataException if no value stands here, so that the containers around it are plain text. */
function parseInner(tokens: Tokenizer, depth: number): SchemaAndValue | null {
  if (!tokens.hasNext()) return null;
  if (tokens.take('"')) return parseQuoted(tokens);
  if (tokens.take('null')) return null;
  if (tokens.take('true')) return trueValue;
  if (tokens.take('false')) return falseValue;
  const container = parseContainer(tokens, depth);
  if (container !== null) return container;
  const token = tokens.next();
  const trimmed = javaTrim(token);
  if (trimmed === '') return plainText(token);
  const literal = parseLiteral(tokens, trimmed);
  if (literal === null) throw new DataException(`Not a value: ${trimmed}`);
  return literal;
}

/** A container, or null with the tokens where they were. */
function parseContainer(tokens: Tokenizer, depth: number): SchemaAndValue | null {
  if (depth >= maxDepth) return null;
  const start = tokens.mark();
  try {
    if (tokens.take('[')) return parseArray(tokens, depth + 1);
    if (tokens.take('{')) return parseMap(tokens, depth + 1);
  } catch (error) {
    if (!(error instanceof DataException)) throw error;
    tokens.rewindTo(start);
  }
  return null;
}

/** Escapes stay as they are, as in Kafka. */
function parseQuoted(tokens: Tokenizer): SchemaAndValue {
  let content = '';
  while (tokens.hasNext() && !tokens.takeClosingQuote()) content += tokens.next();
  return parseTemporal(content) ?? plainText(content);
}

/** A date, a time or a number. */
function parseLiteral(tokens: Tokenizer, token: string): SchemaAndValue | null {
  const startsWithDigit = isJavaDigit(token.charCodeAt(0));
  if (startsWithDigit) {
    const temporal = parseSplitTemporal(tokens, token) ?? parseTemporal(token);
    if (temporal !== null) return temporal;
  }
  return startsWithDigit || token.startsWith('+') || token.startsWith('-') ? parseNumber(token) : null;
}

function parseSplitTemporal(tokens: Tokenizer, first: string): SchemaAndValue | null {
  const start = tokens.mark();
  const rest = tokens.nextTogether(tokensAfterHour);
  const temporal = rest === null ? null : parseTemporal(first + rest);
  if (temporal === null) tokens.rewindTo(start);
  return temporal;
}

function parseArray(tokens: Tokenizer, depth: number): SchemaAndValue {
  const elements: unknown[] = [];
  const common = new CommonSchema();
  while (tokens.hasNext()) {
    if (tokens.take(']')) return arrayOf(elements, common.schema);
    if (tokens.take(',')) throw new DataException('An array element is empty');
    const element = parseInner(tokens, depth);
    common.add(element?.schema ?? null);
    elements.push(element?.value ?? null);
    const afterElement = tokens.mark();
    if (tokens.take(']')) tokens.rewindTo(afterElement);
    else if (!tokens.take(',')) throw new DataException('A comma is missing between array elements');
  }
  throw new DataException('An array has no end');
}

function arrayOf(elements: readonly unknown[], elementSchema: Schema | null): SchemaAndValue {
  return new SchemaAndValue(
    arraySchema(elementSchema),
    elementSchema === null ? elements : elements.map((element) => convertTo(elementSchema, element)),
  );
}

function parseMap(tokens: Tokenizer, depth: number): SchemaAndValue {
  const entries = new Map<string, [unknown, unknown]>();
  const keys = new CommonSchema();
  const values = new CommonSchema();
  while (tokens.hasNext()) {
    if (tokens.take('}')) return mapOf(entries.values(), keys.schema, values.schema);
    if (tokens.take(',')) throw new DataException('A map entry is empty');
    const key = parseInner(tokens, depth);
    if (key === null) throw new DataException('A map key is null');
    if (!tokens.take(':')) throw new DataException('A map key has no value');
    const value = parseInner(tokens, depth);
    putEntry(entries, key.value, value?.value ?? null);
    tokens.take(',');
    keys.add(key.schema);
    values.add(value?.schema ?? null);
  }
  throw new DataException('A map has no end');
}

/** As in Java, equal keys are one entry, in the place of the first. */
function putEntry(entries: Map<string, [unknown, unknown]>, key: unknown, value: unknown): void {
  const identity = canonicalText(key);
  const existing = entries.get(identity);
  if (existing === undefined) entries.set(identity, [key, value]);
  else existing[1] = value;
}

/** Values need a common schema of their own; keys without one leave the map without any schema. */
function mapOf(entries: Iterable<[unknown, unknown]>, keySchema: Schema | null, values: Schema | null): SchemaAndValue {
  const valueSchema = keySchema === null ? null : values;
  const aligned = new Map<string, [unknown, unknown]>();
  for (const [key, value] of entries) {
    const alignedKey = keySchema === null ? key : convertTo(keySchema, key);
    putEntry(aligned, alignedKey, valueSchema === null ? value : convertTo(valueSchema, value));
  }
  return new SchemaAndValue(mapSchema(keySchema, valueSchema), new Map(aligned.values()));
}
