import { type Logger, SchemaAndValue, SourceRecord, type SourceMap, Struct } from '@millrace/api';
import { offsetOf } from '../offsets/position.ts';
import type { Catalog } from '../types/catalog.ts';
import type { TypeSettings } from '../types/codec.ts';
import type { DecodedRow } from '../types/decoded-row.ts';
import { type CursorColumns, RowDecoder } from '../types/row-decoder.ts';
import { Oid } from '../types/oids.ts';
import type { Session } from '../wire/session.ts';
import type { Cursor, QueryBounds, Statement } from './cursor.ts';
import { Portal } from './portal.ts';

/** What a reader of one table or query is made of. */
export interface ReaderSpec {
  /** For messages. */
  readonly name: string;
  readonly topic: string;
  /** Whether the primary key becomes the key of records. */
  readonly isKeyed: boolean;
  readonly partition: SourceMap;
  /** Name of the value's schema; null for a query. */
  readonly schemaName: string | null;
  readonly cursor: Cursor;
  readonly columns: CursorColumns;
  readonly types: TypeSettings;
  readonly maxRows: number;
  readonly budgetBytes: number;
  readonly log: Logger;
}

interface OpenResult {
  readonly session: Session;
  readonly catalog: Catalog;
  /** Those that come after the one that is read now. */
  readonly statements: Statement[];
  portal: Portal | null;
  decoder: RowDecoder;
}

/** Reads one table or query, a result at a time. */
export class TableReader {
  readonly spec: ReaderSpec;
  /** When the next query is due, by the monotonic clock in milliseconds. */
  dueMs = 0;
  #open: OpenResult | null = null;
  /** A row whose position depends on the row behind it, which did not come yet. */
  #held: DecodedRow | null = null;
  #told = '';

  constructor(spec: ReaderSpec) {
    this.spec = spec;
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  /** Starts a query in the transaction that is open. @throws ServerError, ConnectionLost, ConnectException for a missing column */
  async open(session: Session, catalog: Catalog, bounds: QueryBounds): Promise<void> {
    const statements = this.spec.cursor.statements(bounds);
    const [first] = statements;
    if (first === undefined) return;
    const decoder = await this.#decoderOf(session, catalog, first);
    this.#open = { session, catalog, statements, portal: null, decoder };
  }

  /** The next records; an empty list when the signal fired first or there are no more. The query is over when {@link isOpen} says so. @throws as {@link open} */
  async read(signal: AbortSignal): Promise<SourceRecord[]> {
    while (this.#open !== null) {
      const open = this.#open;
      open.portal ??= this.#next(open);
      if (open.portal === null) {
        this.#open = null;
        break;
      }
      const rows = await open.portal.take(this.spec.maxRows, signal);
      const records = this.#records(rows, open.decoder);
      if (rows !== null && open.portal.isExhausted) records.push(...this.#records(null, open.decoder));
      // The end is looked for at once, so that no transaction stays open until the next poll.
      if (rows === null || open.portal.isExhausted) await this.#endStatement(open, open.portal);
      if (records.length > 0 || rows?.length === 0) return records;
    }
    return [];
  }

  /** Forgets a query that failed; the next one goes on behind the last record. */
  reset(): void {
    this.#open = null;
    this.#held = null;
  }

  async #endStatement(open: OpenResult, portal: Portal): Promise<void> {
    await portal.close();
    open.portal = null;
    if (open.statements.length === 0) this.#open = null;
  }

  #next({ session, statements, decoder }: OpenResult): Portal | null {
    const statement = statements.shift();
    if (statement === undefined) return null;
    this.spec.cursor.begin(statement);
    const { budgetBytes } = this.spec;
    return new Portal(session, { sql: statement.sql, params: statement.params, decoder, budgetBytes });
  }

  /** Records of rows; null tells that the statement has no more. */
  #records(rows: DecodedRow[] | null, { schema, key }: RowDecoder): SourceRecord[] {
    const { cursor, partition, topic } = this.spec;
    const all = this.#withHeld(rows);
    const records: SourceRecord[] = [];
    for (let index = 0; index < all.length; index++) {
      const row = all[index] as DecodedRow;
      if (cursor.skips(row)) continue;
      cursor.advance(row, all[index + 1] ?? this.#held);
      records.push(
        new SourceRecord({
          sourcePartition: partition,
          sourceOffset: cursor.position === null ? null : offsetOf(cursor.position),
          topic,
          keyAndSchema: key === null ? SchemaAndValue.NULL : key.of(row.values),
          valueAndSchema: new SchemaAndValue(schema, new Struct(schema, row.values)),
        }),
      );
    }
    return records;
  }

  #withHeld(rows: DecodedRow[] | null): DecodedRow[] {
    if (!this.spec.cursor.needsNext) return rows ?? [];
    const all = [...(this.#held === null ? [] : [this.#held]), ...(rows ?? [])];
    this.#held = rows === null ? null : (all.pop() ?? null);
    return all;
  }

  async #decoderOf(session: Session, catalog: Catalog, { sql }: Statement): Promise<RowDecoder> {
    const { schemaName, columns: cursor, types: settings, isKeyed, name, log } = this.spec;
    const columns = await session.describe(sql);
    await catalog.load(columns.map(({ typeOid }) => typeOid));
    const facts = await catalog.columns(columns.map(({ tableOid }) => tableOid));
    const moneyDigits = catalog.uses(Oid.MONEY) ? await catalog.moneyDigits() : 0;
    const decoder = new RowDecoder({ columns, facts, catalog, moneyDigits, settings, schemaName, cursor, isKeyed });
    const dropped = decoder.dropped.join(', ');
    if (dropped !== this.#told) {
      this.#told = dropped;
      if (dropped !== '') log.warn(`Columns of ${name} are left out: ${dropped}. Set type.mapping=native to read them.`);
    }
    return decoder;
  }
}
