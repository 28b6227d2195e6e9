import type { Position, TransactionState } from '../offsets/position.ts';
import type { TimeZone } from '../time/time-zone.ts';
import type { DecodedRow } from '../types/decoded-row.ts';
import { sqlText } from '../types/temporal.ts';
import type { Cursor, QueryBounds, Statement } from './cursor.ts';
import { FIRST_ID, mainStatement } from './plain-cursor.ts';
import { type TableSql, widenedXid, withXid } from './table-sql.ts';

/** Transactions that are remembered; beyond them the look back repeats rows rather than misses any. */
const MOST_SEEN = 10_000;

/** How far a look back goes. */
export interface LookBack {
  readonly micros: number;
  readonly ids: number;
}

/**
 * Reads as {@link PlainCursor}, and before that the rows at or behind the position whose transactions were still open at the last query. What was
 * read is known by transaction, so that no row is missed and none is repeated, also after a crash between any two records.
 */
export class SnapshotCursor implements Cursor {
  readonly needsSnapshot = true;
  readonly needsNext = false;
  readonly #sql: TableSql;
  readonly #zone: TimeZone;
  readonly #lookBack: LookBack;
  #micros: Position['micros'];
  #id: Position['id'];
  #transactions: TransactionState | null;
  #seen: Set<number>;
  #isSweep = false;
  #xmin = 0;

  constructor(sql: TableSql, position: Position, zone: TimeZone, lookBack: LookBack) {
    this.#sql = sql;
    this.#zone = zone;
    this.#lookBack = lookBack;
    this.#micros = position.micros;
    this.#id = position.id;
    this.#transactions = position.transactions;
    this.#seen = new Set(position.transactions?.seen);
  }

  get position(): Position {
    return { micros: this.#micros, id: this.#id, transactions: this.#transactions };
  }

  statements(bounds: QueryBounds): Statement[] {
    const { xmin, xmax } = bounds.snapshot ?? { xmin: 0, xmax: 0 };
    this.#xmin = xmin;
    const sql = { ...this.#sql, select: withXid(this.#sql.select, xmax) };
    const main = mainStatement(sql, this.position, bounds, this.#zone);
    return this.#transactions === null || this.#id === null ? [main] : [this.#sweep(sql, this.#transactions.horizon, xmax), main];
  }

  begin({ isSweep }: Statement): void {
    this.#isSweep = isSweep;
    if (isSweep) return;
    // Every row at or before the position that this snapshot shows was read now: what is missing belongs to transactions from xmin on.
    const read = [...this.#seen, ...Object.keys(this.#transactions?.part ?? {}).map(Number)];
    this.#seen = new Set(read.filter((xid) => xid >= this.#xmin));
    this.#transactions = { horizon: this.#xmin, seen: this.#remembered(), part: {} };
  }

  skips({ xid, micros, id }: DecodedRow): boolean {
    if (!this.#isSweep) return false;
    if (this.#seen.has(xid)) return true;
    const reached = this.#transactions?.part[xid];
    return reached !== undefined && !isBehind([micros, id], reached);
  }

  advance({ xid, micros, id }: DecodedRow): void {
    const state = this.#transactions;
    if (state === null) return;
    if (this.#isSweep) {
      this.#transactions = { ...state, part: { ...state.part, [xid]: [micros, id] } };
      return;
    }
    this.#micros = micros;
    this.#id = id;
    if (xid < state.horizon || this.#seen.has(xid)) return;
    this.#seen.add(xid);
    this.#transactions = { ...state, seen: this.#remembered() };
  }

  #remembered(): number[] {
    if (this.#seen.size > MOST_SEEN) this.#seen.clear();
    return [...this.#seen];
  }

  #sweep({ select, id, time }: TableSql, horizon: number, xmax: number): Statement {
    const last = String(this.#id ?? FIRST_ID);
    const isLate = `${widenedXid(xmax)} >= ${horizon}`;
    if (time === null) {
      const from = BigInt(this.#id ?? FIRST_ID) - BigInt(this.#lookBack.ids);
      // As text: a bound below the range of the column's type would not be accepted as one of its values.
      const sql = `${select} WHERE ${id} <= $1 AND ${id}::bigint > $2::bigint AND ${isLate} ORDER BY ${id} ASC`;
      return { sql, params: [last, String(from)], isSweep: true };
    }
    const cursor = this.#micros ?? 0;
    const from = BigInt(cursor) - BigInt(this.#lookBack.micros);
    const sql = `${select} WHERE ${time} >= $1 AND (${time} < $2 OR (${time} = $2 AND ${id} <= $3)) AND ${isLate} ORDER BY ${time},${id} ASC`;
    return { sql, params: [sqlText(from, this.#zone), sqlText(cursor, this.#zone), last], isSweep: true };
  }
}

type Place = readonly [number | bigint | null, number | bigint | null];

function isBehind([micros, id]: Place, [otherMicros, otherId]: Place): boolean {
  if (micros === otherMicros) return (id ?? 0) > (otherId ?? 0);
  return (micros ?? 0) > (otherMicros ?? 0);
}
