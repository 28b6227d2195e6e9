import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../cache-folder.ts';
import { isRunning, type ProcessIdentity } from '../process/process-identity.ts';

/** One service of `pnpm services up`. */
export interface ServiceState {
  readonly name: string;
  readonly endpoints: Readonly<Record<string, string>>;
  /** What it runs in: a process group, by its leader, or a container, by its id. */
  readonly runsIn: { readonly process: ProcessIdentity; readonly logFile: string } | { readonly container: string };
}

/** What runs from `pnpm services up`. */
export interface TerminalState {
  /** The command itself, whose end ends everything. */
  readonly owner: ProcessIdentity;
  readonly services: readonly ServiceState[];
  /** Variables by which tests find the services. */
  readonly variables: Readonly<Record<string, string>>;
}

function stateFile(): string {
  return join(cacheFolder(), 'services.json');
}

/** Leaves word of what runs. */
export async function writeState(state: TerminalState): Promise<void> {
  const file = stateFile();
  await mkdir(cacheFolder(), { recursive: true });
  await writeFile(`${file}.partial`, JSON.stringify(state, null, 2));
  await rename(`${file}.partial`, file);
}

/** Takes the word back. */
export async function removeState(): Promise<void> {
  await rm(stateFile(), { force: true });
}

/**
 * What runs; null when nothing does. What a killed command left behind is cleared away: processes, known by number and start time, and
 * the file.
 */
export async function readState(): Promise<TerminalState | null> {
  const text = await readFile(stateFile(), 'utf8').catch(() => null);
  if (text === null) return null;
  const state = JSON.parse(text) as TerminalState;
  if (await isRunning(state.owner)) return state;
  for (const { runsIn } of state.services) await end(runsIn);
  await removeState();
  return null;
}

async function end(runsIn: ServiceState['runsIn']): Promise<void> {
  if ('process' in runsIn) {
    if (await isRunning(runsIn.process)) process.kill(-runsIn.process.pid, 'SIGKILL');
    return;
  }
  const { removeContainer } = await import('../container/service-container.ts');
  await removeContainer(runsIn.container);
}

/** Does the service still run? */
export async function isServiceRunning({ runsIn }: ServiceState): Promise<boolean> {
  if ('process' in runsIn) return isRunning(runsIn.process);
  const { isContainerRunning } = await import('../container/service-container.ts');
  return isContainerRunning(runsIn.container);
}

/** Everything the service has printed. */
export async function logsOf({ runsIn }: ServiceState): Promise<string> {
  if ('process' in runsIn) return readFile(runsIn.logFile, 'utf8');
  const { containerLogs } = await import('../container/service-container.ts');
  return containerLogs(runsIn.container);
}
