import type { Schema } from '../data/schema.ts';

// STUB of the seam, to be replaced by the implementation.
/** Checks the outer class of a header value against its schema (Kafka looks no deeper) and returns the runtime form. */
export function conformHeader(schema: Schema | null, value: unknown): unknown {
  return schema === null ? (value ?? null) : schema.conform(value);
}
