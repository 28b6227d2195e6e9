import type { ConnectorStateInfo } from '@millrace/worker';

/** The worst of a connector and its tasks: FAILED if anything failed, else what the connector itself is. */
export function overallState(status: ConnectorStateInfo | undefined): string {
  if (status === undefined) return 'UNKNOWN';
  return status.tasks.some(({ state }) => state === 'FAILED') ? 'FAILED' : status.connector.state;
}

/** `running/all` tasks. */
export function taskCounts(status: ConnectorStateInfo | undefined): string {
  const tasks = status?.tasks ?? [];
  return `${tasks.filter(({ state }) => state === 'RUNNING').length}/${tasks.length}`;
}

/** The first line of a trace: exception and message. */
export function firstLine(trace: string | undefined): string {
  return (trace ?? '').split('\n', 1)[0] ?? '';
}
