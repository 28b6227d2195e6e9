import { TABLE_KINDS } from '../config/connector-keys.ts';
import type { SourceConfig } from '../config/source-config.ts';
import type { Session } from '../wire/session.ts';
import { tableFilter } from './table-filter.ts';
import type { TableId } from './table-id.ts';

const LIST = `
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = ANY ($1::"char"[]) AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%'
  AND ($2::text IS NULL OR n.nspname LIKE $2) AND ($3::text IS NULL OR current_database() = $3)
ORDER BY n.nspname, c.relname`;

/** The tables that a configuration chooses, in the order of their names. */
export async function listTables(session: Session, config: SourceConfig): Promise<TableId[]> {
  const kinds = config.tableTypes.map((type) => TABLE_KINDS[type.toUpperCase()] ?? 'r');
  const rows = await session.query(LIST, [`{${kinds.join()}}`, config.schemaPattern, config.catalogPattern]);
  return rows.map(([schema, name]) => ({ schema: schema ?? '', name: name ?? '' })).filter(tableFilter(config.filter));
}
