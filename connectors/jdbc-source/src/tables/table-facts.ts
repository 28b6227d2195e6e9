import { ConnectException } from '@millrace/api';
import type { Session } from '../wire/session.ts';
import { plainName, quotedName, type TableId } from './table-id.ts';

/** What the catalog says of a table. */
export interface TableFacts {
  /** Whether rows carry the transaction that wrote them: not in views and foreign tables. */
  readonly hasTransactions: boolean;
  /** Serial and identity columns, in order. */
  readonly autoIncrement: readonly string[];
  /** NOT NULL by column. */
  readonly columns: ReadonlyMap<string, boolean>;
}

const FACTS = `
SELECT c.relkind, a.attname, a.attnotnull,
  a.attidentity <> '' OR COALESCE(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE n.nspname = $1 AND c.relname = $2 ORDER BY a.attnum`;

/** Reads the facts of a table. Null when there is none of this name, or it has no columns. */
export async function tableFacts(session: Session, { schema, name }: TableId): Promise<TableFacts | null> {
  const rows = await session.query(FACTS, [schema, name]);
  if (rows.length === 0) return null;
  return {
    hasTransactions: rows[0]?.[0] === 'r' || rows[0]?.[0] === 'p' || rows[0]?.[0] === 'm',
    autoIncrement: rows.filter((row) => row[3] === 't').map((row) => row[1] ?? ''),
    columns: new Map(rows.map((row) => [row[1] ?? '', row[2] === 't'])),
  };
}

/**
 * Holds a column of a mode against a table. @throws ConnectException when it is missing, or may be null and that was not allowed
 */
export function demandColumn(table: TableId, facts: TableFacts, column: string, key: string, isNotNullDemanded: boolean): void {
  const isNotNull = columnFact(facts, column);
  if (isNotNull === null) {
    const known = [...facts.columns.keys()].join(', ');
    throw new ConnectException(`Table ${plainName(table)} has no column '${column}'; it has ${known}`, { configKey: key });
  }
  if (isNotNull || !isNotNullDemanded) return;
  throw new ConnectException(`Cannot make queries by column '${column}' of ${plainName(table)} because it may be null`, {
    configKey: 'validate.non.null',
    suggestion: `Run: ALTER TABLE ${quotedName(table)} ALTER COLUMN "${column}" SET NOT NULL; or set validate.non.null=false and lose rows with a null.`,
  });
}

function columnFact(facts: TableFacts, column: string): boolean | null {
  const exact = facts.columns.get(column);
  if (exact !== undefined) return exact;
  const name = [...facts.columns.keys()].find((known) => known.toLowerCase() === column.toLowerCase());
  return name === undefined ? null : (facts.columns.get(name) ?? null);
}
