import { describe, expect, it } from 'vitest';
import type { Properties, SourceTask } from '@millrace/api';
import type { PluginDescriptor } from '../../src/plugins/plugin-descriptor.ts';
import { eventually } from '../support/eventually.ts';
import { TestCluster } from '../support/test-cluster.ts';
import { sinkPlugin, sourcePlugin } from '../support/test-plugins.ts';

/** Counts of what happened to tasks of a connector. */
interface Journal {
  readonly starts: Properties[];
  stops: number;
}

function journaledSource(journal: Journal): PluginDescriptor {
  const task = (): SourceTask => ({
    start: (config) => void journal.starts.push(config),
    poll: (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(null), { once: true });
      }),
    stop: () => {
      journal.stops += 1;
    },
  });
  return sourcePlugin('test.Source', task);
}

const sink = sinkPlugin('test.Sink', () => ({ start: () => undefined, put: () => undefined, stop: () => undefined }));
const newJournal = (): Journal => ({ starts: [], stops: 0 });
const source = { 'connector.class': 'test.Source', 'tasks.max': '2' };

async function pair(journal = newJournal(), properties: Readonly<Record<string, string>> = {}): Promise<TestCluster> {
  return TestCluster.of(2, [journaledSource(journal), sink], properties);
}

describe('requests to a worker that does not lead the group', { timeout: 30_000 }, () => {
  it('create, change, patch and delete a connector', async () => {
    const cluster = await pair();
    const follower = await cluster.follower();

    const created = await cluster.answered('PUT', '/connectors/s/config', source, follower);
    expect(created).toMatchObject({ status: 201, body: { name: 's', type: 'source' } });
    expect(created.headers.get('location')).toMatch(/\/connectors\/s$/);
    await cluster.untilStates('s', 'RUNNING', 2);

    const changed = await cluster.answered('PUT', '/connectors/s/config', { ...source, 'tasks.max': '3' }, follower);
    expect(changed.status).toBe(200);
    await cluster.untilStates('s', 'RUNNING', 3);

    const patched = await cluster.answered('PATCH', '/connectors/s/config', { 'tasks.max': '1', extra: 'yes' }, follower);
    expect(patched).toMatchObject({ status: 200, body: { config: { 'tasks.max': '1', extra: 'yes' } } });
    await cluster.untilStates('s', 'RUNNING', 1);

    expect((await cluster.answered('DELETE', '/connectors/s', undefined, follower)).status).toBe(204);
    for (const worker of cluster.workers) {
      await eventually(async () => {
        expect((await worker.request('GET', '/connectors')).body).toEqual([]);
        expect((await worker.request('GET', '/connectors/s/status')).status).toBe(404);
      });
    }
  });

  it('answer errors of the leader as they are', async () => {
    const cluster = await pair();
    const follower = await cluster.follower();
    await cluster.create('s', source);

    const again = await cluster.answered('POST', '/connectors', { name: 's', config: source }, follower);
    expect(again).toMatchObject({ status: 409, body: { error_code: 409, message: 'Connector s already exists' } });
    expect(await cluster.answered('DELETE', '/connectors/nope', undefined, follower)).toMatchObject({ status: 404 });
  });

  it('are refused with ?forward=false', async () => {
    const cluster = await pair();
    const answer = await (await cluster.follower()).request('PUT', '/connectors/s/config?forward=false', source);

    expect(answer).toMatchObject({ status: 409, body: { error_code: 409 } });
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it('restart connectors and tasks wherever they run', async () => {
    const journal = newJournal();
    const cluster = await pair(journal);
    await cluster.create('s', source);

    for (const worker of cluster.workers) {
      const before = journal.starts.length;
      expect((await cluster.answered('POST', '/connectors/s/restart', undefined, worker)).status).toBe(204);
      expect((await cluster.answered('POST', '/connectors/s/tasks/0/restart', undefined, worker)).status).toBe(204);
      expect((await cluster.answered('POST', '/connectors/s/tasks/1/restart', undefined, worker)).status).toBe(204);
      await eventually(() => expect(journal.starts.length).toBe(before + 2));
      await cluster.untilStates('s', 'RUNNING', 2);
    }
  });

  it('restart all that runs of a connector in the whole cluster', async () => {
    const journal = newJournal();
    const cluster = await pair(journal);
    await cluster.create('s', { ...source, 'tasks.max': '3' });
    const follower = await cluster.follower();

    const answer = await cluster.answered('POST', '/connectors/s/restart?includeTasks=true', undefined, follower);
    expect(answer).toMatchObject({ status: 202, body: { connector: { state: 'RESTARTING' } } });
    await eventually(() => expect(journal.starts.length).toBe(6));
    await cluster.untilStates('s', 'RUNNING', 3);
    expect(journal.stops).toBe(3);
  });
});

describe('initial states', { timeout: 30_000 }, () => {
  it.each([
    ['PAUSED', 1],
    ['STOPPED', 0],
  ] as const)('a connector that is created %s begins with %i tasks', async (state, tasks) => {
    const journal = newJournal();
    const cluster = await pair(journal);
    const config = { ...source, 'tasks.max': '1' };

    const answer = await cluster.answered('POST', '/connectors', { name: 's', config, initial_state: state });
    expect(answer.status).toBe(201);
    if (state === 'STOPPED') await cluster.untilStates('s', state, tasks);
    else await eventually(async () => expect((await cluster.workers[0]?.herder.connectorStatus('s'))?.connector.state).toBe(state));
    expect(journal.starts).toEqual([]);

    expect((await cluster.answered('PUT', '/connectors/s/resume')).status).toBe(202);
    await cluster.untilStates('s', 'RUNNING', 1);
  });
});

describe('a connector that runs on several workers', { timeout: 30_000 }, () => {
  it('pauses, goes on, stops and goes on everywhere', async () => {
    const cluster = await pair();
    await cluster.create('s', { ...source, 'tasks.max': '3' });
    const follower = await cluster.follower();

    expect((await cluster.answered('PUT', '/connectors/s/pause', undefined, follower)).status).toBe(202);
    await cluster.untilStates('s', 'PAUSED', 3);
    await cluster.answered('PUT', '/connectors/s/resume', undefined, follower);
    await cluster.untilStates('s', 'RUNNING', 3);
    expect((await cluster.answered('PUT', '/connectors/s/stop', undefined, follower)).status).toBe(204);
    await cluster.untilStates('s', 'STOPPED', 0);
    await cluster.answered('PUT', '/connectors/s/resume', undefined, follower);
    await cluster.untilStates('s', 'RUNNING', 3);
  });

  it('is spread over the workers, each instance once', async () => {
    const journal = newJournal();
    const cluster = await pair(journal);
    await cluster.create('a', { ...source, 'tasks.max': '4' });
    const placed = await cluster.untilStates('a', 'RUNNING', 4);

    expect(new Set(placed.map(({ worker }) => worker))).toEqual(new Set(cluster.workers.map(({ id }) => id)));
    expect(journal.starts.length).toBe(4);
  });

  it('leaves tasks of other connectors alone when its configuration changes', async () => {
    const journal = newJournal();
    const cluster = await pair(journal);
    await cluster.create('a', source);
    await cluster.create('b', source);
    const before = journal.starts.length;

    await cluster.answered('PUT', '/connectors/a/config', { ...source, 'tasks.max': '2', extra: '1' });
    await eventually(() => expect(journal.starts.length).toBe(before + 2));
    await cluster.untilStates('a', 'RUNNING', 2);
    await cluster.untilStates('b', 'RUNNING', 2);
    expect(journal.starts.length).toBe(before + 2);
  });
});

describe('offsets', { timeout: 30_000 }, () => {
  it('of a stopped source are changed through any worker, and refused while it runs', async () => {
    const cluster = await pair();
    await cluster.create('s', source);
    const follower = await cluster.follower();
    const body = { offsets: [{ partition: { p: 1 }, offset: { o: 5 } }] };

    expect(await cluster.answered('PATCH', '/connectors/s/offsets', body, follower)).toMatchObject({ status: 400 });
    await cluster.answered('PUT', '/connectors/s/stop', undefined, follower);
    await cluster.untilStates('s', 'STOPPED', 0);
    expect(await cluster.answered('PATCH', '/connectors/s/offsets', body, follower)).toMatchObject({ status: 200 });
    for (const worker of cluster.workers) expect((await worker.request('GET', '/connectors/s/offsets')).body).toEqual(body);
    expect(await cluster.answered('DELETE', '/connectors/s/offsets', undefined, follower)).toMatchObject({ status: 200 });
    for (const worker of cluster.workers) expect((await worker.request('GET', '/connectors/s/offsets')).body).toEqual({ offsets: [] });
  });
});

describe('loggers', { timeout: 30_000 }, () => {
  it('are set on every worker with scope=cluster, on one without', async () => {
    const cluster = await pair();
    const [first, second] = cluster.workers;
    const path = '/admin/loggers/org.apache.kafka.connect.runtime.WorkerSourceTask';

    expect((await first?.request('PUT', `${path}?scope=cluster`, { level: 'DEBUG' }))?.status).toBe(204);
    for (const worker of cluster.workers) {
      await eventually(async () => expect((await worker.request('GET', path)).body).toMatchObject({ level: 'DEBUG' }));
    }
    expect((await first?.request('PUT', path, { level: 'TRACE' }))?.status).toBe(200);
    expect((await second?.request('GET', path))?.body).toMatchObject({ level: 'DEBUG' });
  });
});
