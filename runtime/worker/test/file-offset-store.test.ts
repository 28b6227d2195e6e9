import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileOffsetStore } from '../src/storage/file-offset-store.ts';

async function offsetsFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-offsets-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'sub/connect.offsets');
}

async function opened(path: string): Promise<FileOffsetStore> {
  const store = new FileOffsetStore(path);
  await store.start();
  return store;
}

describe('FileOffsetStore', () => {
  it('gives back after a restart what it took, whatever the order of a partition’s keys', async () => {
    const path = await offsetsFile();
    const store = await opened(path);
    await store.write('c', [[{ db: 'x', table: 't' }, { id: 12345678901234 }]]);
    await store.write('d', [[{ db: 'x', table: 't' }, { id: 2 }]]);
    await store.stop();

    const again = await opened(path);

    expect(await again.read('c', [{ table: 't', db: 'x' }, { table: 'other' }])).toEqual([{ id: 12345678901234 }, null]);
    expect(await again.readAll('d')).toEqual([[{ db: 'x', table: 't' }, { id: 2 }]]);
  });

  it('removes the partition of a null offset', async () => {
    const path = await offsetsFile();
    const store = await opened(path);
    await store.write('c', [[{ f: 1 }, { p: 1 }]]);
    await store.write('c', [[{ f: 1 }, null]]);

    expect(await (await opened(path)).readAll('c')).toEqual([]);
  });

  it('is complete on disk when a write resolves, also when many come at once', async () => {
    const path = await offsetsFile();
    const store = await opened(path);

    await Promise.all(Array.from({ length: 50 }, (_, n) => store.write('c', [[{ n }, { done: n }]])));

    const stored = await (await opened(path)).readAll('c');
    expect(stored).toHaveLength(50);
  });

  it('ignores a half-written new file that a crash left beside it', async () => {
    const path = await offsetsFile();
    const store = await opened(path);
    await store.write('c', [[{ f: 1 }, { p: 1 }]]);
    await writeFile(`${path}.new`, 'millrace-offsets 1 half');

    expect(await (await opened(path)).read('c', [{ f: 1 }])).toEqual([{ p: 1 }]);
  });

  it('refuses a damaged file and the file of a JVM worker, and says what to do', async () => {
    const path = await offsetsFile();
    const store = await opened(path);
    await store.write('c', [[{ f: 1 }, { p: 1 }]]);
    await writeFile(path, (await readFile(path, 'utf8')).replace('"p":1', '"p":2'));
    await expect(opened(path)).rejects.toThrow('is damaged or not a file of offsets');

    await writeFile(path, Buffer.from('aced0005', 'hex'));
    await expect(opened(path)).rejects.toThrow('was written by the JVM worker');

    await writeFile(path, '');
    await expect(opened(path)).rejects.toThrow(/is damaged or not a file of offsets: is empty/);
  });

  it('writes no offset whose record may be less safe than itself', async () => {
    const path = await offsetsFile();
    const written: string[] = [];
    const store: FileOffsetStore = new FileOffsetStore(path, {
      beforeWrite: async () => {
        written.push('records');
        // Comes too late for the records that are just being made safe.
        if (written.length === 1) void store.write('late', [[{ f: 1 }, { p: 1 }]]);
      },
    });
    await store.start();
    await store.write('c', [[{ f: 1 }, { p: 1 }]]);
    const [, ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\n');
    await store.stop();

    expect(lines).toEqual(['["c",{"f":1},{"p":1}]']);
    expect(written).toEqual(['records', 'records']);
    expect(await (await opened(path)).read('late', [{ f: 1 }])).toEqual([{ p: 1 }]);
  });

  it('leaves offsets as they are in the file when the records cannot be made safe', async () => {
    const path = await offsetsFile();
    let failure: Error | null = null;
    const store = new FileOffsetStore(path, {
      beforeWrite: async () => {
        if (failure !== null) throw failure;
      },
    });
    await store.start();
    await store.write('c', [[{ f: 1 }, { p: 1 }]]);
    failure = new Error('disk full');
    await expect(store.write('c', [[{ f: 1 }, { p: 2 }]])).rejects.toThrow('disk full');
    expect(await (await opened(path)).read('c', [{ f: 1 }])).toEqual([{ p: 1 }]);

    failure = null;
    await store.write('c', []);
    expect(await (await opened(path)).read('c', [{ f: 1 }])).toEqual([{ p: 2 }]);
  });
});
