import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../process/run.ts';

/** Where Debian's packages put the programs of one major version each. */
const DEBIAN_ROOT = '/usr/lib/postgresql';
/** Users under whom a server may run when this process is root, which PostgreSQL refuses. */
const USERS = ['postgres', 'nobody'];

/** How to run the programs of PostgreSQL here. */
export interface PostgresPrograms {
  /** Folder of `initdb` and `postgres`. */
  readonly folder: string;
  /** User to run them as; null when it is ours. */
  readonly user: string | null;
}

/** The programs: those in a folder, by default `MILLRACE_POSTGRES_BIN`, else the newest of Debian's packages, else none. */
export async function postgresPrograms(own = process.env['MILLRACE_POSTGRES_BIN']): Promise<PostgresPrograms | null> {
  const folders = own === undefined || own === '' ? await debianFolders() : [own];
  for (const folder of folders) {
    const { code } = await run(join(folder, 'postgres'), ['--version']);
    if (code === 0) return { folder, user: await serverUser() };
  }
  return null;
}

/** Why PostgreSQL cannot run here as processes, in one sentence for a person; null when it can. */
export async function whyNoPostgresPrograms(): Promise<string | null> {
  if ((await postgresPrograms()) !== null) return null;
  return "PostgreSQL is needed as a local program: install Debian's postgresql, or set MILLRACE_POSTGRES_BIN to the folder of initdb and postgres";
}

/** `psql` or `pg_isready`: beside the server, or that of the machine for packages of a server alone. */
export async function clientProgram({ folder }: PostgresPrograms, name: 'psql' | 'pg_isready'): Promise<string> {
  const own = join(folder, name);
  return (await run(own, ['--version'])).code === 0 ? own : name;
}

/** The command that runs a program as the server's user. */
export function asServerUser({ folder, user }: PostgresPrograms, program: string, args: readonly string[]): [string, string[]] {
  const path = join(folder, program);
  // Executes in place, so that signals reach the program itself.
  return user === null ? [path, [...args]] : ['setpriv', [`--reuid=${user}`, '--clear-groups', path, ...args]];
}

async function debianFolders(): Promise<string[]> {
  const versions = await readdir(DEBIAN_ROOT).catch(() => []);
  return versions.sort((left, right) => Number(right) - Number(left)).map((version) => join(DEBIAN_ROOT, version, 'bin'));
}

async function serverUser(): Promise<string | null> {
  if (process.getuid?.() !== 0) return null;
  for (const user of USERS) {
    const { code } = await run('id', ['-u', user]);
    if (code === 0) return user;
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody');
}
