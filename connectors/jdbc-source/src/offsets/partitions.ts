import type { SourceMap } from '@millrace/api';
import { plainName, type TableId } from '../tables/table-id.ts';

/** Source partition of the one query of a connector. */
export const QUERY_PARTITION: SourceMap = { query: 'query' };

/** Source partition under which offsets of a table are stored. The order of keys is that of the records that they replace. */
export function tablePartition(table: TableId): SourceMap {
  return { protocol: '1', table: plainName(table) };
}

/** Source partition of a table in mode bulk, which has no offsets. */
export function bulkPartition({ name }: TableId): SourceMap {
  return { table: name };
}

/** All partitions under which releases of Confluent's connector stored offsets of a table, the one that counts first. */
export function knownPartitions(table: TableId, database: string): SourceMap[] {
  return [tablePartition(table), { protocol: '1', table: `${database}.${plainName(table)}` }, { table: table.name }];
}

/** Whether a partition is one of these. */
export function isPartition(partition: SourceMap): boolean {
  const { protocol, table, query, ...others } = partition;
  if (Object.keys(others).length > 0) return false;
  if (query !== undefined) return query === 'query' && table === undefined && protocol === undefined;
  return typeof table === 'string' && table !== '' && (protocol === undefined || protocol === '1');
}
