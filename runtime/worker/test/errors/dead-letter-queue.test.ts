import { describe, expect, it } from 'vitest';
import { ConfigDef, DataException, RetriableException, TopicPartition, type ConnectRecord, type SinkTask } from '@millrace/api';
import { eventually } from '../support/eventually.ts';
import { plugin, sinkPlugin } from '../support/test-plugins.ts';
import { testWorker, type TestWorker } from '../support/test-worker.ts';
import { onConsumer, onProducer } from '../support/clients.ts';
import { consume, produce, textHeaders } from '../support/topics.ts';

const json = {
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter.schemas.enable': 'false',
};
const sink = { 'connector.class': 'test.Sink', topics: 'in', ...json };
const queue = { 'errors.deadletterqueue.topic.name': 'dlq', 'errors.deadletterqueue.context.headers.enable': 'true' };

/** Keeps what it is given. */
function recorder(): SinkTask & { readonly values: unknown[] } {
  const values: unknown[] = [];
  return {
    values,
    start: () => undefined,
    put: (records) => void values.push(...records.map(({ value }) => value)),
    stop: () => undefined,
  };
}

/** Throws what a test says for values that a test names. */
class Picky {
  static failures = new Map<unknown, () => Error>();
  config(): ConfigDef {
    return new ConfigDef();
  }
  configure(): void {
    // Nothing to configure.
  }
  apply<R extends ConnectRecord<R>>(record: R): R {
    const failure = Picky.failures.get(record.value);
    if (failure !== undefined) throw failure();
    return record;
  }
}

async function committed(worker: TestWorker): Promise<number | undefined> {
  const offsets = await worker.transport.admin({}).groupOffsets('connect-k');
  return offsets.get(TopicPartition.of('in', 0))?.offset;
}

describe('the dead letter queue of a sink', () => {
  it('gets the bytes, headers and time of a record that cannot be converted, and says where and why it failed', async () => {
    const task = recorder();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task)]);
    const own = { key: 'own', value: Buffer.from([1, 2]) };
    const timestamp = Date.now() - 1000;
    await produce(worker, [{ value: '1' }, { key: 'k', value: 'poison', headers: [own], timestamp }, { value: '2' }]);

    await worker.create('k', { ...sink, ...queue, 'errors.tolerance': 'all' });
    await eventually(() => expect(task.values).toEqual([1, 2]));
    const [letter, ...others] = await eventually(async () => {
      const records = await consume(worker, 'dlq');
      expect(records).not.toEqual([]);
      return records;
    });

    expect(others).toEqual([]);
    expect(letter).toMatchObject({ key: Buffer.from('k'), value: Buffer.from('poison'), timestamp });
    expect(letter?.headers[0]).toEqual(own);
    const headers = textHeaders(letter?.headers.slice(1) ?? []);
    const stacktrace = headers.get('__connect.errors.exception.stacktrace');
    headers.delete('__connect.errors.exception.stacktrace');
    const message = headers.get('__connect.errors.exception.message');
    headers.delete('__connect.errors.exception.message');
    expect([...headers]).toEqual([
      ['__connect.errors.topic', 'in'],
      ['__connect.errors.partition', '0'],
      ['__connect.errors.offset', '1'],
      ['__connect.errors.connector.name', 'k'],
      ['__connect.errors.task.id', '0'],
      ['__connect.errors.stage', 'VALUE_CONVERTER'],
      ['__connect.errors.class.name', 'org.apache.kafka.connect.json.JsonConverter'],
      ['__connect.errors.exception.class.name', 'org.apache.kafka.connect.errors.DataException'],
    ]);
    expect(message).not.toBe('');
    expect(stacktrace).toMatch(/^org\.apache\.kafka\.connect\.errors\.DataException: .*\n\tat /);
  });

  it('is created with one partition when it is missing, and left alone when it is there', async () => {
    const worker = await testWorker([sinkPlugin('test.Sink', recorder)]);
    await worker.transport.admin({}).createTopic({ name: 'other', partitions: 3, replicationFactor: 1, config: {} });

    await worker.create('k', { ...sink, 'errors.deadletterqueue.topic.name': 'dlq' });
    await worker.create('l', { ...sink, 'errors.deadletterqueue.topic.name': 'other' });
    await worker.taskIn('RUNNING', 'k');
    await worker.taskIn('RUNNING', 'l');

    const topics = await worker.transport.admin({}).describeTopics(['dlq', 'other']);
    expect(topics.get('dlq')?.partitions).toBe(1);
    expect(topics.get('other')?.partitions).toBe(3);
  });

  it('gets no headers unless they are enabled', async () => {
    const worker = await testWorker([sinkPlugin('test.Sink', recorder)]);
    await produce(worker, [{ value: 'poison' }]);
    await worker.create('k', { ...sink, 'errors.deadletterqueue.topic.name': 'dlq', 'errors.tolerance': 'all' });
    const [letter] = await eventually(async () => {
      const records = await consume(worker, 'dlq');
      expect(records).toHaveLength(1);
      return records;
    });
    expect(letter?.headers).toEqual([]);
  });

  it('gets the record that fails a task without tolerance, whose offset is not committed', async () => {
    const worker = await testWorker([sinkPlugin('test.Sink', recorder)]);
    await produce(worker, [{ value: '1' }, { value: 'poison' }]);

    await worker.create('k', { ...sink, ...queue });
    const trace = await worker.taskIn('FAILED', 'k');

    expect(trace).toContain('Tolerance exceeded in error handler: task k-0, stage VALUE_CONVERTER');
    expect(trace).toContain('topic in, partition 0, offset 1');
    await eventually(async () => expect((await consume(worker, 'dlq')).map(({ value }) => String(value))).toEqual(['poison']));
    expect(await committed(worker)).not.toBe(2);
  });

  it.each([
    ['KEY_CONVERTER', { key: 'bad', value: '1' }, { 'key.converter': 'org.apache.kafka.connect.json.JsonConverter' }],
    ['VALUE_CONVERTER', { value: 'bad' }, {}],
    [
      'HEADER_CONVERTER',
      { value: '1', headers: [{ key: 'h', value: Buffer.from('bad') }] },
      { 'header.converter': 'org.apache.kafka.connect.json.JsonConverter', 'header.converter.schemas.enable': 'true' },
    ],
    ['TRANSFORMATION', { value: '"bad"' }, { transforms: 'p', 'transforms.p.type': 'test.Picky' }],
  ])('gets records that fail at stage %s, and the task goes on', async (stage, bad, config) => {
    Picky.failures = new Map([['bad', () => new DataException('picky')]]);
    const task = recorder();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task), plugin('transformation', 'test.Picky', Picky)]);
    await produce(worker, [bad, { value: '2' }]);

    await worker.create('k', { ...sink, ...queue, 'errors.tolerance': 'all', ...config });
    await eventually(() => expect(task.values).toEqual([2]));
    await worker.herder.setTargetState('k', 'STOPPED');

    expect(await committed(worker)).toBe(2);
    const [letter] = await consume(worker, 'dlq');
    expect(textHeaders(letter?.headers ?? []).get('__connect.errors.stage')).toBe(stage);
    expect(letter?.value).toEqual(Buffer.from(bad.value));
  });

  it('does not get a record that a retry saves, and the order stays', async () => {
    let refusals = 3;
    class Saved extends Picky {
      override apply<R extends ConnectRecord<R>>(record: R): R {
        if (record.value === 2 && refusals-- > 0) throw new RetriableException('busy');
        return record;
      }
    }
    const task = recorder();
    const worker = await testWorker([sinkPlugin('test.Sink', () => task), plugin('transformation', 'test.Saved', Saved)]);
    await produce(worker, [{ value: '1' }, { value: '2' }, { value: '3' }]);

    await worker.create('k', {
      ...sink,
      ...queue,
      transforms: 's',
      'transforms.s.type': 'test.Saved',
      'errors.retry.timeout': '-1',
      'errors.retry.delay.max.ms': '1',
    });

    await eventually(() => expect(task.values).toEqual([1, 2, 3]));
    expect(await consume(worker, 'dlq')).toEqual([]);
  });

  it('lets a task that waits for a retry stop at once, and the record is read again', async () => {
    let attempts = 0;
    const busy = (): Error => {
      attempts += 1;
      return new RetriableException('busy');
    };
    Picky.failures = new Map([[2, busy]]);
    const tasks: ReturnType<typeof recorder>[] = [];
    const worker = await testWorker([
      sinkPlugin('test.Sink', () => {
        const task = recorder();
        tasks.push(task);
        return task;
      }),
      plugin('transformation', 'test.Picky', Picky),
    ]);
    await worker.create('k', {
      ...sink,
      ...queue,
      transforms: 'p',
      'transforms.p.type': 'test.Picky',
      'errors.tolerance': 'all',
      'errors.retry.timeout': '-1',
    });
    await produce(worker, [{ value: '1' }]);
    await eventually(() => expect(tasks[0]?.values).toEqual([1]));
    await produce(worker, [{ value: '2' }]);
    await eventually(() => expect(attempts).toBeGreaterThan(0));

    const startedAt = performance.now();
    await worker.herder.setTargetState('k', 'STOPPED');
    expect(performance.now() - startedAt).toBeLessThan(3000);

    expect(await consume(worker, 'dlq')).toEqual([]);
    expect(await committed(worker)).toBe(1);
    Picky.failures = new Map();
    await worker.herder.setTargetState('k', 'STARTED');
    await eventually(() => expect(tasks[1]?.values).toEqual([2]));
  });

  it('has a record before the offset of that record is committed', async () => {
    const events: string[] = [];
    const worker = await testWorker([sinkPlugin('test.Sink', recorder)], { 'offset.flush.interval.ms': '10' });
    onConsumer(worker, (consumer) => {
      const commit = consumer.commit.bind(consumer);
      consumer.commit = (offsets) => {
        events.push('committed');
        return commit(offsets);
      };
    });
    onProducer(worker, (producer, properties) => {
      if (properties['client.id'] !== 'connector-dlq-producer-k-0') return;
      const append = producer.append.bind(producer);
      // Long after the commit is due.
      producer.append = (record, listener, token) => {
        setTimeout(() => {
          events.push('delivered');
          append(record, listener, token);
        }, 60);
        return true;
      };
    });
    await produce(worker, [{ value: 'poison' }]);

    await worker.create('k', { ...sink, ...queue, 'errors.tolerance': 'all' });

    await eventually(async () => expect(await committed(worker)).toBe(1));
    expect(events).toEqual(['delivered', 'committed']);
  });

  it('fails the start of a task when its topic cannot be created', async () => {
    const worker = await testWorker([sinkPlugin('test.Sink', recorder)]);
    await worker.create('k', {
      ...sink,
      'errors.deadletterqueue.topic.name': 'dlq',
      'errors.deadletterqueue.topic.replication.factor': '0',
    });
    expect(await worker.taskIn('FAILED', 'k')).toContain('Could not initialize dead letter queue with topic=dlq');
  });

  it('logs failures without the content of records', async () => {
    const worker = await testWorker([sinkPlugin('test.Sink', recorder)]);
    await produce(worker, [{ value: 'poison' }]);
    await worker.create('k', { ...sink, 'errors.tolerance': 'all', 'errors.log.enable': 'true', 'errors.log.include.messages': 'true' });
    await eventually(() =>
      expect(worker.logLines.join('')).toMatch(
        /Error encountered in task k-0\. Executing stage 'VALUE_CONVERTER' with class 'org\.apache\.kafka\.connect\.json\.JsonConverter', where consumed record is \{topic='in', partition=0, offset=0, timestamp=\d+, timestampType=CreateTime\}\./,
      ),
    );
  });
});
