import { describe, expect, it } from 'vitest';
import {
  DataException,
  Schema,
  SinkRecord,
  TopicPartition,
  type ErrantRecordReporter,
  type SinkTask,
  type SinkTaskContext,
} from '@millrace/api';
import { eventually } from '../support/eventually.ts';
import { sinkPlugin } from '../support/test-plugins.ts';
import { testWorker, type TestWorker } from '../support/test-worker.ts';
import { consume, produce, textHeaders } from '../support/topics.ts';

const sink = { 'connector.class': 'test.Sink', topics: 'in' };
const queue = { 'errors.deadletterqueue.topic.name': 'dlq', 'errors.deadletterqueue.context.headers.enable': 'true' };

/** A task that takes what is not `bad` and reports the rest. */
class Reporting implements SinkTask {
  readonly values: unknown[] = [];
  reporter: ErrantRecordReporter | null = null;
  readonly #report: (reporter: ErrantRecordReporter, record: SinkRecord) => Promise<void> | void;

  constructor(report: (reporter: ErrantRecordReporter, record: SinkRecord) => Promise<void> | void) {
    this.#report = report;
  }

  initialize(context: SinkTaskContext): void {
    this.reporter = context.errantRecordReporter;
  }
  start(): void {
    // Nothing to open.
  }
  async put(records: readonly SinkRecord[]): Promise<void> {
    for (const record of records) {
      if (record.value === 'bad') await this.#report(this.reporter as ErrantRecordReporter, record);
      else this.values.push(record.value);
    }
  }
  stop(): void {
    // Nothing to close.
  }
}

const awaiting = () => new Reporting((reporter, record) => reporter.report(record, new DataException('no column')));

async function committed(worker: TestWorker): Promise<number | undefined> {
  return (await worker.transport.admin({}).groupOffsets('connect-k')).get(TopicPartition.of('in', 0))?.offset;
}

describe('a record that a sink task reports', () => {
  it('goes to the dead letter queue as it was read, also when a transformation changed it', async () => {
    const task = awaiting();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)]);
    await produce(worker, [
      { value: 'good' },
      { key: 'k', value: 'bad', headers: [{ key: 'h', value: Buffer.from('1') }] },
      { value: 'fine' },
    ]);

    await worker.create('k', {
      ...sink,
      ...queue,
      'errors.tolerance': 'all',
      transforms: 'route',
      'transforms.route.type': 'RegexRouter',
      'transforms.route.regex': '(.*)',
      'transforms.route.replacement': 'new-$1',
    });
    await eventually(() => expect(task.values).toEqual(['good', 'fine']));
    await worker.herder.setTargetState('k', 'STOPPED');

    const [letter, ...others] = await consume(worker, 'dlq');
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ key: Buffer.from('k'), value: Buffer.from('bad') });
    const headers = textHeaders(letter?.headers ?? []);
    expect(headers.get('h')).toBe('1');
    expect(headers.get('__connect.errors.topic')).toBe('in');
    expect(headers.get('__connect.errors.offset')).toBe('1');
    expect(headers.get('__connect.errors.stage')).toBe('TASK_PUT');
    expect(headers.get('__connect.errors.class.name')).toBe('org.apache.kafka.connect.sink.SinkTask');
    expect(headers.get('__connect.errors.exception.message')).toBe('no column');
    expect(await committed(worker)).toBe(3);
  });

  it('is written with the converters of the task when the task made it', async () => {
    const task = new Reporting((reporter, record) =>
      reporter.report(
        new SinkRecord({
          topic: record.topic,
          kafkaPartition: record.kafkaPartition,
          kafkaOffset: record.kafkaOffset,
          keySchema: Schema.STRING_SCHEMA,
          key: 'made',
          valueSchema: Schema.STRING_SCHEMA,
          value: 'by the task',
        }),
        new DataException('no column'),
      ),
    );
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)]);
    await produce(worker, [{ value: 'bad' }]);
    await worker.create('k', { ...sink, ...queue, 'errors.tolerance': 'all' });

    const [letter] = await eventually(async () => {
      const letters = await consume(worker, 'dlq');
      expect(letters).toHaveLength(1);
      return letters;
    });
    expect(letter).toMatchObject({ key: Buffer.from('made'), value: Buffer.from('by the task') });
    expect(textHeaders(letter?.headers ?? []).get('__connect.errors.offset')).toBe('0');
  });

  it.each([
    ['awaits the report', awaiting],
    [
      'does not look at the report',
      () => new Reporting((reporter, record) => void reporter.report(record, new DataException('no column'))),
    ],
    [
      'swallows the refusal',
      () => new Reporting((reporter, record) => reporter.report(record, new DataException('no column')).catch(() => undefined)),
    ],
  ])('fails the task without tolerance, also if it %s', async (_, makeTask) => {
    const worker = await testWorker([sinkPlugin('test.Sink', makeTask)]);
    await produce(worker, [{ value: 'good' }, { value: 'bad' }]);

    await worker.create('k', { ...sink, ...queue });
    const trace = await worker.taskIn('FAILED', 'k');

    expect(trace).toContain('Tolerance exceeded in error handler: task k-0, stage TASK_PUT');
    expect(trace).toContain('topic in, partition 0, offset 1: no column');
    await eventually(async () => expect(await consume(worker, 'dlq')).toHaveLength(1));
    expect(await committed(worker)).toBeUndefined();
  });

  it('fails the task when the queue cannot take it, since its offset would be committed', async () => {
    const task = awaiting();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)]);
    await produce(worker, [{ value: 'bad' }]);
    await worker.create('k', { ...sink, ...queue, 'errors.tolerance': 'all', 'producer.override.max.request.size': '10' });

    expect(await worker.taskIn('FAILED', 'k')).toContain(
      'Record of topic in, partition 0, offset 0 cannot be written to dead letter queue dlq',
    );
    expect(await committed(worker)).toBeUndefined();
  });

  it('goes to the log when there is no queue', async () => {
    const worker = await testWorker([sinkPlugin('test.Sink', awaiting)]);
    await produce(worker, [{ value: 'bad' }]);
    await worker.create('k', { ...sink, 'errors.tolerance': 'all', 'errors.log.enable': 'true' });
    await eventually(() => expect(worker.logLines.join('')).toContain("Executing stage 'TASK_PUT'"));
  });

  it('has nowhere to go when there is neither, and the task is told so', async () => {
    const task = awaiting();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)]);
    await worker.create('k', { ...sink, 'errors.tolerance': 'all' });
    await worker.taskIn('RUNNING', 'k');
    expect(task.reporter).toBeNull();
  });
});
