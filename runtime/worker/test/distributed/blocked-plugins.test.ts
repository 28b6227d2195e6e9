import { describe, expect, it } from 'vitest';
import type { SinkTask, SourceTask } from '@millrace/api';
import type { PluginDescriptor } from '../../src/plugins/plugin-descriptor.ts';
import { eventually } from '../support/eventually.ts';
import { TestCluster } from '../support/test-cluster.ts';
import { sinkPlugin, sourcePlugin } from '../support/test-plugins.ts';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
const graceMs = 300;

function source(overrides: Partial<SourceTask> = {}): SourceTask {
  return {
    start: () => undefined,
    poll: (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(null), { once: true });
      }),
    stop: () => undefined,
    ...overrides,
  };
}

const sink = (overrides: Partial<SinkTask>): SinkTask => ({
  start: () => undefined,
  put: () => undefined,
  stop: () => undefined,
  ...overrides,
});
const healthy = sourcePlugin('test.Healthy', () => source());

const blocked: Readonly<Record<string, PluginDescriptor>> = {
  'start of a connector': sourcePlugin('test.Blocked', () => source(), { start: () => never() }),
  taskConfigs: sourcePlugin('test.Blocked', () => source(), { taskConfigs: () => never() }),
  'stop of a connector': sourcePlugin('test.Blocked', () => source(), { stop: () => never() }),
  'start of a task': sourcePlugin('test.Blocked', () => source({ start: () => never() })),
  'poll of a task': sourcePlugin('test.Blocked', () => source({ poll: () => never() })),
  'stop of a source task': sourcePlugin('test.Blocked', () => source({ stop: () => never() })),
  'put of a sink task': sinkPlugin('test.Blocked', () => sink({ put: () => never() })),
  'stop of a sink task': sinkPlugin('test.Blocked', () => sink({ stop: () => never() })),
};

describe('a plug-in that blocks in a cluster', { timeout: 30_000 }, () => {
  for (const [method, plugin] of Object.entries(blocked)) {
    it(`in ${method} holds up neither other connectors nor requests nor its own deletion`, async () => {
      const cluster = await TestCluster.of(2, [healthy, plugin], { 'task.shutdown.graceful.timeout.ms': String(graceMs) });
      await cluster.create('well', { 'connector.class': 'test.Healthy', 'tasks.max': '2' });
      const config = { 'connector.class': 'test.Blocked', 'tasks.max': '4', topics: 't' };
      expect((await cluster.answered('PUT', '/connectors/stuck/config', config)).status).toBe(201);
      await cluster.create('later', { 'connector.class': 'test.Healthy', 'tasks.max': '2' });

      for (const worker of cluster.workers) expect((await worker.request('GET', '/health')).status).toBe(200);
      expect((await cluster.answered('PUT', '/connectors/well/pause')).status).toBe(202);
      await cluster.untilStates('well', 'PAUSED', 2);
      expect((await cluster.answered('DELETE', '/connectors/stuck')).status).toBe(204);
      await cluster.answered('PUT', '/connectors/well/resume');
      await cluster.untilStates('well', 'RUNNING', 2);
      await eventually(async () => expect((await cluster.workers[0]?.request('GET', '/connectors/stuck/status'))?.status).toBe(404));
    });
  }

  it('in validation holds up its own request alone', async () => {
    const plugin = sourcePlugin('test.Blocked', () => source(), { validate: () => never() });
    const cluster = new TestCluster([healthy, plugin]);
    const worker = await cluster.start({}, { requestTimeoutMs: 500 });

    const asked = worker.request('PUT', '/connectors/stuck/config', { 'connector.class': 'test.Blocked' });
    await cluster.create('well', { 'connector.class': 'test.Healthy' });
    expect((await worker.request('GET', '/health')).status).toBe(200);
    const { status, body } = await asked;
    expect(status).toBe(500);
    expect((body as { message: string }).message).toContain('timed out');
  });

  it('in stop of many tasks holds up the loop for no time at all', async () => {
    const plugin = sourcePlugin('test.Blocked', () => source({ stop: () => never(), poll: () => never() }));
    const cluster = await TestCluster.of(1, [healthy, plugin], { 'task.shutdown.graceful.timeout.ms': '5000' });
    await cluster.create('a', { 'connector.class': 'test.Blocked', 'tasks.max': '3' });
    await cluster.create('b', { 'connector.class': 'test.Blocked', 'tasks.max': '3' });
    const begin = performance.now();
    for (const name of ['a', 'b']) await cluster.workers[0]?.request('POST', `/connectors/${name}/restart?includeTasks=true`);

    expect((await cluster.workers[0]?.request('GET', '/health'))?.status).toBe(200);
    expect(performance.now() - begin).toBeLessThan(4500);
  });

  it('is not run a second time before it has stopped or was cut off', async () => {
    let running = 0;
    let most = 0;
    const task = (): SourceTask =>
      source({
        start: () => {
          running += 1;
          most = Math.max(most, running);
        },
        stop: async () => {
          await new Promise((resolve) => setTimeout(resolve, 100));
          running -= 1;
        },
      });
    const cluster = await TestCluster.of(2, [sourcePlugin('test.Slow', task)]);
    await cluster.create('slow', { 'connector.class': 'test.Slow', 'tasks.max': '1' });

    for (let round = 0; round < 3; round += 1) {
      expect((await cluster.answered('POST', '/connectors/slow/tasks/0/restart')).status).toBe(204);
      await cluster.answered('PUT', '/connectors/slow/config', { 'connector.class': 'test.Slow', 'tasks.max': '1', round: String(round) });
    }
    await cluster.start();
    await cluster.untilStates('slow', 'RUNNING', 1);
    expect(most).toBe(1);
  });
});
