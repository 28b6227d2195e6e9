import { isTypedNumber, TypedNumber } from '@millrace/api';

/** Marks what has another form while it crosses; an array that crosses as one is marked too, so that no value can look like a mark. */
type Marked = readonly ['array', ...unknown[]] | readonly ['typed', TypedNumber['type'], number | bigint];

/** Whether a structured clone of the value is all of it. */
function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Date;
}

/**
 * A schemaless value in a form that survives a structured clone, which takes the class of a TypedNumber away.
 * @see fromPortable
 */
export function toPortable(value: unknown): unknown {
  if (isScalar(value)) return value;
  if (Array.isArray(value)) return ['array', ...value.map(toPortable)] satisfies Marked;
  if (isTypedNumber(value)) return ['typed', value.type, value.value] satisfies Marked;
  if (value instanceof Map) return new Map(Array.from(value, ([key, item]) => [toPortable(key), toPortable(item)]));
  return mapped(value as object, toPortable);
}

/** The value that {@link toPortable} was given. Bytes are Buffers again. */
export function fromPortable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (isScalar(value)) return value;
  if (Array.isArray(value)) {
    const marked = value as unknown as Marked;
    return marked[0] === 'typed' ? new TypedNumber(marked[1], marked[2]) : marked.slice(1).map(fromPortable);
  }
  if (value instanceof Map) return new Map(Array.from(value, ([key, item]) => [fromPortable(key), fromPortable(item)]));
  return mapped(value as object, fromPortable);
}

function mapped(value: object, map: (item: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, map(item)]));
}
