import type { Schema } from './schema.ts';

// STUB of the seam, to be replaced by the implementation.
/** Java's `toString()` of a value in runtime form. */
export function javaText(value: unknown, _schema: Schema | null): string {
  return String(value);
}
