import { awaitState, type AwaitedState } from '../client/await-state.ts';
import type { ConnectClient } from '../client/connect-client.ts';
import { isBroad, selectConnectors, type Selection } from '../client/select-connectors.ts';
import { ClientExit, CommandError } from '../exit-codes.ts';
import type { Report } from '../output/report.ts';
import type { VerbContext } from '../output/run-verb.ts';
import { count } from '../output/validation-report.ts';

export type LifecycleVerb = 'pause' | 'resume' | 'stop' | 'restart' | 'delete';

export interface LifecycleOptions {
  readonly regex?: string;
  readonly state?: string;
  /** Restart the tasks as well. */
  readonly tasks?: boolean;
  /** Restart only what has failed. */
  readonly onlyFailed?: boolean;
  /** Milliseconds to wait until it is done. */
  readonly wait?: number;
}

const outcomes: Readonly<Record<LifecycleVerb, { readonly done: string; readonly state: AwaitedState }>> = {
  pause: { done: 'paused', state: 'PAUSED' },
  resume: { done: 'resumed', state: 'RUNNING' },
  stop: { done: 'stopped', state: 'STOPPED' },
  restart: { done: 'restarted', state: 'RUNNING' },
  delete: { done: 'deleted', state: 'DELETED' },
};

/** `millrace pause|resume|stop|restart|delete connector`. */
export async function changeConnectors(
  context: VerbContext,
  verb: LifecycleVerb,
  names: readonly string[],
  options: LifecycleOptions,
): Promise<Report> {
  const client = await context.client();
  const selection: Selection = { ...options, names };
  const selected = await selectConnectors(client, selection);
  if (selected.length > 0 && (verb === 'delete' || isBroad(selection))) await confirm(context, verb, selected, isBroad(selection));
  for (const name of selected) await carryOut(client, verb, name, options);
  if (options.wait !== undefined) {
    const deadline = performance.now() + options.wait;
    for (const name of selected) {
      const timeoutMs = Math.max(0, deadline - performance.now());
      await awaitState(client, name, outcomes[verb].state, { timeoutMs, onProgress: (line) => context.terminal.err(line) });
    }
  }
  const { done } = outcomes[verb];
  return {
    summary: { [done]: selected.length },
    result: { connectors: selected },
    names: selected,
    text: () => (selected.length === 0 ? 'No connector is selected.' : selected.map((name) => `${name} ${done}`).join('\n')),
  };
}

/** `millrace restart task NAME NUMBER`. */
export async function restartTask({ client }: VerbContext, name: string, task: number): Promise<Report> {
  await (await client()).restartTask(name, task);
  const text = `task ${task} of ${name} restarted`;
  return { summary: { restarted: 1 }, result: { connector: name, task }, names: [`${name}-${task}`], text: () => text };
}

/**
 * Asks before connectors go, and before many change at once. Where nobody can be asked, names say enough; a selection needs `--yes`.
 * @throws CommandError VALIDATION if the answer is no, or --yes is missing.
 */
async function confirm(
  { terminal, options }: VerbContext,
  verb: LifecycleVerb,
  selected: readonly string[],
  broad: boolean,
): Promise<void> {
  if (options.yes === true) return;
  const answer = await terminal.confirm(`${verb} ${count(selected.length, 'connector')}: ${selected.join(', ')}?`);
  if (answer === true || (answer === null && !broad)) return;
  if (answer === false) throw new CommandError(ClientExit.VALIDATION, 'Nothing was changed');
  throw new CommandError(ClientExit.VALIDATION, `This would ${verb} ${count(selected.length, 'connector')}: ${selected.join(', ')}`, {
    suggestion: 'Confirm with --yes',
  });
}

function carryOut(client: ConnectClient, verb: LifecycleVerb, name: string, options: LifecycleOptions): Promise<void> {
  if (verb === 'delete') return client.delete(name);
  if (verb !== 'restart') return client.changeState(name, verb);
  return client.restart(name, { includeTasks: options.tasks === true, onlyFailed: options.onlyFailed === true });
}
