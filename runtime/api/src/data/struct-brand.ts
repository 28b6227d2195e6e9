import type { Struct } from './struct.ts';

export const structBrand: unique symbol = Symbol.for('millrace.api/Struct') as never;

/** Whether a value is a Struct, of this copy of the package or of another. */
export function isStruct(value: unknown): value is Struct {
  return typeof value === 'object' && value !== null && (value as { [structBrand]?: true })[structBrand] === true;
}
