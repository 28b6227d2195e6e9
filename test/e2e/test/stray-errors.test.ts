import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { faulty, faultyPlugins } from './support/faulty-plugins.ts';
import { eventually, freePort, MillraceProcess, temporaryFolder } from './support/millrace-process.ts';

it('an error that strays from a plug-in on the embedded log fails its task and nothing else', async () => {
  const folder = await temporaryFolder();
  const url = `http://127.0.0.1:${await freePort()}`;
  const string = 'org.apache.kafka.connect.storage.StringConverter';
  const properties = {
    'bootstrap.servers': 'embedded:',
    listeners: url,
    'key.converter': string,
    'value.converter': string,
    'offset.storage.file.filename': join(folder, 'offsets'),
    'plugin.path': faultyPlugins,
  };
  const file = join(folder, 'worker.properties');
  await writeFile(
    file,
    Object.entries(properties)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  const connectors = {
    healthy: { 'connector.class': 'test.FaultySource', topic: 'healthy' },
    thrown: (await faulty('source', 'poll', 'throw')).config,
    rejected: (await faulty('source', 'poll', 'reject')).config,
    sink: (await faulty('sink', 'put', 'reject')).config,
    connector: (await faulty('source', 'connector.start', 'throw')).config,
  };
  const files = await Promise.all(
    Object.entries(connectors).map(async ([name, config]) => {
      const connectorFile = join(folder, `${name}.json`);
      await writeFile(connectorFile, JSON.stringify({ name, config }));
      return connectorFile;
    }),
  );
  const worker = new MillraceProcess(['standalone', file, ...files]);
  const status = async (name: string) =>
    (await (await fetch(`${url}/connectors/${name}/status`)).json()) as {
      connector: { state: string; trace?: string };
      tasks: { state: string; trace?: string }[];
    };

  await eventually(async () => {
    expect((await status('thrown')).tasks).toMatchObject([
      { state: 'FAILED', trace: expect.stringContaining('thrown in a timer') as unknown },
    ]);
    expect((await status('rejected')).tasks).toMatchObject([
      { state: 'FAILED', trace: expect.stringContaining('rejected and not awaited') as unknown },
    ]);
    expect((await status('sink')).tasks).toMatchObject([
      { state: 'FAILED', trace: expect.stringContaining('rejected and not awaited') as unknown },
    ]);
    expect((await status('connector')).connector).toMatchObject({
      state: 'FAILED',
      trace: expect.stringContaining('thrown in a timer') as unknown,
    });
  });
  expect((await status('healthy')).tasks).toMatchObject([{ state: 'RUNNING' }]);
  expect((await worker.stop()).code).toBe(0);
});
