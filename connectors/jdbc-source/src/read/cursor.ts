import type { DecodedRow } from '../types/decoded-row.ts';
import type { Position } from '../offsets/position.ts';

/** A statement of one query of a table. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly string[];
  /** Whether it looks back for rows that earlier queries could not see. */
  readonly isSweep: boolean;
}

/** What a query works with, read in its transaction. */
export interface QueryBounds {
  /** Rows have to be older, in milliseconds since the epoch. */
  readonly endMs: number;
  /** Lowest transaction that was open, and the first that had not begun; null unless the cursor asks for them. */
  readonly snapshot: { readonly xmin: number; readonly xmax: number } | null;
}

/** How far a table is read, and how the rest is asked for. */
export interface Cursor {
  /** Null in mode bulk. */
  readonly position: Position | null;
  /** Whether bounds need a snapshot. */
  readonly needsSnapshot: boolean;
  /** Whether the position after a row depends on the row behind it. */
  readonly needsNext: boolean;
  /** The statements of the next query, in order. */
  statements(bounds: QueryBounds): Statement[];
  /** Tells that the rows of a statement come now. */
  begin(statement: Statement): void;
  /** Whether a row was read before. */
  skips(row: DecodedRow): boolean;
  /** Moves behind a row. @param next null when it is the last of its statement */
  advance(row: DecodedRow, next: DecodedRow | null): void;
}
