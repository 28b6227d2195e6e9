import { describe, expect, it } from 'vitest';
import { KafkaException, Schema, SourceRecord, type SourceTask } from '@millrace/api';
import { KafkaRetriableException, TimeoutException } from '@millrace/kafka';
import { onProducer } from './support/clients.ts';
import { eventually } from './support/eventually.ts';
import { sourcePlugin } from './support/test-plugins.ts';
import { testWorker, type TestWorker } from './support/test-worker.ts';
import { consume } from './support/topics.ts';

const source = { 'connector.class': 'test.Source' };

function record(position: number | bigint, overrides: { value?: string; timestamp?: number; topic?: string } = {}): SourceRecord {
  return new SourceRecord({
    sourcePartition: { file: 'a' },
    sourceOffset: { position },
    topic: overrides.topic ?? 'out',
    valueSchema: Schema.STRING_SCHEMA,
    value: overrides.value ?? `value ${position}`,
    timestamp: overrides.timestamp ?? null,
  });
}

/** A task that hands out one batch, and then waits for its signal. */
function once(batch: readonly SourceRecord[], overrides: Partial<SourceTask> = {}): SourceTask {
  let isDone = false;
  return {
    start: () => undefined,
    poll: (signal) => {
      if (!isDone) {
        isDone = true;
        return [...batch];
      }
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
  return (await consume(worker, topic)).map(({ value }) => String(value));
}

async function storedOffset(worker: TestWorker): Promise<unknown> {
  const { body } = await worker.request('GET', '/connectors/s/offsets');
  return (body as { offsets: { offset: unknown }[] }).offsets[0]?.offset;
}

describe('a record that Kafka refuses', () => {
  const tooLarge = 'x'.repeat(500);
  const small = { ...source, 'producer.override.max.request.size': '300' };

  it('fails the task without tolerance, and no offset at or behind it is stored', async () => {
    const worker = await testWorker([
      sourcePlugin('test.Source', () => once([record(1), record(2n ** 60n, { value: tooLarge }), record(3)])),
    ]);
    await worker.create('s', small);
    const trace = await worker.taskIn('FAILED', 's');
    expect(trace).toContain(
      'Unrecoverable exception from producer send callback of task s-0, source partition {"file":"a"}, source offset {"position":"1152921504606846976"}',
    );
    expect(trace).toContain('RecordTooLargeException');
    expect(await storedOffset(worker)).toEqual({ position: 1 });
  });

  it('fails the task at once, although poll waits for data', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', () => once([record(1)]))]);
    onProducer(worker, (producer) => {
      // The answer comes when the task has long been polling again.
      producer.append = (_, listener, token) => {
        setTimeout(() => listener.failed(token, new KafkaException('not authorized')), 50);
        return true;
      };
    });
    await worker.create('s', source);
    expect(await worker.taskIn('FAILED', 's')).toContain('not authorized');
    expect(await storedOffset(worker)).toBeUndefined();
  });

  it('is skipped and reported when errors.tolerance is all, and offsets go on', async () => {
    const skipped: unknown[] = [];
    const task = once([record(1), record(2, { value: tooLarge }), record(3)], {
      commitRecord: (sent, metadata) => void (metadata === null && skipped.push(sent.sourceOffset)),
    });
    const worker = await testWorker([sourcePlugin('test.Source', () => task)]);
    await worker.create('s', { ...small, 'errors.tolerance': 'all', 'errors.log.enable': 'true', 'errors.log.include.messages': 'true' });
    await eventually(async () => expect(await valuesIn(worker, 'out')).toEqual(['value 1', 'value 3']));
    await worker.herder.setTargetState('s', 'STOPPED');

    expect(await storedOffset(worker)).toEqual({ position: 3 });
    expect(skipped).toEqual([{ position: 2 }]);
    expect(worker.logLines.join('')).toContain(
      `Error encountered in task s-0. Executing stage 'KAFKA_PRODUCE' with class 'org.apache.kafka.connect.runtime.WorkerSourceTask', where source record is {source partition {"file":"a"}, source offset {"position":2}}.`,
    );
  });

  it('is offered again, before any other, when the producer refuses it for the moment', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', () => once([record(1), record(2), record(3)]))]);
    let refusals = 2;
    onProducer(worker, (producer) => {
      const append = producer.append.bind(producer);
      producer.append = (sent, listener, token) => {
        if (String(sent.value) === 'value 2' && refusals-- > 0) throw new TimeoutException('buffer is full');
        return append(sent, listener, token);
      };
    });
    await worker.create('s', source);
    await eventually(async () => expect(await valuesIn(worker, 'out')).toEqual(['value 1', 'value 2', 'value 3']));
    await worker.herder.setTargetState('s', 'STOPPED');
    expect(await storedOffset(worker)).toEqual({ position: 3 });
  });
});

describe('a source task', () => {
  it('fails on a negative timestamp whatever the tolerance, and names the record', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', () => once([record(1, { timestamp: -5 })]))]);
    await worker.create('s', { ...source, 'errors.tolerance': 'all' });
    expect(await worker.taskIn('FAILED', 's')).toContain(
      'InvalidRecordException: Invalid record timestamp -5 from task s-0, source partition {"file":"a"}, source offset {"position":1}',
    );
  });

  it('polls again after an error of Kafka that may pass', async () => {
    let polls = 0;
    const task = once([record(1)]);
    const flaky: SourceTask = {
      ...task,
      poll: (signal) => {
        polls += 1;
        if (polls === 1) throw new KafkaRetriableException('not now');
        return task.poll(signal);
      },
    };
    const worker = await testWorker([sourcePlugin('test.Source', () => flaky)]);
    await worker.create('s', source);
    await eventually(async () => expect(await valuesIn(worker, 'out')).toEqual(['value 1']));
  });

  it('goes on when its commitRecord or commit throws, and the log says so', async () => {
    const task = once([record(1), record(2)], {
      commitRecord: () => {
        throw new Error('no such queue');
      },
      commit: () => {
        throw new Error('no such file');
      },
    });
    const worker = await testWorker([sourcePlugin('test.Source', () => task)]);
    await worker.create('s', source);
    await eventually(async () => expect(await valuesIn(worker, 'out')).toEqual(['value 1', 'value 2']));
    await worker.taskIn('RUNNING', 's');
    await worker.herder.setTargetState('s', 'STOPPED');

    expect(await storedOffset(worker)).toEqual({ position: 2 });
    const log = worker.logLines.join('');
    expect(log).toContain('commitRecord of task s-0 failed, source partition {"file":"a"}, source offset {"position":1}: no such queue');
    expect(log).toContain('commit of task s-0 failed after its offsets were stored: no such file');
  });

  it('waits and tries again when its topic cannot be created for the moment', async () => {
    const worker = await testWorker([sourcePlugin('test.Source', () => once([record(1)]))]);
    const open = worker.transport.admin.bind(worker.transport);
    let refusals = 1;
    worker.transport.admin = (properties) => {
      const admin = open(properties);
      const create = admin.createTopic.bind(admin);
      admin.createTopic = (topic) => (refusals-- > 0 ? Promise.reject(new TimeoutException('controller moves')) : create(topic));
      return admin;
    };
    await worker.create('s', { ...source, 'topic.creation.default.partitions': '2', 'topic.creation.default.replication.factor': '1' });
    await eventually(async () => expect(await valuesIn(worker, 'out')).toEqual(['value 1']));
    expect(worker.logLines.join('')).toContain('Task s-0 could not create topic out and will retry');
  });
});
