import type { ConnectorStateInfo } from '@millrace/worker';
import { ClientExit, CommandError } from '../exit-codes.ts';
import type { ConnectClient } from './connect-client.ts';
import { firstLine } from './connector-health.ts';

const intervalMs = 100;

/** The state that a connector and all its tasks are to reach; DELETED: none of it is left. */
export type AwaitedState = 'RUNNING' | 'PAUSED' | 'STOPPED' | 'DELETED';

/** Short waits are silent; long ones say how it stands when that changes, and now and then. */
const quietMs = 2000;
const reminderMs = 5000;

export interface AwaitOptions {
  readonly timeoutMs: number;
  /** Takes a line on how it stands. */
  readonly onProgress: (line: string) => void;
}

/** Waits for a connector and its tasks. @throws CommandError RUNTIME when something fails, or when time is up. */
export async function awaitState(
  client: ConnectClient,
  name: string,
  state: AwaitedState,
  { timeoutMs, onProgress }: AwaitOptions,
): Promise<void> {
  const began = performance.now();
  const deadline = began + timeoutMs;
  let told = { found: '', at: began };
  for (;;) {
    const status = (await client.connectors()).includes(name) ? await client.findStatus(name) : null;
    if (hasReached(status, state)) return;
    const failed = status === null || state === 'STOPPED' ? undefined : failure(status);
    if (failed !== undefined) {
      throw new CommandError(ClientExit.RUNTIME, `${name} failed: ${failed}`, {
        suggestion: `See millrace describe connector ${name} --trace`,
      });
    }
    const found = foundText(status);
    const now = performance.now();
    if (now - began > quietMs && (found !== told.found || now - told.at > reminderMs)) {
      told = { found, at: now };
      onProgress(`waiting for ${name} to be ${state}: ${found} (${Math.round((now - began) / 1000)} s)`);
    }
    if (now > deadline) {
      throw new CommandError(ClientExit.RUNTIME, `${name} is not ${state} after ${timeoutMs / 1000} s: ${found}`, {
        suggestion: 'Wait longer with --wait 5m, or look at millrace logs connector',
      });
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}

function foundText(status: ConnectorStateInfo | null): string {
  if (status === null) return 'not there';
  return [status.connector.state, ...status.tasks.map((task) => `task ${task.id} ${task.state}`)].join(', ');
}

function hasReached(status: ConnectorStateInfo | null, state: AwaitedState): boolean {
  if (status === null) return state === 'DELETED';
  if (state === 'STOPPED') return status.connector.state === 'STOPPED' && status.tasks.length === 0;
  const needsTasks = state === 'RUNNING';
  return status.connector.state === state && status.tasks.every((task) => task.state === state) && (status.tasks.length > 0 || !needsTasks);
}

function failure({ connector, tasks }: ConnectorStateInfo): string | undefined {
  if (connector.state === 'FAILED') return firstLine(connector.trace);
  const task = tasks.find(({ state }) => state === 'FAILED');
  return task === undefined ? undefined : `task ${task.id}: ${firstLine(task.trace)}`;
}
