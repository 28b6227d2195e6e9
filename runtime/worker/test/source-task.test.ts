import { describe, expect, it } from 'vitest';
import {
  ConfigDef,
  DataException,
  RetriableException,
  Schema,
  SourceRecord,
  type ConnectRecord,
  type RecordMetadata,
  type SourceTask,
  type SourceTaskContext,
} from '@millrace/api';
import { eventually } from './support/eventually.ts';
import { plugin, sourcePlugin } from './support/test-plugins.ts';
import { testWorker, type TestWorker } from './support/test-worker.ts';

const partition = { file: 'a' };

function record(position: number, overrides: { topic?: string; partition?: object; value?: unknown } = {}): SourceRecord {
  return new SourceRecord({
    sourcePartition: (overrides.partition ?? partition) as Record<string, unknown>,
    sourceOffset: { position },
    topic: overrides.topic ?? 'out',
    valueSchema: Schema.STRING_SCHEMA,
    value: overrides.value ?? `value ${position}`,
  });
}

/** A task that hands out these batches, one a poll, and then waits for its signal. */
function scripted(batches: (SourceRecord[] | null | (() => never))[], overrides: Partial<SourceTask> = {}): SourceTask {
  const left = [...batches];
  return {
    start: () => undefined,
    poll: (signal) => {
      const next = left.shift();
      if (typeof next === 'function') return next();
      if (next !== undefined) return next;
      return new Promise((resolve) => {
        if (signal.aborted) resolve(null);
        signal.addEventListener('abort', () => resolve(null), { once: true });
      });
    },
    stop: () => undefined,
    ...overrides,
  };
}

async function valuesIn(worker: TestWorker, topic: string): Promise<string[]> {
  const reader = worker.transport.reader({ topic, isolation: 'read_uncommitted', properties: {} });
  const records = await reader.readToEnd();
  await reader.close();
  return records.map(({ value }) => String(value));
}

describe('a source task', () => {
  it('sends its records in order and hears of each with its place in Kafka', async () => {
    const heard: [unknown, RecordMetadata | null][] = [];
    const task = scripted([[record(1), record(2)], [record(3)]], {
      commitRecord: (sent, metadata) => heard.push([sent.sourceOffset, metadata]),
    });
    const worker = await testWorker([sourcePlugin('test.Source', () => task)]);

    await worker.create('s', { 'connector.class': 'test.Source' });

    await eventually(() => expect(heard).toHaveLength(3));
    expect(await valuesIn(worker, 'out')).toEqual(['value 1', 'value 2', 'value 3']);
    expect(heard.map(([offset, metadata]) => [offset, metadata?.offset])).toEqual([
      [{ position: 1 }, 0],
      [{ position: 2 }, 1],
      [{ position: 3 }, 2],
    ]);
  });

  it('finds the offset of its last acknowledged record after a restart', async () => {
    const found: unknown[] = [];
    let context: SourceTaskContext | null = null;
    const sent: unknown[] = [];
    const make = (): SourceTask =>
      scripted([[record(1), record(2)]], {
        initialize: (given) => {
          context = given;
        },
        start: async () => {
          found.push(await context?.offsetStorageReader.offset({ file: 'a' }));
        },
        commitRecord: ({ sourceOffset }) => sent.push(sourceOffset),
      });
    const worker = await testWorker([sourcePlugin('test.Source', make)]);
    await worker.create('s', { 'connector.class': 'test.Source' });
    await eventually(() => expect(sent).toHaveLength(2));

    await worker.herder.restartTask('s', 0);

    await eventually(() => expect(found).toEqual([null, { position: 2 }]));
  });

  it('polls again after a RetriableException', async () => {
    const task = scripted([
      () => {
        throw new RetriableException('not yet');
      },
      [record(1)],
    ]);
    const worker = await testWorker([sourcePlugin('test.Source', () => task)]);

    await worker.create('s', { 'connector.class': 'test.Source' });

    await eventually(async () => expect(await valuesIn(worker, 'out')).toEqual(['value 1']));
    await worker.taskIn('RUNNING', 's');
  });

  it('becomes FAILED with the cause in its trace when poll throws, and stops the task', async () => {
    let stops = 0;
    const task = scripted(
      [
        () => {
          throw new DataException('row 7 is broken');
        },
      ],
      { stop: () => void stops++ },
    );
    const worker = await testWorker([sourcePlugin('test.Source', () => task)]);

    await worker.create('s', { 'connector.class': 'test.Source' });

    expect(await worker.taskIn('FAILED', 's')).toContain('org.apache.kafka.connect.errors.DataException: row 7 is broken');
    await eventually(() => expect(stops).toBe(1));
  });

  it('stops polling while it is paused and goes on after resume', async () => {
    let polls = 0;
    let position = 0;
    const task: SourceTask = {
      start: () => undefined,
      poll: async () => {
        polls += 1;
        await new Promise((resolve) => setTimeout(resolve, 1));
        position += 1;
        return [record(position)];
      },
      stop: () => undefined,
    };
    const worker = await testWorker([sourcePlugin('test.Source', () => task)]);
    await worker.create('s', { 'connector.class': 'test.Source' });
    await eventually(() => expect(polls).toBeGreaterThan(3));

    await worker.herder.setTargetState('s', 'PAUSED');
    await worker.taskIn('PAUSED', 's');
    const pollsWhenPaused = polls;
    await new Promise((resolve) => setTimeout(resolve, 50));

    expect(polls).toBe(pollsWhenPaused);
    await worker.herder.setTargetState('s', 'STARTED');
    await eventually(() => expect(polls).toBeGreaterThan(pollsWhenPaused + 3));
    await worker.taskIn('RUNNING', 's');
  });

  it('drops what a transformation drops and tells the task with null metadata', async () => {
    const heard: [unknown, unknown][] = [];
    class DropOdd {
      config(): ConfigDef {
        return new ConfigDef();
      }
      configure(): void {
        // Takes no keys.
      }
      apply<R extends ConnectRecord<R>>(given: R): R | null {
        return Number(String(given.value).at(-1)) % 2 === 1 ? null : given;
      }
    }
    const task = scripted([[record(1), record(2), record(3), record(4)]], {
      commitRecord: (sent, metadata) => heard.push([sent.sourceOffset?.['position'], metadata === null]),
    });
    const worker = await testWorker([sourcePlugin('test.Source', () => task), plugin('transformation', 'test.DropOdd', DropOdd)]);

    await worker.create('s', { 'connector.class': 'test.Source', transforms: 'odd', 'transforms.odd.type': 'test.DropOdd' });

    await eventually(() => expect(heard).toHaveLength(4));
    expect(await valuesIn(worker, 'out')).toEqual(['value 2', 'value 4']);
    expect(heard.filter(([, dropped]) => dropped).map(([position]) => position)).toEqual([1, 3]);
  });

  it('fails on a record that cannot be converted and names task, stage, converter and source offset', async () => {
    const task = scripted([[record(1), record(2, { value: 5 })]]);
    const worker = await testWorker([sourcePlugin('test.Source', () => task)]);

    await worker.create('s', {
      'connector.class': 'test.Source',
      'value.converter': 'org.apache.kafka.connect.converters.ByteArrayConverter',
    });

    const trace = await worker.taskIn('FAILED', 's');
    expect(trace).toContain('Tolerance exceeded in error handler: task s-0, stage VALUE_CONVERTER');
    expect(trace).toContain('org.apache.kafka.connect.converters.ByteArrayConverter');
    expect(trace).toContain('source offset {"position":1}');
  });

  it('skips a record that cannot be converted when errors.tolerance is all', async () => {
    const good = new SourceRecord({
      sourcePartition: partition,
      sourceOffset: { position: 2 },
      topic: 'out',
      valueSchema: Schema.BYTES_SCHEMA,
      value: Buffer.from('good'),
    });
    const worker = await testWorker([sourcePlugin('test.Source', () => scripted([[record(1), good]]))]);

    await worker.create('s', {
      'connector.class': 'test.Source',
      'value.converter': 'org.apache.kafka.connect.converters.ByteArrayConverter',
      'errors.tolerance': 'all',
    });

    await eventually(async () => expect(await valuesIn(worker, 'out')).toEqual(['good']));
    await worker.taskIn('RUNNING', 's');
  });

  it('creates its topic as the matching topic creation group says', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', () => scripted([[record(1, { topic: 'wide-1' }), record(2)]]))]);

    await worker.create('s', {
      'connector.class': 'test.Source',
      'topic.creation.default.partitions': '2',
      'topic.creation.default.replication.factor': '1',
      'topic.creation.groups': 'wide',
      'topic.creation.wide.include': 'wide-.*',
      'topic.creation.wide.partitions': '7',
      'topic.creation.wide.cleanup.policy': 'compact',
    });

    const admin = worker.transport.admin({});
    await eventually(async () => {
      const topics = await admin.describeTopics(['wide-1', 'out']);
      expect([topics.get('wide-1')?.partitions, topics.get('out')?.partitions]).toEqual([7, 2]);
    });
    expect((await admin.topicConfig('wide-1')).get('cleanup.policy')).toBe('compact');
  });

  it('lets other work run while polls return without waiting', async () => {
    let position = 0;
    const task: SourceTask = { start: () => undefined, poll: () => [record((position += 1))], stop: () => undefined };
    const worker = await testWorker([sourcePlugin('test.Source', () => task)]);
    await worker.create('s', { 'connector.class': 'test.Source' });

    const { status } = await worker.request('GET', '/connectors/s/status');

    expect(status).toBe(200);
  });

  it('is cut off when it does not stop in time, and the worker goes on', async () => {
    const task: SourceTask = { start: () => undefined, poll: () => new Promise(() => undefined), stop: () => undefined };
    const worker = await testWorker([sourcePlugin('test.Source', () => task)], { 'task.shutdown.graceful.timeout.ms': '50' });
    await worker.create('s', { 'connector.class': 'test.Source' });
    await worker.taskIn('RUNNING', 's');

    await worker.herder.deleteConnector('s');

    expect(worker.logLines.join('')).toContain('did not stop within task.shutdown.graceful.timeout.ms=50 and was cut off');
    expect(await worker.herder.connectors()).toEqual([]);
  });
});
