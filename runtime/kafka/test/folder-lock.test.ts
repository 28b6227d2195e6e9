import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConnectException } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { FolderLock } from '../src/embedded/disk/folder-lock.ts';
import { temporaryFolder } from './log-folder.ts';

/** Number of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = promisify(execFile)(process.execPath, ['-e', '']);
  await child;
  return child.child.pid as number;
}

async function folderLockedBy(owner: unknown): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'lock'), typeof owner === 'string' ? owner : JSON.stringify(owner));
  return folder;
}

describe('the lock of a folder', () => {
  it('keeps a second owner out, names the first, and lets go when asked', async () => {
    const folder = await temporaryFolder();
    const lock = FolderLock.take(folder);

    expect(() => FolderLock.take(folder)).toThrow(ConnectException);
    expect(() => FolderLock.take(folder)).toThrow(`The folder ${folder} is in use by process ${process.pid}`);
    lock.release();
    lock.release();
    FolderLock.take(folder).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes over from a process that is dead', async () => {
    const folder = await folderLockedBy({ pid: await deadPid(), host: hostname(), start: '1' });

    const lock = FolderLock.take(folder);

    expect(JSON.parse(await readFile(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() });
    expect(await readdir(folder)).toEqual(['lock']);
    lock.release();
  });

  it.runIf(process.platform === 'linux')('takes over from a dead process whose number another one has by now', async () => {
    const folder = await folderLockedBy({ pid: process.pid, host: hostname(), start: '1' });
    FolderLock.take(folder).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes over a lock that a crash cut off', async () => {
    FolderLock.take(await folderLockedBy('{"pid":')).release();
  });

  it('leaves alone a process of another machine, and says which file to remove', async () => {
    const folder = await folderLockedBy({ pid: 1, host: 'elsewhere', start: null });

    let thrown: unknown = null;
    try {
      FolderLock.take(folder);
    } catch (error) {
      thrown = error;
    }

    expect((thrown as ConnectException).message).toContain('is in use by process 1 on elsewhere');
    expect((thrown as ConnectException).suggestion).toContain(join(folder, 'lock'));
  });
});
