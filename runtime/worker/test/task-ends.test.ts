import { describe, expect, it } from 'vitest';
import { TopicPartition, type SinkOffsets, type SinkRecord, type SinkTask } from '@millrace/api';
import { eventually } from './support/eventually.ts';
import { sinkPlugin } from './support/test-plugins.ts';
import { testWorker, type TestWorker } from './support/test-worker.ts';
import { onConsumer } from './support/clients.ts';
import { produce } from './support/topics.ts';

const sink = { 'connector.class': 'test.Sink', topics: 'in' };

/** Keeps what it gets. */
class Recorder implements SinkTask {
  readonly values: unknown[] = [];
  readonly signals: AbortSignal[] = [];
  start(): void {
    // Nothing to open.
  }
  put(records: readonly SinkRecord[], signal: AbortSignal): void | Promise<void> {
    this.signals.push(signal);
    this.values.push(...records.map(({ value }) => value));
  }
  stop(): void {
    // Nothing to close.
  }
}

/** A worker whose tasks are these, one after the other. */
async function workerWith(tasks: readonly SinkTask[], properties: Readonly<Record<string, string>> = {}): Promise<TestWorker> {
  const left = [...tasks];
  return testWorker([sinkPlugin('test.Sink', () => left.shift() as SinkTask)], properties);
}

async function committed(worker: TestWorker): Promise<number | undefined> {
  return (await worker.transport.admin({}).groupOffsets('connect-k')).get(TopicPartition.of('in', 0))?.offset;
}

const never = (): Promise<never> => new Promise(() => undefined);

describe('a sink task that does not stop in time', () => {
  const hurried = { 'task.shutdown.graceful.timeout.ms': '100' };

  it.each<[string, (task: Recorder) => void]>([
    ['put', (task) => Object.assign(task, { put: never })],
    ['preCommit', (task) => Object.assign(task, { preCommit: never })],
    ['close', (task) => Object.assign(task, { close: never })],
    ['open', (task) => Object.assign(task, { open: never })],
    ['stop', (task) => Object.assign(task, { stop: never })],
  ])('leaves its group, so that its successor gets the partitions at once: %s hangs', async (_, hang) => {
    const hanging = new Recorder();
    hang(hanging);
    const successor = new Recorder();
    const worker = await workerWith([hanging, successor], hurried);
    await produce(worker, [{ value: 'a' }]);
    await worker.create('k', sink);
    await worker.taskIn('RUNNING', 'k');

    await worker.herder.restartTask('k', 0);
    await produce(worker, [{ value: 'b' }]);

    await eventually(() => expect(successor.values).toContain('b'), 4000);
  });

  it('commits nothing afterwards', async () => {
    let release: (offsets: SinkOffsets) => void = () => undefined;
    let asked: SinkOffsets | null = null;
    const late = Object.assign(new Recorder(), {
      preCommit: (offsets: SinkOffsets) => {
        asked = offsets;
        return new Promise<SinkOffsets>((resolve) => (release = resolve));
      },
    });
    const successor = Object.assign(new Recorder(), { preCommit: () => new Map() });
    const worker = await workerWith([late, successor], hurried);
    await produce(worker, [{ value: 'a' }]);
    await worker.create('k', sink);
    await eventually(() => expect(late.values).toEqual(['a']));
    await worker.herder.restartTask('k', 0);
    await eventually(() => expect(successor.values).toEqual(['a']));

    release(asked ?? new Map());
    await worker.herder.setTargetState('k', 'STOPPED');

    expect(asked).not.toBeNull();
    expect(await committed(worker)).toBeUndefined();
    // Not even tried: a consumer that is closed would refuse it.
    expect(worker.logLines.join('')).not.toContain('Committing offsets of task k-0 failed');
  });
});

describe('the signal of put', () => {
  it('ends a put when the task is to stop, which is no failure, and the records are given again', async () => {
    const waiting = Object.assign(new Recorder(), {
      put: (records: readonly SinkRecord[], signal: AbortSignal) =>
        records.length === 0
          ? undefined
          : new Promise<void>((_, reject) => {
              started = true;
              signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
            }),
    });
    let started = false;
    const successor = new Recorder();
    const worker = await workerWith([waiting, successor]);
    await produce(worker, [{ value: 'a' }]);
    await worker.create('k', sink);
    await eventually(() => expect(started).toBe(true));

    await worker.herder.setTargetState('k', 'STOPPED');
    expect(await committed(worker)).toBeUndefined();
    expect(worker.logLines.join('')).not.toContain('failed');
    await worker.herder.setTargetState('k', 'STARTED');

    await eventually(() => expect(successor.values).toEqual(['a']));
  });

  it('does not fire when the task is paused', async () => {
    const task = new Recorder();
    const worker = await workerWith([task], { 'offset.flush.interval.ms': '20' });
    await produce(worker, [{ value: 'a' }]);
    await worker.create('k', sink);
    await eventually(() => expect(task.values).toEqual(['a']));
    await worker.herder.setTargetState('k', 'PAUSED');
    await worker.taskIn('PAUSED', 'k');
    const puts = task.signals.length;
    await eventually(() => expect(task.signals.length).toBeGreaterThan(puts));
    expect(task.signals.filter(({ aborted }) => aborted)).toEqual([]);
  });
});

describe('the commits of a sink task', () => {
  it('go on while it is paused', async () => {
    const durable = Object.assign(new Recorder(), { isDurable: false, preCommit: (offsets: SinkOffsets) => offsets });
    durable.preCommit = (offsets) => (durable.isDurable ? offsets : new Map());
    const worker = await workerWith([durable], { 'offset.flush.interval.ms': '20' });
    await produce(worker, [{ value: 'a' }]);
    await worker.create('k', sink);
    await eventually(() => expect(durable.values).toEqual(['a']));
    await worker.herder.setTargetState('k', 'PAUSED');
    await worker.taskIn('PAUSED', 'k');
    durable.isDurable = true;
    await eventually(async () => expect(await committed(worker)).toBe(1));
  });

  it('count as failed when Kafka does not answer in time, and records still flow', async () => {
    const task = new Recorder();
    const worker = await workerWith([task], { 'offset.flush.interval.ms': '20', 'offset.flush.timeout.ms': '50' });
    onConsumer(worker, (consumer) => {
      const commit = consumer.commit.bind(consumer);
      let isFirst = true;
      consumer.commit = (offsets) => {
        if (!isFirst) return commit(offsets);
        isFirst = false;
        return never();
      };
    });
    await produce(worker, [{ value: 'a' }]);
    await worker.create('k', sink);
    await eventually(() =>
      expect(worker.logLines.join('')).toMatch(
        /Committing offsets of task k-0 failed and will be tried again.*offset\.flush\.timeout\.ms=50/s,
      ),
    );
    await produce(worker, [{ value: 'b' }]);
    await eventually(() => expect(task.values).toEqual(['a', 'b']));
    await eventually(async () => expect(await committed(worker)).toBe(2));
  });
});
