import { Double } from 'mongodb';

/**
 * A BSON document on its way to the server. A Map, since an object would move integer-like names to the front and knows `__proto__`.
 *
 * Values: null, text, boolean, Date, arrays, documents and the driver's BSON classes; a `bigint` is an Int64, a `number` an Int32 when it
 * is integral and fits, else a Double; {@link double} makes Doubles of integral values.
 */
export type Doc = Map<string, unknown>;

/** Whether a BSON value is a document. */
export function isDoc(value: unknown): value is Doc {
  return value instanceof Map;
}

/** A Double, also of a value such as 25 that would else be written as an Int32. */
export function double(value: number): number | Double {
  return Number.isInteger(value) ? new Double(value) : value;
}

/** An Int64. */
export function int64(value: number | bigint): bigint {
  return typeof value === 'bigint' ? BigInt.asIntN(64, value) : BigInt(value);
}

/** A copy whose documents and arrays can be changed without harm to the original. */
export function copyDoc(source: Doc): Doc {
  const copy: Doc = new Map();
  for (const [name, value] of source) copy.set(name, copyValue(value));
  return copy;
}

function copyValue(value: unknown): unknown {
  if (isDoc(value)) return copyDoc(value);
  return Array.isArray(value) ? value.map(copyValue) : value;
}

/** What a dotted path leads to. A name that contains dots itself wins before walking. Undefined when nothing is there. */
export function lookUp(doc: Doc, path: string): unknown {
  if (doc.has(path)) return doc.get(path);
  let value: unknown = doc;
  for (const name of path.split('.')) {
    if (!isDoc(value)) return undefined;
    value = value.get(name);
  }
  return value;
}
