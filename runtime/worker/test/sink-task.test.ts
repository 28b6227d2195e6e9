import { describe, expect, it, vi } from 'vitest';
import { RetriableException, TopicPartition, type SinkOffsets, type SinkRecord, type SinkTask, type SinkTaskContext } from '@millrace/api';
import { RebalanceInProgressException } from '@millrace/kafka';
import { eventually } from './support/eventually.ts';
import { sinkPlugin } from './support/test-plugins.ts';
import { testWorker, type TestWorker } from './support/test-worker.ts';

/** A task that keeps what it gets. */
class Recorder implements SinkTask {
  readonly batches: SinkRecord[][] = [];
  readonly opened: string[] = [];
  readonly closed: string[] = [];
  context: SinkTaskContext | null = null;
  stops = 0;

  get values(): unknown[] {
    return this.batches.flat().map(({ value }) => value);
  }

  initialize(context: SinkTaskContext): void {
    this.context = context;
  }
  start(): void {
    // Nothing to open.
  }
  open(partitions: readonly TopicPartition[]): void {
    this.opened.push(...partitions.map(String));
  }
  close(partitions: readonly TopicPartition[]): void {
    this.closed.push(...partitions.map(String));
  }
  put(records: readonly SinkRecord[]): void | Promise<void> {
    if (records.length > 0) this.batches.push([...records]);
  }
  stop(): void {
    this.stops += 1;
  }
}

/** Not long ago: the log drops what is older than its retention. */
const producedAt = Date.now();

async function produce(worker: TestWorker, values: readonly string[], topic = 'in', partition = 0): Promise<void> {
  const producer = worker.transport.producer({});
  const listener = { acknowledged: () => undefined, failed: () => undefined };
  for (const value of values) {
    producer.append({ topic, partition, key: null, value: Buffer.from(value), timestamp: producedAt, headers: [] }, listener, null);
  }
  await producer.flush();
  await producer.close(1000);
}

async function committed(worker: TestWorker, name = 'k', topic = 'in', partition = 0): Promise<number | undefined> {
  const offsets = await worker.transport.admin({}).groupOffsets(`connect-${name}`);
  return offsets.get(TopicPartition.of(topic, partition))?.offset;
}

const sink = { 'connector.class': 'test.Sink', topics: 'in' };

describe('a sink task', () => {
  it('gets records in order with topic, partition, offset and timestamp, and commits them when it stops', async () => {
    const task = new Recorder();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)]);
    await produce(worker, ['a', 'b', 'c']);

    await worker.create('k', sink);
    await eventually(() => expect(task.values).toEqual(['a', 'b', 'c']));
    const [first] = task.batches.flat();
    await worker.herder.setTargetState('k', 'STOPPED');

    expect(first).toMatchObject({ topic: 'in', kafkaPartition: 0, kafkaOffset: 0, timestamp: producedAt, timestampType: 'CreateTime' });
    expect(task.opened).toEqual(['in-0']);
    expect(task.closed).toEqual(['in-0']);
    expect(task.stops).toBe(1);
    expect(await committed(worker)).toBe(3);
  });

  it('goes on from the committed offset', async () => {
    const tasks: Recorder[] = [];
    const worker = await testWorker([
      sinkPlugin('test.Sink', () => {
        const task = new Recorder();
        tasks.push(task);
        return task;
      }),
    ]);
    await produce(worker, ['a', 'b']);
    await worker.create('k', sink);
    await eventually(() => expect(tasks[0]?.values).toEqual(['a', 'b']));

    await worker.herder.restartTask('k', 0);
    await produce(worker, ['c']);

    await eventually(() => expect(tasks[1]?.values).toEqual(['c']));
  });

  it('commits no further than preCommit allows, and ignores what it was never given', async () => {
    class Careful extends Recorder {
      preCommit(offsets: SinkOffsets): SinkOffsets {
        return new Map(
          [...offsets].map(([partition, offset]) => [partition, offset - 1] as const).concat([[TopicPartition.of('other', 3), 9]]),
        );
      }
    }
    const task = new Careful();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)]);
    await produce(worker, ['a', 'b', 'c']);
    await worker.create('k', sink);
    await eventually(() => expect(task.values).toHaveLength(3));

    await worker.herder.setTargetState('k', 'STOPPED');

    expect(await committed(worker)).toBe(2);
    expect(worker.logLines.join('')).toContain('asked to commit other-3 at 9, which was not delivered to it; ignored');
  });

  it('commits soon after requestCommit', async () => {
    class Requesting extends Recorder {
      override put(records: readonly SinkRecord[]): void {
        void super.put(records);
        if (records.length > 0) this.context?.requestCommit();
      }
    }
    const worker = await testWorker([sinkPlugin('test.Sink', () => new Requesting())]);
    await produce(worker, ['a']);

    await worker.create('k', sink);
    await eventually(async () => {
      await produce(worker, ['more']);
      expect(await committed(worker)).toBeGreaterThanOrEqual(1);
    });
  });

  it('commits soon after a rebalance that came in between, and that is no failure', async () => {
    class Requesting extends Recorder {
      override put(records: readonly SinkRecord[]): void {
        void super.put(records);
        if (records.length > 0) this.context?.requestCommit();
      }
    }
    const worker = await testWorker([sinkPlugin('test.Sink', () => new Requesting())]);
    const open = worker.transport.consumer.bind(worker.transport);
    let refusals = 0;
    vi.spyOn(worker.transport, 'consumer').mockImplementation((options) => {
      const consumer = open(options);
      vi.spyOn(consumer, 'commit').mockImplementationOnce(async () => {
        refusals += 1;
        throw new RebalanceInProgressException('poll, then commit again');
      });
      return consumer;
    });
    await produce(worker, ['a', 'b']);

    await worker.create('k', sink);
    await eventually(async () => expect(await committed(worker)).toBe(2));
    expect(refusals).toBe(1);
    expect(worker.logLines.join('')).not.toContain('failed');
  });

  it('gets the same records again, before any other, after a RetriableException', async () => {
    class Reluctant extends Recorder {
      refusals = 2;
      override put(records: readonly SinkRecord[]): void {
        if (records.length > 0 && this.refusals > 0) {
          this.refusals -= 1;
          throw new RetriableException('busy');
        }
        void super.put(records);
      }
    }
    const task = new Reluctant();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)]);
    await produce(worker, ['a', 'b']);

    await worker.create('k', sink);
    await eventually(() => expect(task.refusals).toBe(1));
    await produce(worker, ['c']);

    await eventually(() => expect(task.values).toEqual(['a', 'b', 'c']));
    expect(task.batches[0]?.map(({ value }) => value)).toEqual(['a', 'b']);
    await worker.taskIn('RUNNING', 'k');
  });

  it('is given again what a failed preCommit could not make durable', async () => {
    class Flaky extends Recorder {
      failures = 1;
      preCommit(offsets: SinkOffsets): SinkOffsets {
        if (this.failures > 0 && offsets.size > 0 && this.values.length > 0) {
          this.failures -= 1;
          throw new Error('disk full');
        }
        return offsets;
      }
    }
    const task = new Flaky();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)], { 'offset.flush.interval.ms': '20' });
    await produce(worker, ['a', 'b']);

    await worker.create('k', sink);

    await eventually(() => expect(task.values).toEqual(['a', 'b', 'a', 'b']));
    await eventually(async () => expect(await committed(worker)).toBe(2));
  });

  it('rewinds to an offset that it asked for', async () => {
    class Rewinding extends Recorder {
      rewound = false;
      override put(records: readonly SinkRecord[]): void {
        void super.put(records);
        if (this.values.length === 3 && !this.rewound) {
          this.rewound = true;
          this.context?.offset(new Map([[TopicPartition.of('in', 0), 1]]));
          this.context?.timeout(1);
        }
      }
    }
    const task = new Rewinding();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)], { 'offset.flush.interval.ms': '50' });
    await produce(worker, ['a', 'b', 'c']);

    await worker.create('k', sink);

    await eventually(() => expect(task.values).toEqual(['a', 'b', 'c', 'b', 'c']));
  });

  it('commits nothing of what it rewound while the batch waited for redelivery, until it is read again', async () => {
    class Rewinding extends Recorder {
      readonly asked: (number | undefined)[] = [];
      calls = 0;
      override put(records: readonly SinkRecord[]): void {
        if (records.length > 0) this.calls += 1;
        if (this.calls === 1 && records.length > 0) {
          this.context?.offset(new Map([[TopicPartition.of('in', 0), 0]]));
          throw new RetriableException('busy');
        }
        void super.put(records);
        if (records.length > 0) this.context?.requestCommit();
      }
      preCommit(offsets: SinkOffsets): SinkOffsets {
        if (this.calls > 1) this.asked.push(offsets.get(TopicPartition.of('in', 0)));
        return offsets;
      }
    }
    const task = new Rewinding();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)]);
    await produce(worker, ['a', 'b']);
    await worker.create('k', sink);
    await eventually(() => expect(task.values).toEqual(['a', 'b', 'a', 'b']));
    await eventually(async () => expect(await committed(worker)).toBe(2));
    expect(task.asked.slice(0, 2)).toEqual([0, 2]);
  });

  it('gets nothing of a partition that it paused until it resumes it', async () => {
    const task = new Recorder();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)], { 'offset.flush.interval.ms': '20' });
    await worker.transport.admin({}).createTopic({ name: 'in', partitions: 2, replicationFactor: 1, config: {} });
    await worker.create('k', sink);
    await eventually(() => expect(task.opened).toHaveLength(2));
    const paused = TopicPartition.of('in', 1);

    task.context?.pause(paused);
    await produce(worker, ['held'], 'in', 1);
    await produce(worker, ['free'], 'in', 0);
    await eventually(() => expect(task.values).toEqual(['free']));
    task.context?.resume(paused);

    await eventually(() => expect(task.values).toEqual(['free', 'held']));
  });

  it('may not pause a partition that it does not have', async () => {
    const task = new Recorder();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)]);
    await produce(worker, ['a']);
    await worker.create('k', sink);
    await eventually(() => expect(task.values).toEqual(['a']));

    expect(() => task.context?.pause(TopicPartition.of('elsewhere', 0))).toThrow(
      'SinkTasks may not pause or resume partitions that are not assigned to them: elsewhere-0',
    );
  });

  it('keeps its partitions while paused and gets no records until it is resumed', async () => {
    const task = new Recorder();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)], { 'offset.flush.interval.ms': '20' });
    await produce(worker, ['a']);
    await worker.create('k', sink);
    await eventually(() => expect(task.values).toEqual(['a']));

    await worker.herder.setTargetState('k', 'PAUSED');
    await worker.taskIn('PAUSED', 'k');
    await produce(worker, ['b']);
    await new Promise((resolve) => setTimeout(resolve, 80));

    expect(task.values).toEqual(['a']);
    expect(task.closed).toEqual([]);
    await worker.herder.setTargetState('k', 'STARTED');
    await eventually(() => expect(task.values).toEqual(['a', 'b']));
  });

  it('fails on a poison record and names connector, task, topic, partition and offset', async () => {
    const task = new Recorder();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)]);
    await produce(worker, ['{"good":1}', 'poison']);

    await worker.create('k', {
      ...sink,
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': 'false',
    });

    const trace = await worker.taskIn('FAILED', 'k');
    expect(trace).toContain('task k-0, stage VALUE_CONVERTER with class org.apache.kafka.connect.json.JsonConverter');
    expect(trace).toContain('topic in, partition 0, offset 1');
    expect(await committed(worker)).not.toBe(2);
  });

  it('skips a poison record and commits past it when errors.tolerance is all', async () => {
    const task = new Recorder();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)]);
    await produce(worker, ['1', 'poison', '2', 'poison']);

    await worker.create('k', {
      ...sink,
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': 'false',
      'errors.tolerance': 'all',
    });
    await eventually(() => expect(task.values).toEqual([1, 2]));
    await worker.herder.setTargetState('k', 'STOPPED');

    expect(await committed(worker)).toBe(4);
  });

  it('keeps the original topic, partition and offset of a record that a transformation routes elsewhere', async () => {
    const task = new Recorder();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)]);
    await produce(worker, ['a']);

    await worker.create('k', {
      ...sink,
      transforms: 'route',
      'transforms.route.type': 'RegexRouter',
      'transforms.route.regex': '(.*)',
      'transforms.route.replacement': 'new-$1',
    });

    await eventually(() => expect(task.batches.flat()[0]).toMatchObject({ topic: 'new-in', originalTopic: 'in', originalKafkaOffset: 0 }));
    await worker.herder.setTargetState('k', 'STOPPED');
    expect(await committed(worker)).toBe(1);
  });

  it('shares the partitions of a topic among its tasks', async () => {
    const tasks: Recorder[] = [];
    const worker = await testWorker(
      [
        sinkPlugin('test.Sink', () => {
          const task = new Recorder();
          tasks.push(task);
          return task;
        }),
      ],
      { 'offset.flush.interval.ms': '50' },
    );
    await worker.transport.admin({}).createTopic({ name: 'in', partitions: 4, replicationFactor: 1, config: {} });

    await worker.create('k', { ...sink, 'tasks.max': '2' });

    await eventually(() => {
      const now = tasks.map(({ opened, closed }) => opened.length - closed.length);
      expect(now).toEqual([2, 2]);
    });
    for (const partition of [0, 1, 2, 3]) await produce(worker, [`p${partition}`], 'in', partition);
    await eventually(() =>
      expect(tasks.flatMap(({ values }) => values).toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
        'p0',
        'p1',
        'p2',
        'p3',
      ]),
    );
  });
});
