import { quoted, quotedName, plainName, type TableId } from '../tables/table-id.ts';
import { XID_COLUMN } from '../types/row-decoder.ts';

/** What SQL of a table is made of. */
export interface TableSql {
  /** `SELECT * FROM "s"."t"`, or the query. */
  readonly select: string;
  /** The incrementing column, or null. */
  readonly id: string | null;
  /** The timestamp column or COALESCE of several, or null. */
  readonly time: string | null;
  /** Text at the end, with a space before it. */
  readonly suffix: string;
}

/** Parts of SQL that come from the configuration. */
export interface SqlParts {
  readonly source: TableId | string;
  readonly incrementing: string | null;
  readonly timestamps: readonly string[];
  readonly suffix: string;
  readonly isQuoted: boolean;
}

/** Puts the SQL of a table or a query together. */
export function tableSql({ source, incrementing, timestamps, suffix, isQuoted }: SqlParts): TableSql {
  const column = (name: string): string => (isQuoted ? quoted(name) : name);
  const times = timestamps.map(column);
  const time = times.length > 1 ? `COALESCE(${times.join(',')})` : (times[0] ?? null);
  const select = typeof source === 'string' ? source : `SELECT * FROM ${isQuoted ? quotedName(source) : plainName(source)}`;
  return { select, id: incrementing === null ? null : column(incrementing), time, suffix: suffix === '' ? '' : ` ${suffix}` };
}

/**
 * The transaction of a row, with the upper half that the row does not hold: the last one before a snapshot's end whose lower half it is.
 * @param xmax of the snapshot
 */
export function widenedXid(xmax: number): string {
  return `(${xmax} - ((${xmax} - xmin::text::bigint) & 4294967295))`;
}

/** The same SELECT with the transaction of each row as a last column. */
export function withXid(select: string, xmax: number): string {
  return select.replace('SELECT *', `SELECT *, ${widenedXid(xmax)} AS "${XID_COLUMN}"`);
}
