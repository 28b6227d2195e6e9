import { kafkaForFile } from '@millrace/test-services/for-file';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { faulty, faultyPlugins } from '../support/faulty-plugins.ts';
import { eventually, temporaryFolder } from '../support/millrace-process.ts';
import { type Durations, RestPulse } from '../support/rest-pulse.ts';
import { request, StandaloneWorker, untilState } from './support/standalone-worker.ts';

const kafka = kafkaForFile();
const healthy = { 'connector.class': 'test.FaultySource', topic: 'healthy' };
let worker: StandaloneWorker;

const call = (method: string, path: string, body?: unknown) => request(worker.url, method, path, body);

const url = (): string => worker.url;

/** How far the neighbour came: the number of its next record. */
async function progress(): Promise<number> {
  const { body } = await call('GET', '/connectors/neighbour/offsets');
  return (body as { offsets: { offset: { next: number } }[] }).offsets[0]?.offset.next ?? 0;
}

/** The neighbour goes on, commit by commit. */
async function expectNeighbourGoesOn(): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    const before = await progress();
    await eventually(async () => expect(await progress()).toBeGreaterThan(before));
  }
}

/** Watches REST until the test ends, when nearly all of its answers must have come at once, and every one in time. */
function expectPromptRest(): void {
  const pulse = new RestPulse(worker.url);
  onTestFinished(async () => expectPrompt(await pulse.stop()));
}

/** On a machine that lets an idle server wait, the worker may wait with it. */
function expectPrompt({ worker: ours, idle }: Durations): void {
  const nineOfTen = (durations: readonly number[]): number => durations[Math.floor(durations.length * 0.9)] ?? 0;
  expect(nineOfTen(ours), 'nine answers of ten').toBeLessThan(Math.max(100, 2 * nineOfTen(idle)));
  expect(ours.at(-1), 'the slowest answer').toBeLessThan(Math.max(2000, 2 * (idle.at(-1) ?? 0)));
}

async function create(name: string, config: Readonly<Record<string, string>>): Promise<void> {
  expect((await call('PUT', `/connectors/${name}/config`, config)).status).toBe(201);
  onTestFinished(async () => void (await call('DELETE', `/connectors/${name}`)));
}

/** Waits until the task has failed; its trace. */
async function failureOf(name: string): Promise<string> {
  return eventually(async () => {
    const { body } = await call('GET', `/connectors/${name}/status`);
    const [task] = (body as { tasks: { state: string; trace?: string }[] }).tasks;
    expect(task?.state).toBe('FAILED');
    return task?.trace ?? '';
  });
}

/** Waits until the connector itself has failed; its trace. */
async function connectorFailureOf(name: string): Promise<string> {
  return eventually(async () => {
    const { connector } = (await call('GET', `/connectors/${name}/status`)).body as { connector: { state: string; trace?: string } };
    expect(connector.state).toBe('FAILED');
    return connector.trace ?? '';
  });
}

/** One worker for the tests of a suite, with a neighbour that nothing may harm. */
function useWorker(): void {
  const cleanUps: (() => void | Promise<void>)[] = [];
  beforeAll(async () => {
    const atEnd = (cleanUp: () => void | Promise<void>): void => void cleanUps.push(cleanUp);
    worker = await StandaloneWorker.in(await temporaryFolder(atEnd), kafka().bootstrap(), {
      'plugin.path': faultyPlugins,
      'task.shutdown.graceful.timeout.ms': 1000,
      'task.memory.max.mb': 64,
    });
    await worker.start({ neighbour: healthy }, atEnd);
    await untilState(worker.url, 'neighbour', 'RUNNING');
    await eventually(async () => expect(await progress()).toBeGreaterThan(0));
  });
  afterAll(async () => {
    try {
      await worker.stop();
    } finally {
      for (const cleanUp of cleanUps.reverse()) await cleanUp();
    }
  });
}

describe('a task in a thread of its own', () => {
  useWorker();

  for (const [type, place] of [
    ['source', 'start'],
    ['source', 'poll'],
    ['sink', 'put'],
  ] as const) {
    it(`harms nobody when ${place} of a ${type} never lets the thread go, and is gone when it is deleted`, async () => {
      expectPromptRest();
      const { config, begun } = await faulty(type, place, 'loop');
      await create('faulty', config);
      await begun();
      await expectNeighbourGoesOn();
      const began = performance.now();
      expect((await call('DELETE', '/connectors/faulty')).status).toBe(204);
      expect(performance.now() - began).toBeLessThan(4000);
    });
  }

  it('is ended when its stop never lets the thread go', async () => {
    expectPromptRest();
    const { config, begun } = await faulty('sink', 'stop', 'loop');
    await create('faulty', config);
    await untilState(worker.url, 'faulty', 'RUNNING');
    const deleted = call('DELETE', '/connectors/faulty');
    await begun();
    await expectNeighbourGoesOn();
    expect((await deleted).status).toBe(204);
  });

  it('is reported while it blocks its thread', async () => {
    const { config } = await faulty('source', 'poll', 'loop');
    await create('blocking', config);
    await eventually(() => expect(worker.stderr).toContain('Task blocking-0 has blocked its thread for'));
  });

  for (const [fault, reason] of [
    ['heap', 'ran out of its memory limit of 64 MB'],
    ['exit', 'called process.exit(3), which ends nothing but the thread'],
    ['throw', 'Error: thrown in a timer'],
    ['reject', 'Error: rejected and not awaited'],
  ] as const) {
    it(`fails with its reason after the fault ${fault}`, async () => {
      expectPromptRest();
      const { config } = await faulty('source', 'poll', fault);
      await create('faulty', config);
      expect(await failureOf('faulty')).toContain(reason);
      await expectNeighbourGoesOn();
    });
  }

  it('can be restarted after its thread has ended', async () => {
    const { config, begun } = await faulty('source', 'poll', 'exit');
    await create('faulty', config);
    await failureOf('faulty');
    await call('PUT', '/connectors/faulty/config', { ...config, 'fault.at': 'nowhere' });
    await begun();
    await untilState(worker.url, 'faulty', 'RUNNING');
  });

  it('has the memory that its connector gives it', async () => {
    const { config } = await faulty('source', 'poll', 'slow-heap');
    await create('faulty', { ...config, 'task.memory.max.mb': '40' });
    expect(await failureOf('faulty')).toContain('ran out of its memory limit of 40 MB');
    await create('wrong', { ...healthy, 'task.memory.max.mb': 'much' });
    expect(await failureOf('wrong')).toContain('Invalid value much for configuration task.memory.max.mb');
  });

  it('logs as fast as it likes without harm', async () => {
    expectPromptRest();
    const { config, begun } = await faulty('source', 'poll', 'log');
    await create('faulty', config);
    await begun();
    await expectNeighbourGoesOn();
    await eventually(() => expect(worker.stderr).toMatch(/\d+ log lines were dropped/));
  });

  it('goes on from its stored offset after a restart', async () => {
    const before = await progress();
    expect((await call('POST', '/connectors/neighbour/tasks/0/restart')).status).toBe(204);
    await expectNeighbourGoesOn();
    expect(await progress()).toBeGreaterThan(before);
  });

  it('finds its thread warm when it is restarted after an orderly end', async () => {
    const { config, thread } = await faulty('source', 'start', 'none');
    await create('orderly', config);
    const first = await thread();
    await untilState(worker.url, 'orderly', 'RUNNING');
    await call('POST', '/connectors/orderly/tasks/0/restart');
    expect(await thread()).toBe(first);
  });

  for (const leftover of ['timer', 'hoard', 'throw']) {
    it(`gets a new thread when its predecessor left a ${leftover} behind`, async () => {
      const { config, thread } = await faulty('source', 'start', leftover);
      await create('untidy', config);
      const first = await thread();
      await (leftover === 'throw' ? failureOf('untidy') : untilState(url(), 'untidy', 'RUNNING'));
      await call('POST', '/connectors/untidy/tasks/0/restart');
      expect(await thread()).not.toBe(first);
    });
  }

  it('is paused and resumed', async () => {
    await call('PUT', '/connectors/neighbour/pause');
    await untilState(worker.url, 'neighbour', 'PAUSED');
    await call('PUT', '/connectors/neighbour/resume');
    await untilState(worker.url, 'neighbour', 'RUNNING');
    await expectNeighbourGoesOn();
  });

  it('shows in the metrics what it did', async () => {
    const text = await (await fetch(`${worker.url}/metrics`)).text();
    expect(text).toMatch(/source_record_write_total\{[^}]*connector="neighbour"[^}]*\} [1-9]/);
  });
});

describe('a connector in a thread of its own', () => {
  useWorker();

  for (const place of ['connector.start', 'taskConfigs']) {
    it(`harms nobody when ${place} never lets the thread go, and is gone when it is deleted`, async () => {
      expectPromptRest();
      const { config, begun } = await faulty('source', place, 'loop');
      await create('faulty', config);
      await begun();
      await expectNeighbourGoesOn();
      expect((await call('DELETE', '/connectors/faulty')).status).toBe(204);
    });
  }

  it('is ended when its stop never lets the thread go', async () => {
    expectPromptRest();
    const { config } = await faulty('source', 'connector.stop', 'loop');
    await create('faulty', config);
    await untilState(worker.url, 'faulty', 'RUNNING');
    expect((await call('DELETE', '/connectors/faulty')).status).toBe(204);
    await expectNeighbourGoesOn();
  });

  for (const [fault, reason] of [
    ['heap', 'ran out of its memory limit of 64 MB'],
    ['exit', 'called process.exit(3), which ends nothing but the thread'],
    ['reject', 'rejected and not awaited'],
  ] as const) {
    it(`fails with its reason after the fault ${fault}`, async () => {
      const { config } = await faulty('source', 'connector.start', fault);
      await create('faulty', config);
      expect(await connectorFailureOf('faulty')).toContain(reason);
      await expectNeighbourGoesOn();
    });
  }

  it('harms nobody when alterOffsets never lets the thread go, and answers when it is deleted', async () => {
    expectPromptRest();
    const { config, begun } = await faulty('source', 'alterOffsets', 'loop');
    await create('faulty', config);
    await call('PUT', '/connectors/faulty/stop');
    await eventually(async () => expect((await call('GET', '/connectors/faulty/tasks')).body).toEqual([]));
    const reset = call('DELETE', '/connectors/faulty/offsets');
    await begun();
    await expectNeighbourGoesOn();
    expect((await call('DELETE', '/connectors/faulty')).status).toBe(204);
    expect((await reset).status).toBe(500);
  });

  it('is asked for its offsets in a thread, with the answer as if it ran inline', async () => {
    const { config } = await faulty('source', 'nowhere', 'none');
    await create('faulty', { ...config, topic: 'altered' });
    await eventually(async () => expect((await call('GET', '/connectors/faulty/offsets')).body).toMatchObject({ offsets: [{}] }));
    await call('PUT', '/connectors/faulty/stop');
    const offsets = [{ partition: { p: 1 }, offset: { next: 7 } }];
    await eventually(async () => expect((await call('PATCH', '/connectors/faulty/offsets', { offsets })).status).toBe(200));
    expect((await call('GET', '/connectors/faulty/offsets')).body).toEqual({ offsets });
  });

  it('answers a refused configuration as if it ran inline', async () => {
    const { status, body } = await call('POST', '/connectors', { name: 'wrong', config: { ...healthy, 'tasks.max': 'many' } });
    expect(status).toBe(400);
    expect((body as { message: string }).message).toContain('Invalid value many for configuration tasks.max');
  });

  it('harms nobody when its validation never lets the thread go, and does not hold up the end of the worker', async () => {
    const pulse = new RestPulse(worker.url);
    const { config, begun } = await faulty('source', 'validate', 'loop');
    const answer = call('PUT', '/connector-plugins/FaultySource/config/validate', config);
    await begun();
    await expectNeighbourGoesOn();
    const other = await call('PUT', '/connector-plugins/FaultySource/config/validate', { ...healthy, name: 'other' });
    expect(other).toMatchObject({ status: 200, body: { error_count: 0 } });
    expectPrompt(await pulse.stop());
    // Nor does it hold up the end of the worker, or the answer.
    const [{ status }] = await Promise.all([answer, worker.stop()]);
    expect(status).toBe(500);
  });
});
