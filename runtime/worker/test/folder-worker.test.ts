import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceTask } from '@millrace/api';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from './support/eventually.ts';
import { sourcePlugin } from './support/test-plugins.ts';
import { testWorker, type TestWorker } from './support/test-worker.ts';

const idle = (): SourceTask => ({
  start: () => undefined,
  poll: (signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(null), { once: true });
    }),
  stop: () => undefined,
});

const config = { 'connector.class': 'test.Source', 'tasks.max': '1' };

async function logFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-folder-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** One life of a worker whose log is in the folder. */
async function folderWorker(folder: string, options: Parameters<typeof testWorker>[2] = {}): Promise<TestWorker> {
  const plugins = options.plugins ?? [sourcePlugin('test.Source', idle)];
  return testWorker(plugins, { 'bootstrap.servers': `embedded:${folder}` }, { offsetsInMemory: false, ...options });
}

async function stateOf(worker: TestWorker, name: string): Promise<unknown> {
  const { connector } = await worker.herder.connectorStatus(name);
  return [connector.state, connector.worker_id === worker.url.slice('http://'.length)];
}

describe('a standalone worker whose log is in a folder', () => {
  it('has its connectors again after a restart, with their configurations and target states', async () => {
    const folder = await logFolder();
    const first = await folderWorker(folder);
    for (const name of ['running', 'paused', 'stopped', 'deleted', 'changed']) await first.create(name, config);
    await first.request('PUT', '/connectors/paused/pause');
    await first.request('PUT', '/connectors/stopped/stop');
    await first.request('DELETE', '/connectors/deleted');
    await first.request('PUT', '/connectors/changed/config', { ...config, extra: 'x' });
    await first.request('POST', '/connectors', { name: 'created-stopped', config, initial_state: 'STOPPED' });
    const before = await Promise.all(['running', 'changed'].map((name) => first.herder.connectorConfig(name)));
    await first.stop();

    const second = await folderWorker(folder);

    expect(await second.herder.connectors()).toEqual(['running', 'paused', 'stopped', 'changed', 'created-stopped']);
    expect(await Promise.all(['running', 'changed'].map((name) => second.herder.connectorConfig(name)))).toEqual(before);
    await second.taskIn('RUNNING', 'running');
    await second.taskIn('RUNNING', 'changed');
    expect(await stateOf(second, 'running')).toEqual(['RUNNING', true]);
    await eventually(async () => expect(await stateOf(second, 'paused')).toEqual(['PAUSED', true]));
    await eventually(async () => expect(await stateOf(second, 'stopped')).toEqual(['STOPPED', true]));
    await eventually(async () => expect(await stateOf(second, 'created-stopped')).toEqual(['STOPPED', true]));

    await second.request('PUT', '/connectors/paused/resume');
    await second.taskIn('RUNNING', 'paused');
  });

  it('keeps offsets in the folder unless the properties name a file', async () => {
    const folder = await logFolder();
    const worker = await folderWorker(folder);
    await worker.request('POST', '/connectors', { name: 's', config, initial_state: 'STOPPED' });
    const offsets = [{ partition: { file: 'f' }, offset: { position: 7 } }];
    await eventually(async () => expect((await worker.request('PATCH', '/connectors/s/offsets', { offsets })).status).toBe(200));
    expect(await readFile(join(folder, 'connect', 'offsets'), 'utf8')).toContain('"position":7');
    await worker.stop();

    const second = await folderWorker(folder);

    expect((await second.request('GET', '/connectors/s/offsets')).body).toEqual({ offsets });
  });

  it('lets connectors that come with the command win over stored ones', async () => {
    const folder = await logFolder();
    const first = await folderWorker(folder);
    await first.create('given', config);
    await first.request('PUT', '/connectors/given/stop');
    await first.create('stored', config);
    await first.stop();

    const second = await folderWorker(folder, { replacedConnectors: ['given'] });
    expect(await second.herder.connectors()).toEqual(['stored']);
    await second.herder.putConnectorConfig('given', { ...config, name: 'given', extra: 'x' }, { allowReplace: false });
    await second.taskIn('RUNNING', 'given');
    await second.stop();

    const third = await folderWorker(folder);
    await third.taskIn('RUNNING', 'given');
    expect(await third.herder.connectorConfig('given')).toEqual({ ...config, name: 'given', extra: 'x' });
  });

  it('shows a connector whose package is gone as failed, and has it again when the package is back', async () => {
    const folder = await logFolder();
    const first = await folderWorker(folder);
    await first.create('s', config);
    await first.stop();

    const without = await folderWorker(folder, { plugins: [] });
    const trace = await eventually(async () => {
      const { connector } = await without.herder.connectorStatus('s');
      expect(connector.state).toBe('FAILED');
      return connector.trace;
    });
    expect(trace).toContain('Failed to find any class that implements a connector and which name matches test.Source');
    expect((await without.request('GET', '/connectors/s')).status).toBe(200);
    expect((await without.request('GET', '/connectors/s/offsets')).body).toMatchObject({
      message: expect.stringContaining('The class of connector s is not installed: test.Source') as string,
    });
    await without.stop();

    const second = await folderWorker(folder);
    await second.taskIn('RUNNING', 's');
  });

  it('does not start on a damaged file of connectors, and lets go of the folder', async () => {
    const folder = await logFolder();
    const first = await folderWorker(folder);
    await first.create('s', config);
    await first.stop();
    const path = join(folder, 'connect', 'connectors');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('test.Source', 'test.Sourcf'));
    await expect(folderWorker(folder)).rejects.toThrow(`${path} is damaged or not a file of connectors`);

    await writeFile(path, text);
    const second = await folderWorker(folder);
    await second.taskIn('RUNNING', 's');
  });

  it('refuses a folder that another worker has, and names its process', async () => {
    const folder = await logFolder();
    await folderWorker(folder);
    await expect(folderWorker(folder)).rejects.toThrow(`The folder ${folder} is in use by process ${process.pid}`);
  });
});
