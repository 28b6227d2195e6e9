import type { ConfigData } from '@millrace/api';

/** Data that do not expire. */
export function lasting(data: Readonly<Record<string, string>>): ConfigData {
  return { data, ttlMs: null };
}

/** The entries of the asked keys alone. */
export function only(data: Readonly<Record<string, string>>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.flatMap((key) => (Object.hasOwn(data, key) ? [[key, data[key] as string]] : [])));
}
