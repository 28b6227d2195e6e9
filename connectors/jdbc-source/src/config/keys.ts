import type { Parsed } from '@millrace/api';
import type { CONFIG } from './definition.ts';

/** A parsed configuration, key by key. */
export type Keys = Parsed<typeof CONFIG>;

/** The query of either key, or null. */
export function queryOf(keys: Keys): string | null {
  const query = keys.query.trim() || (keys['query.masked']?.value().trim() ?? '');
  return query === '' ? null : query;
}

/** The items of a list that are not empty. */
export function given(list: readonly string[]): string[] {
  return list.map((item) => item.trim()).filter((item) => item !== '');
}
