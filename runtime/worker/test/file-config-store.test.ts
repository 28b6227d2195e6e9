import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectException } from '@millrace/api';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StoredConnector } from '../src/storage/config-store.ts';
import { FileConfigStore } from '../src/storage/file-config-store.ts';

async function connectorsFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-connectors-'));
  onTestFinished(async () => {
    await chmod(folder, 0o700);
    await rm(folder, { recursive: true, force: true });
  });
  return join(folder, 'connectors');
}

async function stored(path: string): Promise<readonly StoredConnector[]> {
  return new FileConfigStore(path).start();
}

const config = { config: { 'connector.class': 'C', password: '${file:x:y}' }, passwordKeys: ['password'] };

describe('FileConfigStore', () => {
  it('has no connectors before there are any', async () => {
    expect(await stored(await connectorsFile())).toEqual([]);
  });

  it('gives back configurations and target states, of which a new configuration changes none', async () => {
    const path = await connectorsFile();
    const store = new FileConfigStore(path);
    await store.start();
    await store.putConnector('a', config, 'STOPPED');
    await store.putConnector('b', config, null);
    await store.putConnector('c', config, 'STARTED');
    await store.putTargetState('b', 'PAUSED');
    await store.putConnector('b', { config: { 'connector.class': 'D' }, passwordKeys: [] }, null);
    await store.putTargetState('unknown', 'PAUSED');
    await store.deleteConnector('c');
    await store.deleteConnector('unknown');
    await store.stop();

    expect(await stored(path)).toEqual([
      { name: 'a', ...config, targetState: 'STOPPED' },
      { name: 'b', config: { 'connector.class': 'D' }, passwordKeys: [], targetState: 'PAUSED' },
    ]);
  });

  it('keeps passwords from other users of the machine', async () => {
    const path = await connectorsFile();
    await new FileConfigStore(path).putConnector('a', config, null);
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it('refuses a damaged file, and says what to do', async () => {
    const path = await connectorsFile();
    await writeFile(path, 'millrace-connectors 1 0\n[]\n');
    const thrown: unknown = await stored(path).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ConnectException);
    expect((thrown as ConnectException).message).toContain(`${path} is damaged or not a file of connectors`);
    expect((thrown as ConnectException).suggestion).toBe('Restore it from a copy, or move it away to start without connectors');
  });

  it('says of a change that it could not write that a restart would lose it', async () => {
    const path = await connectorsFile();
    const store = new FileConfigStore(join(path, 'connectors'));
    await writeFile(path, 'a file where a folder should be');
    await expect(store.putConnector('a', config, null)).rejects.toThrow('a restart would lose it');
  });
});
