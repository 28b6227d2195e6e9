import type { Position } from '../offsets/position.ts';
import type { TimeZone } from '../time/time-zone.ts';
import type { DecodedRow } from '../types/decoded-row.ts';
import { sqlText } from '../types/temporal.ts';
import type { Cursor, QueryBounds, Statement } from './cursor.ts';
import type { TableSql } from './table-sql.ts';

/** Ids that mode incrementing reads begin behind this one. */
export const FIRST_ID = -1;

/** Reads everything each time. */
export class BulkCursor implements Cursor {
  readonly position = null;
  readonly needsSnapshot = false;
  readonly needsNext = false;
  readonly #sql: TableSql;

  constructor(sql: TableSql) {
    this.#sql = sql;
  }

  statements(): Statement[] {
    return [{ sql: `${this.#sql.select}${this.#sql.suffix}`, params: [], isSweep: false }];
  }

  begin(): void {}

  skips(): boolean {
    return false;
  }

  advance(): void {}
}

/** Reads behind the last id, the last time, or both, as Confluent's connector does. */
export class PlainCursor implements Cursor {
  readonly needsSnapshot = false;
  readonly needsNext: boolean;
  readonly #sql: TableSql;
  readonly #zone: TimeZone;
  #position: Position;

  constructor(sql: TableSql, position: Position, zone: TimeZone) {
    this.#sql = sql;
    this.#zone = zone;
    this.#position = position;
    this.needsNext = sql.id === null;
  }

  get position(): Position {
    return this.#position;
  }

  statements(bounds: QueryBounds): Statement[] {
    return [mainStatement(this.#sql, this.#position, bounds, this.#zone)];
  }

  begin(): void {}

  skips(): boolean {
    return false;
  }

  advance({ id, micros }: DecodedRow, next: DecodedRow | null): void {
    // Of rows with one time all but the last keep the position before it: a restart between them reads them again rather than not at all.
    if (this.needsNext && next !== null && next.micros === micros) return;
    this.#position = { micros, id, transactions: null };
  }
}

/** The statement for rows behind a position. */
export function mainStatement({ select, id, time, suffix }: TableSql, position: Position, bounds: QueryBounds, zone: TimeZone): Statement {
  const last = String(position.id ?? FIRST_ID);
  if (time === null) return { sql: `${select} WHERE ${id} > $1 ORDER BY ${id} ASC${suffix}`, params: [last], isSweep: false };
  const begin = sqlText(position.micros ?? 0, zone);
  const end = sqlText(bounds.endMs * 1000, zone);
  if (id === null) {
    const sql = `${select} WHERE ${time} > $1 AND ${time} < $2 ORDER BY ${time} ASC${suffix}`;
    return { sql, params: [begin, end], isSweep: false };
  }
  const sql = `${select} WHERE ${time} < $1 AND ((${time} = $2 AND ${id} > $3) OR ${time} > $2) ORDER BY ${time},${id} ASC${suffix}`;
  return { sql, params: [end, begin, last], isSweep: false };
}
