import { doubleText } from '../data/number-text.ts';
import type { ConfigType } from './config-key.ts';
import { valueText } from './value-text.ts';

/**
 * A parsed value as REST answers show it, as `ConfigDef.convertToString`: lists joined by `,`, secrets as `[hidden]`, doubles as Java
 * prints them. Null stays null; a null type takes the value as it is.
 */
export function convertToString(value: unknown, type: ConfigType | null): string | null {
  if (value === null || value === undefined) return null;
  if (type === 'list' && Array.isArray(value)) return value.map(valueText).join();
  return type === 'double' && typeof value === 'number' ? doubleText(value) : valueText(value);
}
