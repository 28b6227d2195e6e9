import { ConnectException } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { AutoRestarts } from '../../src/herder/auto-restart/auto-restarts.ts';
import type { ConnectorStateInfo, RestartRequest } from '../../src/herder/herder.ts';
import { createWorkerLog } from '../../src/log/worker-log.ts';
import { MemoryStatusStore } from '../../src/storage/status-store.ts';
import { eventually } from '../support/eventually.ts';
import { TestCluster } from '../support/test-cluster.ts';
import { sourcePlugin } from '../support/test-plugins.ts';
import { testWorker } from '../support/test-worker.ts';

const minuteMs = 60_000;
const enabled = { 'auto.restart.enabled': 'true' };

/** Connectors of which a test says how they are. */
class Scene {
  readonly configs = new Map<string, Readonly<Record<string, string>>>();
  readonly failed = new Set<string>();
  readonly history = new MemoryStatusStore();
  readonly restarts: (RestartRequest & { readonly name: string; readonly at: number })[] = [];
  readonly logLines: string[] = [];
  nowMs = 0;
  isDecider = true;
  refuses = false;
  readonly subject: AutoRestarts;

  constructor(workerConfig: Readonly<Record<string, string>> = {}) {
    this.subject = new AutoRestarts({
      herder: {
        connectors: async () => [...this.configs.keys()],
        connectorConfig: async (name) => this.configs.get(name) ?? {},
        connectorStatus: async (name) => this.#status(name),
        restartConnectorAndTasks: async (name, request) => {
          if (this.refuses) throw new ConnectException('Cannot complete request momentarily due to a rebalance');
          this.restarts.push({ name, ...request, at: this.nowMs });
          return this.#status(name);
        },
      },
      history: this.history,
      workerConfig,
      log: createWorkerLog({ format: 'text', write: (line) => void this.logLines.push(line) }),
      isDecider: () => this.isDecider,
      now: () => this.nowMs,
    });
  }

  #status(name: string): ConnectorStateInfo {
    const state = this.failed.has(name) ? 'FAILED' : 'RUNNING';
    return { name, type: 'source', connector: { state: 'RUNNING', worker_id: 'w' }, tasks: [{ id: 0, state, worker_id: 'w' }] };
  }

  /** Looks every half minute. */
  async pass(minutes: number): Promise<void> {
    const end = this.nowMs + minutes * minuteMs;
    for (; this.nowMs < end; this.nowMs += minuteMs / 2) await this.subject.look();
  }

  /** Minutes at which something was restarted. */
  get minutes(): number[] {
    return this.restarts.map(({ at }) => at / minuteMs);
  }
}

describe('automatic restarts', () => {
  it('restart what failed, later and later while it goes on failing', async () => {
    const scene = new Scene();
    scene.configs.set('c', enabled).set('other', {});
    scene.failed.add('c').add('other');
    await scene.pass(50);
    expect(scene.minutes).toEqual([0, 2, 8, 20, 40]);
    expect(scene.restarts.every(({ name, includeTasks, onlyFailed }) => name === 'c' && includeTasks && onlyFailed)).toBe(true);
  });

  it('begin anew after a time without failure', async () => {
    const scene = new Scene();
    scene.configs.set('c', enabled);
    scene.failed.add('c');
    await scene.pass(3);
    expect(scene.history.autoRestart('c')).toEqual({ count: 2, lastRestartMs: 2 * minuteMs });
    scene.failed.clear();
    await scene.pass(10);
    expect(scene.history.autoRestart('c')).toBeNull();
    scene.failed.add('c');
    await scene.pass(1);
    expect(scene.minutes).toEqual([0, 2, 13]);
  });

  it('are what the worker says, unless the connector says otherwise', async () => {
    const scene = new Scene({ ...enabled, 'auto.restart.max.restarts': '2' });
    scene.configs.set('plain', {}).set('off', { 'auto.restart.enabled': 'false' }).set('once', { 'auto.restart.max.restarts': '1' });
    for (const name of scene.configs.keys()) scene.failed.add(name);
    await scene.pass(60);
    expect(scene.restarts.map(({ name }) => name).sort()).toEqual(['once', 'plain', 'plain']);
  });

  it('say once which setting cannot be used', async () => {
    const scene = new Scene();
    scene.configs.set('c', { 'auto.restart.enabled': 'yes' });
    scene.failed.add('c');
    await scene.pass(5);
    expect(scene.restarts).toEqual([]);
    expect(scene.logLines.filter((line) => line.includes('Invalid value yes for configuration auto.restart.enabled'))).toHaveLength(1);
  });

  it('are left to the leader, and to a moment in which the group can take them', async () => {
    const scene = new Scene();
    scene.configs.set('c', enabled);
    scene.failed.add('c');
    scene.isDecider = false;
    await scene.pass(1);
    scene.isDecider = true;
    scene.refuses = true;
    await scene.pass(1);
    expect(scene.history.autoRestart('c')).toBeNull();
    scene.refuses = false;
    await scene.pass(1);
    expect(scene.minutes).toEqual([2]);
  });

  it('forget a connector that is gone or wants them no more', async () => {
    const scene = new Scene();
    scene.configs.set('gone', enabled).set('off', enabled);
    scene.failed.add('gone').add('off');
    await scene.pass(1);
    expect(scene.history.autoRestarted()).toEqual(['gone', 'off']);
    scene.configs.delete('gone');
    scene.configs.set('off', {});
    await scene.pass(1);
    expect(scene.history.autoRestarted()).toEqual([]);
  });
});

/** Tasks that fail in their first life alone. */
function stumbling(): ReturnType<typeof sourcePlugin> {
  const stumbled = new Set<string>();
  return sourcePlugin('test.Stumbling', () => {
    let number = '';
    return {
      start: (config) => {
        number = config['number'] ?? '';
      },
      poll: (signal) => {
        if (!stumbled.has(number)) {
          stumbled.add(number);
          throw new Error('stumbled');
        }
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(null), { once: true });
        });
      },
      stop: () => undefined,
    };
  });
}

const stumblingConfig = { 'connector.class': 'test.Stumbling', 'tasks.max': '2', ...enabled };
const restartedOnce = { count: 1, last_restart: expect.any(String) as string, next_restart: expect.any(String) as string };

describe('a worker that restarts what failed', { timeout: 30_000 }, () => {
  it('has tasks run again by itself, and says so in the status', async () => {
    const worker = await testWorker([stumbling()]);
    await worker.create('c', stumblingConfig);
    await eventually(async () => {
      const { body } = await worker.request('GET', '/connectors/c/status');
      expect(body).toMatchObject({ tasks: [{ state: 'RUNNING' }, { state: 'RUNNING' }], auto_restart: restartedOnce });
    }, 10_000);
  });

  it('does so in a cluster, where every worker says it, also after the leader has gone', async () => {
    const cluster = await TestCluster.of(2, [stumbling()]);
    await cluster.answered('PUT', '/connectors/c/config', stumblingConfig, await cluster.follower());
    const expectRestartedOnce = async (): Promise<void> => {
      for (const worker of cluster.workers) {
        await eventually(async () => {
          const { body } = await worker.request('GET', '/connectors/c/status');
          expect(body).toMatchObject({ tasks: [{ state: 'RUNNING' }, { state: 'RUNNING' }], auto_restart: restartedOnce });
        }, 10_000);
      }
    };
    await expectRestartedOnce();
    const leader = await cluster.leader();
    await leader.stop();
    cluster.workers.splice(cluster.workers.indexOf(leader), 1);
    await expectRestartedOnce();
  });
});
