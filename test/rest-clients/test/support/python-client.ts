import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a client's program did. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

const clients = new URL('../../../../.tools/rest-clients/', import.meta.url);

/**
 * Runs Python with one of the clients on its path.
 * @throws Error if the client is not installed
 */
export function python(client: string, args: readonly string[]): Promise<Run> {
  const folder = fileURLToPath(new URL(client, clients));
  if (!existsSync(folder)) throw new Error(`${client} is not installed; run: node scripts/rest-clients.mjs`);
  const env = {
    ...process.env,
    PYTHONPATH: [folder, process.env['PYTHONPATH'] ?? ''].filter(Boolean).join(delimiter),
    NO_PROXY: '127.0.0.1',
  };
  return new Promise((resolve) => {
    execFile('python3', args, { env, timeout: 30_000 }, (error, out, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, out, error: stderr });
    });
  });
}

/** The path of a program in `drivers/`. */
export function driver(name: string): string {
  return fileURLToPath(new URL(`../../drivers/${name}`, import.meta.url));
}
