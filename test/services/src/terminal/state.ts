import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../cache-folder.ts';
import { isRunning, type ProcessIdentity } from '../process/process-identity.ts';

/** One process of `pnpm services up`. */
export interface ServiceState {
  readonly name: string;
  /** The leader of the process group. */
  readonly process: ProcessIdentity;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly logFile: string;
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
  for (const { process: identity } of state.services) {
    if (await isRunning(identity)) process.kill(-identity.pid, 'SIGKILL');
  }
  await removeState();
  return null;
}
