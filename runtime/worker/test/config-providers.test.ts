import { describe, expect, it } from 'vitest';
import { type ConfigProvider, type Properties, type SourceTask } from '@millrace/api';
import { eventually } from './support/eventually.ts';
import { plugin, sourcePlugin } from './support/test-plugins.ts';
import { testWorker } from './support/test-worker.ts';

/** Gives another value on every call, which expires at once. */
class Expiring implements ConfigProvider {
  static calls = 0;
  configure(): void {
    Expiring.calls = 0;
  }
  get(_path: string, keys: readonly string[]) {
    Expiring.calls++;
    return { data: Object.fromEntries(keys.map((key) => [key, `value-${Expiring.calls}`])), ttlMs: Expiring.calls < 12 ? 1 : 1_000_000 };
  }
}

function source(tasks: Properties[]) {
  const task = (): SourceTask => ({
    start: (config) => void tasks.push(config),
    poll: (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(null), { once: true });
      }),
    stop: () => undefined,
  });
  let props: Properties = {};
  return sourcePlugin('test.Source', task, {
    start: (config) => {
      props = config;
    },
    taskConfigs: () => [props],
  });
}

const providers = { 'config.providers': 'p', 'config.providers.p.class': 'test.Expiring' };

describe('configuration providers of a worker', () => {
  it('have connectors restarted when their values expire', async () => {
    const tasks: Properties[] = [];
    const worker = await testWorker([source(tasks), plugin('config_provider', 'test.Expiring', Expiring)], providers);

    await worker.create('s', { 'connector.class': 'test.Source', secret: '${p:a}', 'config.action.reload': 'restart' });

    await eventually(() => expect(tasks.length).toBeGreaterThan(1));
    await worker.taskIn('RUNNING', 's');
    expect(tasks.at(-1)?.['secret']).not.toBe(tasks[0]?.['secret']);
  });

  it('leave a connector alone that does not want it', async () => {
    const tasks: Properties[] = [];
    const worker = await testWorker([source(tasks), plugin('config_provider', 'test.Expiring', Expiring)], providers);

    await worker.create('s', { 'connector.class': 'test.Source', secret: '${p:a}', 'config.action.reload': 'none' });
    await worker.taskIn('RUNNING', 's');
    await worker.create('later', { 'connector.class': 'test.Source', secret: '${p:a}', 'config.action.reload': 'restart' });
    await eventually(() => expect(tasks.filter(({ name }) => name === 'later').length).toBeGreaterThan(1));

    expect(tasks.filter(({ name }) => name === 's')).toHaveLength(1);
  });

  it('resolve the worker’s own properties', async () => {
    const worker = await testWorker([plugin('config_provider', 'test.Expiring', Expiring)], {
      ...providers,
      'rest.advertised.host.name': '${p:host}.example',
    });

    expect(worker.url).toMatch(/^http:\/\/value-1\.example:\d+$/);
  });

  it('are no connector plug-ins', async () => {
    const worker = await testWorker([plugin('config_provider', 'test.Expiring', Expiring)]);

    const plugins = await worker.herder.connectorPlugins(false);

    expect(plugins.length).toBeGreaterThan(10);
    expect(plugins.filter(({ type }) => type === 'config_provider')).toEqual([]);
  });

  it('fail a task that cannot be started without them, and say which provider it was', async () => {
    class Unreachable implements ConfigProvider {
      static isReachable = true;
      configure(): void {
        Unreachable.isReachable = true;
      }
      get(_path: string, keys: readonly string[]) {
        if (!Unreachable.isReachable) throw new Error('vault is sealed');
        return { data: Object.fromEntries(keys.map((key) => [key, 'value'])), ttlMs: null };
      }
    }
    const worker = await testWorker([source([]), plugin('config_provider', 'test.Expiring', Unreachable)], providers);
    await worker.create('s', { 'connector.class': 'test.Source', secret: '${p:a}' });
    await worker.taskIn('RUNNING', 's');
    Unreachable.isReachable = false;

    await worker.request('POST', '/connectors/s/tasks/0/restart');

    expect(await worker.taskIn('FAILED', 's')).toContain('Configuration provider p: vault is sealed');
  });
});
