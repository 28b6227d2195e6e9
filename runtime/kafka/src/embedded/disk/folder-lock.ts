import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConnectException } from '@millrace/api';
import { isProcessAlive, processStart } from './process-identity.ts';

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** See {@link processStart}. */
  readonly start: string | null;
}

/**
 * Keeps a second process out of a folder, by a file that names the first one. The file of a process that is dead does not count, so nothing has
 * to be cleaned up after a crash.
 */
export class FolderLock {
  readonly #path: string;
  #isHeld = true;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws ConnectException naming the process that has the folder */
  static take(folder: string): FolderLock {
    const path = join(folder, 'lock');
    const text = JSON.stringify({ pid: process.pid, host: hostname(), start: processStart(process.pid) } satisfies Owner);
    // Twice, since the owner that was there may have gone in between.
    if (tryCreate(path, text) || (removeStale(folder, path) && tryCreate(path, text))) return new FolderLock(path);
    throw inUse(folder, path, readOwner(path));
  }

  /** Idempotent. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    rmSync(this.#path, { force: true });
  }
}

function tryCreate(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    // Gone, or cut off by a crash: no owner is known.
    return null;
  }
}

/** @returns false if the owner is alive, or on another machine, where nobody can tell */
function removeStale(folder: string, path: string): boolean {
  const owner = readOwner(path);
  if (owner !== null && isAlive(owner)) return false;
  const aside = join(folder, `lock.stale-${process.pid}`);
  try {
    // Of several that take over only one can rename the file.
    renameSync(path, aside);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
  const moved = readOwner(aside);
  if (moved?.pid !== owner?.pid || moved?.start !== owner?.start) {
    // Somebody was quicker, and this is their new lock.
    renameSync(aside, path);
    return false;
  }
  rmSync(aside, { force: true });
  return true;
}

function isAlive({ pid, host, start }: Owner): boolean {
  if (host !== hostname()) return true;
  if (!isProcessAlive(pid)) return false;
  const currentStart = processStart(pid);
  return start === null || currentStart === null || start === currentStart;
}

function inUse(folder: string, path: string, owner: Owner | null): ConnectException {
  if (owner !== null && owner.host !== hostname()) {
    return new ConnectException(`The folder ${folder} is in use by process ${owner.pid} on ${owner.host}`, {
      suggestion: `If that process is no longer there, remove ${path}`,
    });
  }
  return new ConnectException(`The folder ${folder} is in use by process ${owner?.pid ?? 'unknown'}: one process at a time can open it`, {
    suggestion: 'Stop that process, or name another folder',
  });
}
