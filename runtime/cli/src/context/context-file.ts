import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ClientExit, CommandError } from '../exit-codes.ts';

/** A worker with the way to reach it. Holds no secret, only where the password is. */
export interface Context {
  readonly url: string;
  readonly user?: string;
  /** `env:NAME` or `file:PATH`. */
  readonly passwordFrom?: string;
  /** File of certificates, PEM. */
  readonly cacert?: string;
}

export interface Contexts {
  readonly current: string | null;
  readonly contexts: Readonly<Record<string, Context>>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** `millrace/contexts.json` in the folder for configuration (`XDG_CONFIG_HOME`, else `~/.config`). */
function contextsPath(env: Env): string {
  return join(env['XDG_CONFIG_HOME'] || join(env['HOME'] ?? homedir(), '.config'), 'millrace', 'contexts.json');
}

/** The contexts; none if the file does not exist. @throws CommandError VALIDATION if it is damaged. */
export async function readContexts(env: Env): Promise<Contexts> {
  const path = contextsPath(env);
  try {
    const { current, contexts } = JSON.parse(await readFile(path, 'utf8')) as Partial<Contexts>;
    return { current: current ?? null, contexts: contexts ?? {} };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { current: null, contexts: {} };
    const suggestion = 'Mend or remove the file';
    throw new CommandError(ClientExit.VALIDATION, `The contexts in ${path} cannot be read: ${(error as Error).message}`, {
      suggestion,
      cause: error,
    });
  }
}

/** Replaces the file at once, readable by its owner only. */
export async function writeContexts(env: Env, contexts: Contexts): Promise<void> {
  const path = contextsPath(env);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const next = `${path}.${process.pid}`;
  await writeFile(next, `${JSON.stringify(contexts, null, 2)}\n`, { mode: 0o600 });
  await rename(next, path);
}
