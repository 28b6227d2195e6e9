import type { AutoRestartRecord } from '../../storage/auto-restart-record.ts';
import type { ConnectorStateInfo } from '../herder.ts';
import { nextRestartMs } from './auto-restart-rule.ts';

/** Restarts in a row as REST shows them; times are in ISO 8601. */
export interface AutoRestartInfo {
  readonly count: number;
  readonly last_restart: string;
  /** Not before this time is the next one, should it still be needed. */
  readonly next_restart: string;
}

/** The status of a connector with its restarts, if there were any. */
export function withAutoRestart(status: ConnectorStateInfo, record: AutoRestartRecord | null): ConnectorStateInfo {
  if (record === null) return status;
  const time = (ms: number): string => new Date(ms).toISOString();
  const info = { count: record.count, last_restart: time(record.lastRestartMs), next_restart: time(nextRestartMs(record)) };
  return { ...status, auto_restart: info };
}
