import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { cacheFolder, completeFolder, isComplete } from '../src/cache-folder.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-services-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('a complete folder', () => {
  it('is filled once', async () => {
    const path = join(await temporaryFolder(), 'jars');
    const fill = vi.fn<(folder: string) => Promise<void>>((folder) => writeFile(join(folder, 'a.jar'), 'abc'));

    await completeFolder(path, fill);
    await completeFolder(path, fill);

    expect(fill).toHaveBeenCalledTimes(1);
    expect(await readFile(join(path, 'a.jar'), 'utf8')).toBe('abc');
  });

  it('is not there when filling it was interrupted, and is filled afresh', async () => {
    const path = join(await temporaryFolder(), 'jars');
    const interrupted = completeFolder(path, async (folder) => {
      await writeFile(join(folder, 'half.jar'), 'ab');
      throw new Error('the network is gone');
    });
    await expect(interrupted).rejects.toThrow('the network is gone');
    expect(await isComplete(path)).toBe(false);

    await completeFolder(path, (folder) => writeFile(join(folder, 'a.jar'), 'abc'));

    expect(await isComplete(path)).toBe(true);
    expect(await readdir(dirname(path))).toEqual(['jars']);
    expect((await readdir(path)).sort()).toEqual(['a.jar', 'complete.json']);
  });

  it.each([
    ['is gone', (file: string) => rm(file)],
    ['was cut short', (file: string) => writeFile(file, 'ab')],
  ])('is filled again when a file %s', async (_, damage) => {
    const path = join(await temporaryFolder(), 'jars');
    const fill = (folder: string) => writeFile(join(folder, 'a.jar'), 'abc');
    await completeFolder(path, fill);
    await damage(join(path, 'a.jar'));
    expect(await isComplete(path)).toBe(false);

    await completeFolder(path, fill);

    expect(await readFile(join(path, 'a.jar'), 'utf8')).toBe('abc');
  });
});

describe('the cache folder', () => {
  it('is where the environment says', () => {
    vi.stubEnv('XDG_CACHE_HOME', '/var/shared');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(cacheFolder()).toBe('/var/shared/millrace');

    vi.stubEnv('MILLRACE_TEST_CACHE', '/var/own');

    expect(cacheFolder()).toBe('/var/own');
  });
});
