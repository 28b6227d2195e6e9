import { ConfigException, ConnectException, type Logger, type OffsetStorageReader, type SourceMap } from '@millrace/api';
import type { SourceConfig } from '../config/source-config.ts';
import { bulkPartition, knownPartitions, QUERY_PARTITION, tablePartition } from '../offsets/partitions.ts';
import { type Position, positionOf } from '../offsets/position.ts';
import { demandColumn, type TableFacts, tableFacts } from '../tables/table-facts.ts';
import { plainName, type TableId } from '../tables/table-id.ts';
import { topicNames } from '../tables/topic-names.ts';
import type { Session } from '../wire/session.ts';
import type { Cursor } from './cursor.ts';
import { BulkCursor, PlainCursor } from './plain-cursor.ts';
import { SnapshotCursor } from './snapshot-cursor.ts';
import { tableSql } from './table-sql.ts';
import { TableReader } from './table-reader.ts';

/** What readers are made with. */
export interface ReaderContext {
  readonly config: SourceConfig;
  readonly session: Session;
  readonly offsets: OffsetStorageReader;
  readonly log: Logger;
}

interface ModeColumns {
  readonly incrementing: string | null;
  readonly timestamps: readonly string[];
}

/** A reader for each table, or for the query. @throws ConnectException when a table does not have what the mode needs */
export async function makeReaders(tables: readonly TableId[], context: ReaderContext): Promise<TableReader[]> {
  if (context.config.keys['timestamp.safe.mode'] === 'watermark') await demandStatistics(context.session);
  if (context.config.query !== null) return [await queryReader(context.config.query, context)];
  const readers: TableReader[] = [];
  for (const table of tables) {
    const facts = await tableFacts(context.session, table);
    if (facts === null) context.log.warn(`Table ${plainName(table)} is gone, or has no columns, since it was listed; it is left out.`);
    else readers.push(await tableReader(table, facts, context));
  }
  return readers;
}

/** The columns of the mode for a table. @throws ConfigException when the mappings have none, or more than one, for it */
function modeColumns(config: SourceConfig, table: TableId, facts: TableFacts): ModeColumns {
  const { keys, mode } = config;
  const usesId = mode === 'incrementing' || mode === 'timestamp+incrementing';
  const usesTime = mode === 'timestamp' || mode === 'timestamp+incrementing';
  const mappedId = mapped('incrementing.column.mapping', config.incrementingMappings, table);
  const mappedTimes = mapped('timestamp.columns.mapping', config.timestampMappings, table);
  const named = keys['incrementing.column.name'].trim();
  const incrementing = mappedId?.[0] ?? (named === '' ? facts.autoIncrement[0] : named);
  if (usesId && incrementing === undefined) {
    throw new ConnectException(`Table ${plainName(table)} has no serial and no identity column to read by`, {
      configKey: 'incrementing.column.name',
      suggestion: 'Name a column whose values only grow in incrementing.column.name.',
    });
  }
  const timestamps = mappedTimes ?? keys['timestamp.column.name'].filter((name) => name.trim() !== '');
  return { incrementing: usesId ? (incrementing ?? null) : null, timestamps: usesTime ? timestamps : [] };
}

/** Holds the columns of the mode against a table. @throws ConnectException when one is missing, or may be null and must not */
export function demandModeColumns(config: SourceConfig, table: TableId, facts: TableFacts): void {
  const { incrementing, timestamps } = modeColumns(config, table, facts);
  const isStrict = config.keys['validate.non.null'];
  if (incrementing !== null) demandColumn(table, facts, incrementing, 'incrementing.column.name', isStrict);
  // One column without nulls is enough for COALESCE.
  const needsNotNull = isStrict && !timestamps.some((name) => facts.columns.get(name) === true);
  for (const name of timestamps) demandColumn(table, facts, name, 'timestamp.column.name', needsNotNull);
  if (config.keys['timestamp.safe.mode'] === 'snapshot' && !facts.hasTransactions) {
    throw new ConnectException(`${plainName(table)} is a view or a foreign table, whose rows do not show their transactions`, {
      configKey: 'timestamp.safe.mode',
      suggestion: 'Use watermark, or read the tables behind it.',
    });
  }
}

async function tableReader(table: TableId, facts: TableFacts, context: ReaderContext): Promise<TableReader> {
  const { config } = context;
  demandModeColumns(config, table, facts);
  const columns = modeColumns(config, table, facts);
  const isBulk = config.mode === 'bulk';
  return makeReader(context, {
    source: table,
    name: plainName(table),
    topic: topicNames(config)(table),
    isKeyed: config.keys['record.key'] === 'primary_key',
    schemaName: table.name,
    columns,
    partition: isBulk ? bulkPartition(table) : tablePartition(table),
    stored: isBulk ? null : await storedOffset(context, knownPartitions(table, await databaseOf(context.session))),
  });
}

async function queryReader(query: string, context: ReaderContext): Promise<TableReader> {
  const { keys, mode } = context.config;
  const incrementing = /incrementing/.test(mode) ? keys['incrementing.column.name'].trim() : null;
  return makeReader(context, {
    source: query,
    name: 'the query',
    topic: keys['topic.prefix'],
    isKeyed: false,
    schemaName: null,
    columns: { incrementing, timestamps: /timestamp/.test(mode) ? keys['timestamp.column.name'].filter((name) => name !== '') : [] },
    partition: QUERY_PARTITION,
    stored: mode === 'bulk' ? null : await storedOffset(context, [QUERY_PARTITION]),
  });
}

interface Subject {
  readonly source: TableId | string;
  readonly name: string;
  readonly topic: string;
  readonly isKeyed: boolean;
  readonly schemaName: string | null;
  readonly columns: ModeColumns;
  readonly partition: SourceMap;
  readonly stored: SourceMap | null;
}

async function makeReader(context: ReaderContext, subject: Subject): Promise<TableReader> {
  const { config, log } = context;
  const { name, topic, isKeyed, schemaName, columns, partition } = subject;
  return new TableReader({
    name,
    topic,
    isKeyed,
    partition,
    schemaName,
    columns,
    cursor: await makeCursor(context, subject),
    types: config.types,
    maxRows: config.keys['batch.max.rows'],
    budgetBytes: Number(config.keys['max.buffer.bytes']),
    log,
  });
}

async function makeCursor({ config, session }: ReaderContext, { source, columns, stored }: Subject): Promise<Cursor> {
  const { keys, isQuoted, mode, zone } = config;
  const sql = tableSql({ source, ...columns, suffix: keys['query.suffix'].trim(), isQuoted });
  if (mode === 'bulk') return new BulkCursor(sql);
  const position = await startPosition(config, session, stored);
  if (keys['timestamp.safe.mode'] !== 'snapshot') return new PlainCursor(sql, position, zone);
  const lookBack = { micros: Number(keys['timestamp.safe.lookback.ms']) * 1000, ids: Number(keys['incrementing.safe.lookback']) };
  return new SnapshotCursor(sql, position, zone, lookBack);
}

async function startPosition(config: SourceConfig, session: Session, stored: SourceMap | null): Promise<Position> {
  const position: Position = stored === null ? { micros: null, id: null, transactions: null } : positionOf(stored);
  const initial = config.keys['timestamp.initial'];
  if (position.micros !== null || initial === null || config.mode === 'incrementing') return position;
  if (Number(initial) !== -1) return { ...position, micros: Number(initial) * 1000 };
  const [row] = await session.query('SELECT floor(extract(epoch FROM CURRENT_TIMESTAMP) * 1000)::bigint');
  return { ...position, micros: Number(row?.[0]) * 1000 };
}

async function storedOffset({ offsets }: ReaderContext, partitions: readonly SourceMap[]): Promise<SourceMap | null> {
  const stored = await offsets.offsets(partitions);
  return stored.find((offset) => offset !== null && Object.keys(offset).length > 0) ?? null;
}

async function databaseOf(session: Session): Promise<string> {
  const [row] = await session.query('SELECT current_database()');
  return row?.[0] ?? '';
}

function mapped(key: string, mappings: SourceConfig['timestampMappings'], table: TableId): readonly string[] | null {
  if (mappings.length === 0) return null;
  const name = plainName(table);
  const matching = mappings.filter(({ pattern }) => pattern.test(name));
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only.columns;
  throw new ConfigException(`Invalid value for configuration ${key}: ${matching.length} items match table ${name}, exactly one is needed`, {
    configKey: key,
  });
}

async function demandStatistics(session: Session): Promise<void> {
  const [row] = await session.query("SELECT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'), current_user");
  if (row?.[0] === 't') return;
  throw new ConnectException('timestamp.safe.mode=watermark needs to see the transactions of all users, which connection.user must not', {
    configKey: 'timestamp.safe.mode',
    suggestion: `Run: GRANT pg_read_all_stats TO "${row?.[1] ?? ''}"; or use snapshot.`,
  });
}
