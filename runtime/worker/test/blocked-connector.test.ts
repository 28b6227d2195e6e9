import { describe, expect, it } from 'vitest';
import { ConfigException, SourceRecord, type ConfigDef, type SinkTask, type SourceTask } from '@millrace/api';
import type { PluginDescriptor } from '../src/plugins/plugin-descriptor.ts';
import { eventually } from './support/eventually.ts';
import { plugin, sinkPlugin, sourcePlugin } from './support/test-plugins.ts';
import { testWorker, type TestWorker } from './support/test-worker.ts';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
const broken = (): never => {
  throw new Error('broken on purpose');
};
/** What a request may take: the deadline of requests and twice the time to stop, with room for a busy machine. */
const answerMs = 3000;

function idleSource(overrides: Partial<SourceTask> = {}): SourceTask {
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

/** Sends one record to topic `t` and is silent from then on. */
function talkingSource(): SourceTask {
  let isDone = false;
  const silent = idleSource();
  return {
    ...silent,
    poll: (signal) => {
      if (isDone) return silent.poll(signal);
      isDone = true;
      return [new SourceRecord({ topic: 't', value: 'v', sourcePartition: { p: 1 }, sourceOffset: { o: 1 } })];
    },
  };
}

function sink(overrides: Partial<SinkTask>): SinkTask {
  return { start: () => undefined, put: () => undefined, stop: () => undefined, ...overrides };
}

const hooks: Readonly<Record<string, PluginDescriptor>> = {
  'initialize of a connector throws': sourcePlugin('test.Blocked', idleSource, { initialize: broken }),
  'start of a connector throws': sourcePlugin('test.Blocked', idleSource, { start: broken }),
  'start of a connector never ends': sourcePlugin('test.Blocked', idleSource, { start: () => never() }),
  'taskConfigs throws': sourcePlugin('test.Blocked', idleSource, { taskConfigs: broken }),
  'taskConfigs never ends': sourcePlugin('test.Blocked', idleSource, { taskConfigs: () => never() }),
  'taskConfigs gives no list': sourcePlugin('test.Blocked', idleSource, { taskConfigs: () => null as never }),
  'taskClass throws': sourcePlugin('test.Blocked', idleSource, { taskClass: broken }),
  'stop of a connector throws': sourcePlugin('test.Blocked', idleSource, { stop: broken }),
  'stop of a connector never ends': sourcePlugin('test.Blocked', idleSource, { stop: () => never() }),
  'the constructor of a task throws': sourcePlugin('test.Blocked', broken),
  'initialize of a source task throws': sourcePlugin('test.Blocked', () => idleSource({ initialize: broken })),
  'start of a source task throws': sourcePlugin('test.Blocked', () => idleSource({ start: broken })),
  'start of a source task never ends': sourcePlugin('test.Blocked', () => idleSource({ start: () => never() })),
  'poll throws': sourcePlugin('test.Blocked', () => idleSource({ poll: broken })),
  'poll never ends, whatever its signal says': sourcePlugin('test.Blocked', () => idleSource({ poll: () => never() })),
  'stop of a source task throws': sourcePlugin('test.Blocked', () => idleSource({ stop: broken })),
  'stop of a source task never ends': sourcePlugin('test.Blocked', () => idleSource({ stop: () => never() })),
  'initialize of a sink task throws': sinkPlugin('test.Blocked', () => sink({ initialize: broken })),
  'start of a sink task throws': sinkPlugin('test.Blocked', () => sink({ start: broken })),
  'start of a sink task never ends': sinkPlugin('test.Blocked', () => sink({ start: () => never() })),
  'put throws': sinkPlugin('test.Blocked', () => sink({ put: broken })),
  'put never ends': sinkPlugin('test.Blocked', () => sink({ put: () => never() })),
  'stop of a sink task throws': sinkPlugin('test.Blocked', () => sink({ stop: broken })),
  'stop of a sink task never ends': sinkPlugin('test.Blocked', () => sink({ stop: () => never() })),
};

function workerWith(blocked: PluginDescriptor): Promise<TestWorker> {
  return testWorker(
    [blocked, sourcePlugin('test.Healthy', talkingSource)],
    { 'task.shutdown.graceful.timeout.ms': '100' },
    { requestTimeoutMs: 500 },
  );
}

const blockedConfig = { 'connector.class': 'test.Blocked', topics: 't' };

async function inTime(worker: TestWorker, method: string, path: string, body?: unknown) {
  const began = performance.now();
  const answer = await worker.request(method, path, body);
  expect(performance.now() - began, `${method} ${path} answers in time`).toBeLessThan(answerMs);
  return answer;
}

async function expectHealthy(worker: TestWorker, name: string): Promise<void> {
  expect((await inTime(worker, 'GET', '/health')).status).toBe(200);
  expect((await inTime(worker, 'POST', '/connectors', { name, config: { 'connector.class': 'test.Healthy' } })).status).toBe(201);
  await worker.taskIn('RUNNING', name);
}

async function configFor(worker: TestWorker): Promise<Record<string, string>> {
  const isSink = worker.plugins.find(['sink'], 'test.Blocked') !== null;
  return isSink ? blockedConfig : { 'connector.class': 'test.Blocked' };
}

describe('a connector whose code is stuck or fails', () => {
  for (const [hook, blocked] of Object.entries(hooks)) {
    it(`harms nobody when ${hook}`, async () => {
      const worker = await workerWith(blocked);
      const config = await configFor(worker);
      await expectHealthy(worker, 'before');

      expect((await inTime(worker, 'POST', '/connectors', { name: 'blocked', config })).status).toBe(201);
      await expectHealthy(worker, 'after');
      await inTime(worker, 'POST', '/connectors/blocked/restart?includeTasks=true');
      await inTime(worker, 'PUT', '/connectors/blocked/pause');
      await inTime(worker, 'PUT', '/connectors/blocked/resume');
      expect((await inTime(worker, 'PUT', '/connectors/blocked/stop')).status).toBe(204);
      expect((await worker.request('GET', '/connectors/blocked/status')).body).toMatchObject({
        connector: { state: 'STOPPED' },
        tasks: [],
      });
      expect((await inTime(worker, 'DELETE', '/connectors/blocked')).status).toBe(204);
      expect((await worker.request('GET', '/connectors/blocked')).status).toBe(404);

      await expectHealthy(worker, 'blocked');
      expect(await worker.herder.taskStatus('before', 0)).toMatchObject({ state: 'RUNNING' });
    });
  }

  it('is named in the status and the log when it had to be left to itself', async () => {
    const worker = await workerWith(sourcePlugin('test.Blocked', idleSource, { stop: () => never() }));
    await worker.create('blocked', { 'connector.class': 'test.Blocked' });
    await worker.taskIn('RUNNING', 'blocked');

    await worker.request('DELETE', '/connectors/blocked');

    expect(worker.logLines.join('')).toContain('stop of test.Blocked did not end within 100 ms');
  });

  it('tells which request took too long', async () => {
    const worker = await workerWith(sourcePlugin('test.Blocked', idleSource, { start: () => never() }));
    await worker.request('POST', '/connectors', { name: 'blocked', config: { 'connector.class': 'test.Blocked' } });

    const { status, body } = await inTime(worker, 'POST', '/connectors/blocked/restart');

    expect(status).toBe(500);
    expect(body).toMatchObject({
      message: expect.stringMatching(
        /^Request timed out\. The worker is currently restarting connector blocked, which began at \d{4}-.*Z\.$/,
      ) as string,
    });
  });

  it('gets its signal when it is not wanted any more, and ends without being left to itself', async () => {
    let started = 0;
    const patient = sourcePlugin('test.Blocked', idleSource, {
      start: (_props, signal) =>
        new Promise((_, reject) => {
          started++;
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        }),
    });
    const worker = await workerWith(patient);
    await worker.request('POST', '/connectors', { name: 'blocked', config: { 'connector.class': 'test.Blocked' } });
    await eventually(() => expect(started).toBe(1));

    expect((await inTime(worker, 'PUT', '/connectors/blocked/stop')).status).toBe(204);

    expect((await worker.request('GET', '/connectors/blocked/status')).body).toMatchObject({ connector: { state: 'STOPPED' } });
    expect(worker.logLines.join('')).not.toContain('left to itself');
  });
});

describe('a connector whose validation is stuck or fails', () => {
  const unwanted = 'Request timed out. The worker is currently performing multi-property validation for the connector';
  const rows: readonly (readonly [string, PluginDescriptor, number, string])[] = [
    ['its code never loads', { ...plugin('source', 'test.Blocked', Object), load: () => never() }, 500, unwanted],
    [
      'its constructor throws',
      plugin(
        'source',
        'test.Blocked',
        class {
          readonly field = broken();
        },
      ),
      500,
      'broken on purpose',
    ],
    ['its definition throws', sourcePlugin('test.Blocked', idleSource, { config: broken }), 500, 'broken on purpose'],
    [
      'its definition is null',
      sourcePlugin('test.Blocked', idleSource, { config: () => null as unknown as ConfigDef }),
      400,
      'must return a ConfigDef',
    ],
    ['its validation never ends', sourcePlugin('test.Blocked', idleSource, { validate: () => never() }), 500, unwanted],
    ['its validation throws', sourcePlugin('test.Blocked', idleSource, { validate: broken }), 500, 'broken on purpose'],
    [
      'its validation refuses the configuration',
      sourcePlugin('test.Blocked', idleSource, {
        validate: () => {
          throw new ConfigException('no such table');
        },
      }),
      400,
      'no such table',
    ],
  ];
  for (const [fault, blocked, expected, message] of rows) {
    it(`is not created and holds up nothing when ${fault}`, async () => {
      const worker = await workerWith(blocked);
      const config = { 'connector.class': 'test.Blocked', name: 'blocked' };

      const [created, validated] = await Promise.all([
        inTime(worker, 'POST', '/connectors', { name: 'blocked', config }),
        inTime(worker, 'PUT', '/connector-plugins/test.Blocked/config/validate', config),
        expectHealthy(worker, 'other'),
      ]);

      for (const { status, body } of [created, validated]) {
        expect(status).toBe(expected);
        expect(body).toMatchObject({ error_code: expected, message: expect.stringContaining(message) as string });
      }
      expect((await worker.request('GET', '/connectors')).body).toEqual(['other']);
      expect((await inTime(worker, 'GET', '/health')).status).toBe(200);
    });
  }
});
