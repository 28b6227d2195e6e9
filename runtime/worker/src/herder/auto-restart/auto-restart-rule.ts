import type { AutoRestartRecord } from '../../storage/auto-restart-record.ts';

/** What is to be done about a connector now. */
export type AutoRestartStep = 'restart' | 'forget' | 'nothing';

const minuteMs = 60_000;
const maxBackOffMinutes = 60;

/**
 * When the next restart may be: the first at once, after the nth n² + n minutes (2, 6, 12, 20 …), 60 at most. The rule of Strimzi's
 * `autoRestart`.
 */
export function nextRestartMs({ count, lastRestartMs }: AutoRestartRecord): number {
  return lastRestartMs + Math.min(count * count + count, maxBackOffMinutes) * minuteMs;
}

/**
 * What the rule wants. A connector that ran without failure for as long as it would have waited has a clean record again.
 * @param record null: it was not restarted since it last was well
 * @param maxRestarts restarts in a row; null for any number
 */
export function autoRestartStep(
  hasFailed: boolean,
  record: AutoRestartRecord | null,
  nowMs: number,
  maxRestarts: number | null,
): AutoRestartStep {
  if (record === null) return hasFailed && maxRestarts !== 0 ? 'restart' : 'nothing';
  if (nowMs < nextRestartMs(record)) return 'nothing';
  if (!hasFailed) return 'forget';
  return maxRestarts === null || record.count < maxRestarts ? 'restart' : 'nothing';
}
