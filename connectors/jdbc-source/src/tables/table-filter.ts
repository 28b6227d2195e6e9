import { fullMatch } from '../config/regex-list.ts';
import { plainName, quotedName, type TableId } from './table-id.ts';

/** The four keys that choose tables. */
export interface TableFilterKeys {
  readonly whitelist: readonly string[];
  readonly blacklist: readonly string[];
  readonly includes: readonly string[];
  readonly excludes: readonly string[];
}

/** Which of the listed tables are read. */
export function tableFilter({ whitelist, blacklist, includes, excludes }: TableFilterKeys): (table: TableId) => boolean {
  if (includes.length > 0) {
    const included = includes.map((pattern) => fullMatch('table.include.list', pattern));
    const excluded = excludes.map((pattern) => fullMatch('table.exclude.list', pattern));
    return (table) => {
      const name = plainName(table);
      return included.some((pattern) => pattern.test(name)) && !excluded.some((pattern) => pattern.test(name));
    };
  }
  if (whitelist.length > 0) return (table) => isNamed(table, whitelist);
  return (table) => !isNamed(table, blacklist);
}

function isNamed(table: TableId, names: readonly string[]): boolean {
  return names.includes(table.name) || names.includes(plainName(table)) || names.includes(quotedName(table));
}
