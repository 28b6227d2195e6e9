import { describe, expect, it } from 'vitest';
import { ConnectException, type SourceTask } from '@millrace/api';
import { eventually } from './support/eventually.ts';
import { plugin, sourcePlugin } from './support/test-plugins.ts';
import { testWorker } from './support/test-worker.ts';

const idle = (): SourceTask => ({
  start: () => undefined,
  poll: (signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(null), { once: true });
    }),
  stop: () => undefined,
});

const config = { 'connector.class': 'test.Source', 'tasks.max': '2' };

describe('the REST API of a standalone worker', () => {
  it('tells the Connect level that it speaks and names Millrace in the commit', async () => {
    const worker = await testWorker([]);

    const { status, body } = await worker.request('GET', '/');

    expect(status).toBe(200);
    expect(body).toEqual({
      version: '4.3.1',
      commit: expect.stringMatching(/^millrace-\d+\.\d+\.\d+/) as string,
      kafka_cluster_id: expect.stringMatching(/.+/) as string,
    });
  });

  it('creates, shows, lists and deletes a connector', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', idle)]);

    const created = await worker.request('POST', '/connectors', { name: 's', config });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(`${worker.url}/connectors/s`);
    expect(created.body).toEqual({ name: 's', config: { ...config, name: 's' }, tasks: [], type: 'source' });

    await worker.taskIn('RUNNING', 's', 1);
    expect((await worker.request('GET', '/connectors')).body).toEqual(['s']);
    expect((await worker.request('GET', '/connectors/s')).body).toMatchObject({
      tasks: [
        { connector: 's', task: 0 },
        { connector: 's', task: 1 },
      ],
    });
    const workerId = worker.url.slice('http://'.length);
    expect((await worker.request('GET', '/connectors/s/status')).body).toEqual({
      name: 's',
      connector: { state: 'RUNNING', worker_id: workerId, version: '1.0.0' },
      tasks: [0, 1].map((id) => ({ id, state: 'RUNNING', worker_id: workerId, version: '1.0.0' })),
      type: 'source',
    });

    expect((await worker.request('DELETE', '/connectors/s')).status).toBe(204);
    expect((await worker.request('GET', '/connectors/s')).status).toBe(404);
    expect((await worker.request('GET', '/connectors')).body).toEqual([]);
  });

  it('refuses a second connector of one name with 409, also when both come at once', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', idle)]);

    const answers = await Promise.all([1, 2, 3].map(() => worker.request('POST', '/connectors', { name: 's', config })));

    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toEqual({ error_code: 409, message: 'Connector s already exists' });
  });

  it('replaces a configuration with PUT and restarts the tasks with it', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', idle)]);
    expect((await worker.request('PUT', '/connectors/s/config', config)).status).toBe(201);
    await worker.taskIn('RUNNING', 's', 1);

    const replaced = await worker.request('PUT', '/connectors/s/config', { ...config, 'tasks.max': '1' });

    expect(replaced.status).toBe(200);
    await eventually(async () => expect((await worker.request('GET', '/connectors/s/tasks')).body).toHaveLength(1));
    await worker.taskIn('RUNNING', 's', 0);
  });

  it('changes and removes single keys with PATCH', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', idle)]);
    await worker.create('s', { ...config, extra: 'x' });

    const { status, body } = await worker.request('PATCH', '/connectors/s/config', { 'tasks.max': '1', extra: null });

    expect(status).toBe(200);
    expect(body).toMatchObject({ config: { name: 's', 'connector.class': 'test.Source', 'tasks.max': '1' } });
    expect((body as { config: object }).config).not.toHaveProperty('extra');
  });

  it('pauses, resumes and stops', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', idle)]);
    await worker.create('s', config);

    expect((await worker.request('PUT', '/connectors/s/pause')).status).toBe(202);
    await worker.taskIn('PAUSED', 's', 1);
    expect((await worker.request('PUT', '/connectors/s/resume')).status).toBe(202);
    await worker.taskIn('RUNNING', 's', 1);
    expect((await worker.request('PUT', '/connectors/s/stop')).status).toBe(204);

    expect((await worker.request('GET', '/connectors/s/status')).body).toMatchObject({ connector: { state: 'STOPPED' }, tasks: [] });
    expect((await worker.request('GET', '/connectors/s/tasks')).body).toEqual([]);
  });

  it('starts a connector in the state that its creation asks for', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', idle)]);

    await worker.request('POST', '/connectors', { name: 'p', config, initial_state: 'paused' });

    await eventually(async () =>
      expect((await worker.request('GET', '/connectors/p/status')).body).toMatchObject({ connector: { state: 'PAUSED' }, tasks: [] }),
    );
    await worker.request('PUT', '/connectors/p/resume');
    await worker.taskIn('RUNNING', 'p', 1);
  });

  it('shows a connector that fails to start as FAILED with its trace, and the worker goes on', async () => {
    const broken = sourcePlugin('test.Broken', idle, {
      start: () => {
        throw new ConnectException('no route to host db');
      },
    });
    const worker = await testWorker([broken, sourcePlugin('test.Source', idle)]);

    await worker.request('POST', '/connectors', { name: 'b', config: { 'connector.class': 'test.Broken' } });

    await eventually(async () => {
      const { body } = await worker.request('GET', '/connectors/b/status');
      expect(body).toMatchObject({ connector: { state: 'FAILED', trace: expect.stringContaining('no route to host db') as string } });
    });
    await worker.create('s', config);
    await worker.taskIn('RUNNING', 's');
  });

  it('restarts failed tasks only when asked to', async () => {
    let starts = 0;
    const failing = (): SourceTask => ({
      ...idle(),
      start: () => {
        starts += 1;
        if (starts === 1) throw new ConnectException('first time unlucky');
      },
    });
    const worker = await testWorker([sourcePlugin('test.Source', failing)]);
    await worker.create('s', { ...config, 'tasks.max': '1' });
    await worker.taskIn('FAILED', 's');

    expect((await worker.request('POST', '/connectors/s/restart')).status).toBe(204);
    expect(starts).toBe(1);
    const { status, body } = await worker.request('POST', '/connectors/s/restart?includeTasks=true&onlyFailed=true');

    expect(status).toBe(202);
    expect(body).toMatchObject({ connector: { state: 'RUNNING' }, tasks: [{ id: 0, state: 'RESTARTING' }] });
    await worker.taskIn('RUNNING', 's');
  });

  it('restarts one task', async () => {
    let starts = 0;
    const counting = (): SourceTask => ({ ...idle(), start: () => void (starts += 1) });
    const worker = await testWorker([sourcePlugin('test.Source', counting)]);
    await worker.create('s', { ...config, 'tasks.max': '1' });
    await worker.taskIn('RUNNING', 's');

    expect((await worker.request('POST', '/connectors/s/tasks/0/restart')).status).toBe(204);
    expect((await worker.request('POST', '/connectors/s/tasks/9/restart')).status).toBe(404);

    await worker.taskIn('RUNNING', 's');
    expect(starts).toBe(2);
  });

  it('answers 400 with key and reason for an invalid configuration', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', idle)]);

    const { status, body } = await worker.request('POST', '/connectors', { name: 's', config: { ...config, 'tasks.max': '0' } });

    expect(status).toBe(400);
    expect((body as { message: string }).message).toContain('Invalid value 0 for configuration tasks.max: Value must be at least 1');
    expect((await worker.request('GET', '/connectors')).body).toEqual([]);
  });

  it('says what it found when a body is missing, is no object or is not JSON', async () => {
    const worker = await testWorker([]);
    const post = async (body: string): Promise<unknown> => {
      const response = await fetch(`${worker.url}/connectors`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      return [response.status, ((await response.json()) as { message: string }).message];
    };

    expect(await post('[]')).toEqual([400, expect.stringContaining('must be a JSON object with "name" and "config", found an array')]);
    expect(await post('null')).toEqual([400, expect.stringContaining('found nothing')]);
    expect(await post('{"name":')).toEqual([400, expect.stringMatching(/JSON/)]);
  });

  it('finds a connector whose name holds slashes and percent signs', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', idle)]);
    const name = 'a/b%c\\d é';

    expect((await worker.request('POST', '/connectors', { name, config })).status).toBe(201);

    expect((await worker.request('GET', `/connectors/${encodeURIComponent(name)}`)).body).toMatchObject({ name });
    expect((await worker.request('DELETE', `/connectors/${encodeURIComponent(name)}`)).status).toBe(204);
  });

  it('lists plug-ins without loading their code, and a broken one breaks only itself', async () => {
    const broken = {
      ...plugin(
        'source',
        'test.Unloadable',
        class {
          readonly nothing = null;
        },
      ),
      load: async () => {
        throw new ConnectException('Plug-in test.Unloadable of broken-package could not be loaded: Unexpected token');
      },
    };
    const worker = await testWorker([broken, sourcePlugin('test.Source', idle)]);

    expect((await worker.request('GET', '/connector-plugins')).body).toEqual([
      { class: 'test.Source', type: 'source', version: '1.0.0' },
      { class: 'test.Unloadable', type: 'source', version: '1.0.0' },
    ]);
    const { status, body } = await worker.request('POST', '/connectors', { name: 'x', config: { 'connector.class': 'test.Unloadable' } });
    expect(status).toBeGreaterThanOrEqual(400);
    expect((body as { message: string }).message).toContain('broken-package');
    await worker.create('s', config);
    await worker.taskIn('RUNNING', 's');
  });

  it('names an unknown class and lists what there is', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', idle)]);

    const { body } = await worker.request('POST', '/connectors', { name: 'x', config: { 'connector.class': 'com.example.Missing' } });

    const { message } = body as { message: string };
    expect(message).toContain('com.example.Missing');
    expect(message).toContain('test.Source');
  });
});
