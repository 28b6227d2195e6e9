import { isBigDecimal } from './big-decimal.ts';
import { isStruct } from './struct-brand.ts';
import { isTypedNumber } from './typed-number.ts';

/**
 * A text that is equal for two Connect values exactly when the values are equal, classes included.
 * For comparing and for keys of tables, never for output.
 */
export function canonicalText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return `${value}`;
    case 'boolean':
      return String(value);
    default:
      return value === null || value === undefined ? 'null' : canonicalObjectText(value);
  }
}

function canonicalObjectText(value: object): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (value instanceof Uint8Array) return `bytes:${Buffer.from(value).toString('base64')}`;
  if (value instanceof Date) return `date:${value.getTime()}`;
  if (isBigDecimal(value)) return `decimal:${value.unscaled}:${value.scale}`;
  if (isTypedNumber(value)) return `${value.type}:${canonicalText(value.value)}`;
  if (isStruct(value)) return `struct:${value.schema.id}:${canonicalText(value.values)}`;
  // Java's maps are equal whatever the order of their entries.
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return `{${entries
    .map(([key, item]) => `${canonicalText(key)}=${canonicalText(item)}`)
    .sort()
    .join()}}`;
}

/** Whether two Connect values are equal as Java's `equals` would have it. */
export function valuesEqual(left: unknown, right: unknown): boolean {
  return left === right || canonicalText(left) === canonicalText(right);
}
