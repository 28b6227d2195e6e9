import type { ConnectorStateInfo } from '@millrace/worker';

/** The worst of a connector and its tasks: FAILED if anything failed, else what the connector itself is. */
export function overallState(status: ConnectorStateInfo | undefined): string {
  if (status === undefined) return 'UNKNOWN';
  return status.tasks.some(({ state }) => state === 'FAILED') ? 'FAILED' : status.connector.state;
}

export interface TaskCounts {
  readonly running: number;
  readonly total: number;
}

/** How many tasks there are, and how many of them run. */
export function taskCounts(status: ConnectorStateInfo | undefined): TaskCounts {
  const tasks = status?.tasks ?? [];
  return { running: tasks.filter(({ state }) => state === 'RUNNING').length, total: tasks.length };
}

/** The first line of a trace: exception and message. */
export function firstLine(trace: string | undefined): string {
  return (trace ?? '').split('\n', 1)[0] ?? '';
}
