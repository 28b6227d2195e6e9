/** Whether an output is the one that Java gave. */

import type { VectorError } from './component.ts';

type Json = Record<string, unknown>;

export interface CompareOptions {
  /** Error messages must be equal, since users and REST clients see them. */
  readonly exactMessages: boolean;
}

/** Deep equality, with numbers compared as numbers, bytes as bytes and unordered maps as sets. */
export function sameOutput(expected: unknown, actual: unknown, options: CompareOptions): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, index) => sameOutput(item, actual[index], options))
    );
  }
  if (typeof expected === 'string' && typeof actual === 'string') {
    // An output may hold messages, too.
    return expected === actual || (options.exactMessages && comparable(expected) === comparable(actual));
  }
  if (expected === null || typeof expected !== 'object') return expected === (actual ?? null);
  if (actual === null || actual === undefined || typeof actual !== 'object' || Array.isArray(actual)) return false;
  return sameObject(expected as Json, actual as Json, options);
}

// oxlint-disable-next-line complexity -- a list of the encoding's special keys
function sameObject(expected: Json, actual: Json, options: CompareOptions): boolean {
  for (const key of ['f32', 'f64']) {
    if (key in expected) return key in actual && Object.is(Number(expected[key]), Number(actual[key]));
  }
  if ('umap' in expected) return sameEntries(expected['umap'], actual['umap'] ?? actual['map'], options);
  if ('b' in expected || 'bb' in expected) return (expected['b'] ?? expected['bb']) === (actual['b'] ?? actual['bb']);
  if ('text' in expected || 'b64' in expected) return wireText(expected) === wireText(actual);
  if (isError(expected['error'])) return isError(actual['error']) && sameError(expected['error'], actual['error'], options);
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  for (const key of keys) {
    if (!sameOutput(expected[key] ?? null, actual[key] ?? null, options)) return false;
  }
  return true;
}

function sameEntries(expected: unknown, actual: unknown, options: CompareOptions): boolean {
  if (!Array.isArray(expected) || !Array.isArray(actual) || actual.length !== expected.length) return false;
  const left = [...(actual as unknown[])];
  return expected.every((entry) => {
    const index = left.findIndex((candidate) => sameOutput(entry, candidate, options));
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  });
}

function wireText(bytes: Json): string {
  if (typeof bytes['b64'] === 'string') return bytes['b64'];
  return Buffer.from(String(bytes['text']), 'utf8').toString('base64');
}

function isError(value: unknown): value is VectorError {
  return typeof value === 'object' && value !== null && 'class' in value && 'message' in value;
}

/** Same class, and the same text where that is asked for. */
export function sameError(expected: VectorError, actual: VectorError, options: CompareOptions): boolean {
  if (expected.class !== actual.class) return false;
  if (!options.exactMessages || expected.loose) return true;
  return comparable(expected.message) === comparable(actual.message);
}

/** What follows `Invalid regex: ` is the text of Java's own parser, and `@` precedes an object's hash. */
function comparable(message: string | null): string | null {
  if (message === null) return null;
  const regex = message.indexOf('Invalid regex: ');
  return (regex < 0 ? message : message.slice(0, regex)).replace(/@[0-9a-f]+\b|@\*/g, '@*');
}
