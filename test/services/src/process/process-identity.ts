import { readFile } from 'node:fs/promises';
import { run } from './run.ts';

/** A process for longer than it lives: numbers are given out again, a number with its start time is not. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

/** Who has that number now; null when nobody has. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  const startedAt = process.platform === 'linux' ? await ticksOfStart(pid) : await dateOfStart(pid);
  return startedAt === null ? null : { pid, startedAt };
}

/** Does exactly this process still run? */
export async function isRunning({ pid, startedAt }: ProcessIdentity): Promise<boolean> {
  return (await identify(pid))?.startedAt === startedAt;
}

/** The state and, twenty fields later, the start in clock ticks since boot. */
const STATE = 0;
const START = 19;

async function ticksOfStart(pid: number): Promise<string | null> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The second field is a name in parentheses and may hold anything.
  const fields = line?.slice(line.lastIndexOf(')') + 2).split(' ') ?? [];
  return fields[STATE] === 'Z' ? null : (fields[START] ?? null);
}

async function dateOfStart(pid: number): Promise<string | null> {
  const { code, stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
  return code === 0 ? stdout.trim() : null;
}
