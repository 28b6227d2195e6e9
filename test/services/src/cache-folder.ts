import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/**
 * The folder for what test services download, make once, and write while they run: `MILLRACE_TEST_CACHE`, else `millrace` in
 * `XDG_CACHE_HOME`, else `~/.cache/millrace`.
 */
export function cacheFolder(): string {
  const { MILLRACE_TEST_CACHE: own, XDG_CACHE_HOME: shared } = process.env;
  if (own !== undefined && own !== '') return own;
  return join(shared !== undefined && shared !== '' ? shared : join(homedir(), '.cache'), 'millrace');
}

const MARKER = 'complete.json';

/**
 * A folder that is there in full or not at all. It is filled under another name and then renamed; its marker lists every file with its
 * size, so that a folder from which something was deleted is made again.
 *
 * Call it under a lock: two fillers at a time would undo each other's work.
 */
export async function completeFolder(path: string, fill: (folder: string) => Promise<void>): Promise<string> {
  if (await isComplete(path)) return path;
  await removePartials(path);
  // Of our own: a program that a killed filler had started may still be writing to the other's.
  const partial = `${path}.partial-${process.pid}`;
  await mkdir(partial, { recursive: true });
  await fill(partial);
  await writeFile(join(partial, MARKER), JSON.stringify(await sizes(partial)));
  await rm(path, { recursive: true, force: true });
  await rename(partial, path);
  return path;
}

/** Removes what interrupted fillers left. */
async function removePartials(path: string): Promise<void> {
  const siblings = await readdir(dirname(path)).catch(() => []);
  const partials = siblings.filter((name) => name.startsWith(`${basename(path)}.partial-`));
  await Promise.all(partials.map((name) => rm(join(dirname(path), name), { recursive: true, force: true })));
}

/** Is the folder there with everything that its marker lists? */
export async function isComplete(path: string): Promise<boolean> {
  const marker = await readFile(join(path, MARKER), 'utf8').catch(() => null);
  if (marker === null) return false;
  const expected = JSON.parse(marker) as Record<string, number>;
  const found = await Promise.all(Object.keys(expected).map((file) => sizeOf(join(path, file))));
  return Object.values(expected).every((size, index) => size === found[index]);
}

async function sizes(folder: string): Promise<Record<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await sizeOf(join(folder, file))] as const)));
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => -1,
  );
}
