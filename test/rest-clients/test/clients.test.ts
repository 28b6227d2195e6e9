import { describe, expect, it } from 'vitest';
import { fileWorker } from './support/file-worker.ts';
import { driver, python } from './support/python-client.ts';

const plugin = 'org.apache.kafka.connect.file.FileStreamSourceConnector';
const credentials = { user: 'alice', password: 'wonder land' };

describe('kafka-connect-api', () => {
  const call = async (url: string, verb: string, ...args: string[]): Promise<unknown> => {
    const { code, out, error } = await python('kafka-connect-api', [
      driver('kafka_connect_api_driver.py'),
      url,
      credentials.user,
      credentials.password,
      verb,
      ...args,
    ]);
    if (code !== 0) throw new Error(error);
    return out === '' ? null : (JSON.parse(out) as unknown);
  };

  it('manages a connector on a worker that asks for a password', async () => {
    const worker = await fileWorker(credentials);
    const { url, config } = worker;

    expect(await call(url, 'version')).toBe('4.3.1');
    expect(await call(url, 'kafka-cluster')).toMatch(/.+/);
    expect(await call(url, 'validate', plugin, JSON.stringify({ name: 'a', ...config }))).toMatchObject({ error_count: 0 });
    expect(await call(url, 'create', JSON.stringify({ name: 'a', config }))).toMatchObject({ name: 'a', type: 'source' });
    await worker.awaitState('a', 'RUNNING');
    expect(await call(url, 'list')).toEqual(['a']);
    expect(await call(url, 'exists', 'a')).toBe(true);
    expect(await call(url, 'state', 'a')).toBe('RUNNING');
    expect(await call(url, 'tasks', 'a')).toEqual([{ id: 0, state: 'RUNNING' }]);
    await call(url, 'pause', 'a');
    await worker.awaitState('a', 'PAUSED');
    await call(url, 'resume', 'a');
    await worker.awaitState('a', 'RUNNING');
    await call(url, 'restart', 'a');
    await call(url, 'restart-tasks', 'a');
    await worker.awaitState('a', 'RUNNING');
    await call(url, 'update', 'a', JSON.stringify({ ...config, topic: 'other' }));
    expect(await call(url, 'config', 'a')).toEqual({ name: 'a', ...config, topic: 'other' });
    expect(await worker.get('/connectors/a/config')).toEqual({ name: 'a', ...config, topic: 'other' });
    expect(await call(url, 'set-logger', 'org.apache.kafka.connect', 'DEBUG')).toContain('org.apache.kafka.connect');
    expect(await worker.get('/admin/loggers/org.apache.kafka.connect')).toMatchObject({ level: 'DEBUG' });
    await call(url, 'delete', 'a');
    expect(await worker.get('/connectors/a')).toBeNull();
  });

  it('understands the errors of the worker', async () => {
    const { url } = await fileWorker(credentials);
    const wrong = [driver('kafka_connect_api_driver.py'), url, 'alice', 'wrong', 'version'];

    await expect(call(url, 'create', JSON.stringify({ name: 'a', config: {} }))).rejects.toThrow('contains no connector type');
    expect((await python('kafka-connect-api', wrong)).error).toMatch(/Unauthorized|User cannot access the resource/);
  });
});

describe('kafka-connect-cli', () => {
  const run = (url: string, ...words: string[]) => python('kafka-connect-cli', ['-m', 'kafka_connect', ...words, '--url', url]);
  const json = async (url: string, ...words: string[]): Promise<unknown> => {
    const { code, out, error } = await run(url, ...words);
    if (code !== 0) throw new Error(error + out);
    return out.trim() === '' ? null : (JSON.parse(out) as unknown);
  };

  it('manages a connector', async () => {
    const worker = await fileWorker();
    const { url, config } = worker;

    await json(url, 'connector', 'create', '--name', 'c', '--configuration', JSON.stringify(config));
    await worker.awaitState('c', 'RUNNING');
    expect(JSON.stringify(await json(url, 'connector', 'list'))).toContain('"c"');
    expect(await json(url, 'connector', 'get', '--name', 'c')).toEqual({ connector: 'c', state: 'RUNNING', failedTasks: [] });
    expect(await json(url, 'connector', 'configuration', '--name', 'c')).toEqual({ name: 'c', ...config });
    expect(JSON.stringify(await json(url, 'task', 'list', '--connector', 'c'))).toContain('RUNNING');
    expect((await run(url, 'health-check')).code).toBe(0);
    await json(url, 'connector', 'pause', '--name', 'c');
    await worker.awaitState('c', 'PAUSED');
    await json(url, 'connector', 'resume', '--name', 'c');
    await worker.awaitState('c', 'RUNNING');
    await json(url, 'connector', 'restart', '--name', 'c');
    await json(url, 'task', 'restart', '--connector', 'c', '--task', '0');
    await worker.awaitState('c', 'RUNNING');
    await json(url, 'connector', 'update', '--name', 'c', '--configuration', JSON.stringify({ ...config, topic: 'other' }));
    expect(await worker.get('/connectors/c/config')).toMatchObject({ topic: 'other' });
    await json(url, 'connector', 'delete', '--name', 'c');
    expect(await worker.get('/connectors/c')).toBeNull();
    expect(JSON.stringify(await run(url, 'connector', 'get', '--name', 'c'))).toContain('404');
  });
});

describe('kafka-connect-py', () => {
  const kc = async (url: string, ...words: string[]): Promise<unknown> => {
    const { user, password } = credentials;
    const args = [driver('kafka_connect_py_driver.py'), '--url', url, '--auth', `${user}:${password}`, ...words];
    const { code, out, error } = await python('kafka-connect-py', args);
    if (code !== 0) throw new Error(error);
    return out.trim() === '' ? null : (JSON.parse(out) as unknown);
  };

  it('manages a connector on a worker that asks for a password', async () => {
    const worker = await fileWorker(credentials);
    const { url, config } = worker;

    expect(await kc(url, 'info')).toMatchObject({ version: '4.3.1' });
    expect(await kc(url, 'list-plugins')).toContainEqual({ class: plugin, type: 'source', version: '1.0.0' });
    await kc(url, 'create', '--config-data', JSON.stringify({ name: 'p', config }));
    await worker.awaitState('p', 'RUNNING');
    expect(JSON.stringify(await kc(url, 'list'))).toContain('"p"');
    expect(await kc(url, 'list', '--expand', 'status')).toMatchObject({ p: { status: { connector: { state: 'RUNNING' } } } });
    expect(await kc(url, 'get', 'p')).toMatchObject({ name: 'p', type: 'source' });
    expect(await kc(url, 'config', 'p')).toEqual({ name: 'p', ...config });
    expect(await kc(url, 'status', 'p')).toMatchObject({ tasks: [{ id: 0, state: 'RUNNING' }] });
    expect(await kc(url, 'task-status', 'p', '0')).toMatchObject({ state: 'RUNNING' });
    await kc(url, 'pause', 'p');
    await worker.awaitState('p', 'PAUSED');
    await kc(url, 'resume', 'p');
    await worker.awaitState('p', 'RUNNING');
    await kc(url, 'restart', 'p', '--include-tasks');
    await worker.awaitState('p', 'RUNNING');
    await kc(url, 'restart-task', 'p', '0');
    await worker.awaitState('p', 'RUNNING');
    await kc(url, 'update', 'p', '--config-data', JSON.stringify({ ...config, topic: 'other' }));
    expect(await worker.get('/connectors/p/config')).toMatchObject({ topic: 'other' });
    expect(await kc(url, 'list-topics', 'p')).toHaveProperty('p');
    await kc(url, 'reset-topics', 'p');
    expect(await worker.get('/connectors/p/topics')).toEqual({ p: { topics: [] } });
    await kc(url, 'delete', 'p');
    expect(await worker.get('/connectors/p')).toBeNull();
  });

  it('validates a configuration', async () => {
    const { url, config } = await fileWorker(credentials);
    const wrong = JSON.stringify({ name: 'p', ...config, 'tasks.max': '0' });
    const { user, password } = credentials;

    const { out } = await python('kafka-connect-py', [
      driver('kafka_connect_py_driver.py'),
      'validate',
      url,
      user,
      password,
      plugin,
      wrong,
    ]);

    expect(JSON.parse(out)).toMatchObject({ error_count: 1 });
  });
});
