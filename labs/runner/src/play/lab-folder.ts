import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LabServices } from '../services/lab-services.ts';

/** The folder in which a lab is played, and what commands find there. */
export interface LabFolder {
  /** Where commands run. It looks as if the connectors had been installed with the package manager. */
  readonly work: string;
  /** Script that gives another terminal the same variables. */
  readonly environmentFile: string;
  readonly outputFile: string;
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** What a folder is made of. */
export interface LabFolderOptions {
  /** The repository. */
  readonly root: string;
  /** Folder of the lab's README, whose other files are copied. */
  readonly source: string;
  readonly name: string;
  readonly connectors: readonly string[];
  readonly services: LabServices;
}

/** Makes a folder of the lab's own, away from the repository. @throws Error when a connector of the lab is not in the repository. */
export async function makeLabFolder(options: LabFolderOptions): Promise<LabFolder> {
  const surroundings = await mkdtemp(join(tmpdir(), 'millrace-lab-'));
  const remove = (): Promise<void> => rm(surroundings, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  try {
    const work = join(surroundings, options.name);
    await mkdir(work);
    for (const entry of await readdir(options.source)) {
      if (entry !== 'README.md') await cp(join(options.source, entry), join(work, entry), { recursive: true });
    }
    await install(options, work);
    const bin = join(surroundings, 'bin');
    await writeTools(bin, options);
    const environment = {
      ...options.services.variables,
      MILLRACE_URL: `http://127.0.0.1:${await freePort()}`,
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      NO_COLOR: '1',
    };
    const environmentFile = join(surroundings, 'env.sh');
    const shown = { ...environment, PATH: `${bin}:$PATH` };
    const lines = Object.entries(shown).map(([name, value]) => `export ${name}="${value}"\n`);
    await writeFile(environmentFile, `${lines.join('')}cd "${work}"\n`);
    return { work, environmentFile, outputFile: join(surroundings, 'output.txt'), environment, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function install({ root, connectors }: LabFolderOptions, work: string): Promise<void> {
  const packages = packagesIn(join(root, 'connectors'));
  for (const name of connectors) {
    const folder = packages.get(name);
    if (folder === undefined) throw new Error(`there is no connector ${name} in connectors/`);
    const link = join(work, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(folder, link);
  }
  const dependencies = Object.fromEntries(connectors.map((name) => [name, '*']));
  await writeFile(join(work, 'package.json'), `${JSON.stringify({ private: true, dependencies }, null, 2)}\n`);
}

function packagesIn(parent: string): ReadonlyMap<string, string> {
  const folders = readdirSync(parent).map((entry) => join(parent, entry));
  const named = folders.filter((folder) => existsSync(join(folder, 'package.json')));
  return new Map(named.map((folder) => [packageName(folder), folder]));
}

function packageName(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly name: string }).name;
}

async function writeTools(bin: string, { root, services }: LabFolderOptions): Promise<void> {
  const millrace = `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'runtime/cli/bundle/main.js')}' "$@"\n`;
  await mkdir(bin);
  for (const [name, script] of Object.entries({ ...services.tools, millrace })) {
    await writeFile(join(bin, name), script);
    await chmod(join(bin, name), 0o755);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('this machine gives no port');
  return address.port;
}
