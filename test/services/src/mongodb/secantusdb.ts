import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, completeFolder } from '../cache-folder.ts';
import { withLock } from '../ports.ts';
import { run } from '../process/run.ts';

/**
 * The stand-in for mongod: an independent server that speaks MongoDB's protocol on top of WiredTiger. It is GPL, so it is started as a
 * process of its own and part of nothing that we publish.
 */
const PACKAGE = 'SecantusDB==0.7.0b3';
const INSTALL_MS = 600_000;

/** Why `startMongo` cannot help here, in one sentence for a person; null when it can. */
export async function whyNoMongo(): Promise<string | null> {
  if (externalUri() !== null) return null;
  const installed = await access(program(folder())).then(
    () => true,
    () => false,
  );
  if (installed || (await run('python3', ['-c', 'import ensurepip, venv'])).code === 0) return null;
  return 'MongoDB is needed: set MILLRACE_MONGODB_URI to a server for tests, or install python3 with venv, for which a stand-in is then fetched';
}

/** A server of the user's own, whose address is in `MILLRACE_MONGODB_URI`; null when there is none. */
export function externalUri(): string | null {
  const uri = process.env['MILLRACE_MONGODB_URI'];
  return uri === undefined || uri === '' ? null : uri;
}

/** The program of the stand-in, installed at the first call. @throws Error with what pip says when it cannot be installed */
export async function secantusProgram(): Promise<string> {
  const path = await withLock('download', () => completeFolder(folder(), install));
  return program(path);
}

function folder(): string {
  return join(cacheFolder(), PACKAGE.replace('==', '-'));
}

/** A module and not the script beside it, since scripts of a virtual environment know the folder that they were installed to. */
function program(path: string): string {
  return join(path, 'bin', 'python3');
}

async function install(path: string): Promise<void> {
  await demand('python3', ['-m', 'venv', path]);
  await demand(program(path), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PACKAGE]);
}

async function demand(command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await run(command, args, { timeoutMs: INSTALL_MS });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with code ${code}: ${output}`);
}
