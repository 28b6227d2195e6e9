import { TopicPartition } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { EmbeddedKafka } from '../src/embedded/embedded-kafka.ts';
import { EmbeddedLog } from '../src/embedded/embedded-log.ts';
import { InvalidTopicException, RecordTooLargeException, UnknownTopicOrPartitionException } from '../src/errors.ts';
import { Deliveries, recordOf } from './write-log.ts';

describe('EmbeddedProducer', () => {
  it('gives buffers back with the acknowledgement: what is in the log does not change when they are used again', async () => {
    const kafka = new EmbeddedKafka();
    const headers = [
      { key: 'h', value: Buffer.from('x') },
      { key: 'é', value: null },
    ];
    const record = recordOf('t', { key: Buffer.from('k'), value: Buffer.from('v'), headers });
    const deliveries = new Deliveries();
    const producer = kafka.producer({});
    producer.append(record, deliveries, 0);
    await producer.flush();
    for (const bytes of [record.key, record.value, headers[0]?.value]) bytes?.fill(0);
    const [stored] = await kafka.reader({ topic: 't', isolation: 'read_committed', properties: {} }).readToEnd();
    expect(stored?.key).toEqual(Buffer.from('k'));
    expect(stored?.value).toEqual(Buffer.from('v'));
    expect(stored?.headers).toEqual([
      { key: 'h', value: Buffer.from('x') },
      { key: 'é', value: null },
    ]);
  });

  it('acknowledges a batch in one go as soon as the code that appends gives way', async () => {
    const producer = new EmbeddedKafka().producer({});
    const deliveries = new Deliveries();
    for (let index = 0; index < 1000; index += 1) producer.append(recordOf('t'), deliveries, index);
    expect(deliveries.metadata).toHaveLength(0);
    await Promise.resolve();
    expect(deliveries.metadata).toHaveLength(1000);
  });

  it('lets a listener append, and tells of that in the next batch', async () => {
    const producer = new EmbeddedKafka().producer({});
    const late = new Deliveries();
    const early = {
      acknowledged: () => void producer.append(recordOf('t'), late, 0),
      failed: () => undefined,
    };
    producer.append(recordOf('t'), early, 0);
    await producer.flush();
    expect(late.metadata.map(({ offset }) => offset)).toEqual([1]);
  });

  it('tells all listeners even if one of them throws, and throws that at the next call, once', async () => {
    const producer = new EmbeddedKafka().producer({});
    const deliveries = new Deliveries();
    const broken = {
      acknowledged: () => {
        throw new Error('commitRecord failed');
      },
      failed: () => undefined,
    };
    producer.append(recordOf('t'), broken, 0);
    producer.append(recordOf('t'), deliveries, 1);
    await expect(producer.flush()).rejects.toThrow('commitRecord failed');
    expect(deliveries.metadata).toHaveLength(1);
    producer.append(recordOf('t'), broken, 2);
    await Promise.resolve();
    expect(() => producer.append(recordOf('t'), deliveries, 3)).toThrow('commitRecord failed');
    await producer.flush();
    expect(deliveries.metadata).toHaveLength(1);
  });

  it('tells the listener of a record that has nowhere to go', async () => {
    const producer = new EmbeddedKafka().producer({});
    const deliveries = new Deliveries();
    producer.append(recordOf('t', { partition: 1 }), deliveries, 0);
    producer.append(recordOf('not/allowed'), deliveries, 1);
    await producer.flush();
    expect(deliveries.errors).toEqual([expect.any(UnknownTopicOrPartitionException), expect.any(InvalidTopicException)]);
    expect(deliveries.errors[0]?.message).toContain('Partition 1 of topic t');
  });

  it('creates no topic when the log must not', async () => {
    const kafka = new EmbeddedKafka(new EmbeddedLog({ autoCreateTopics: false }));
    const producer = kafka.producer({});
    const deliveries = new Deliveries();
    producer.append(recordOf('t'), deliveries, 0);
    await producer.flush();
    expect(deliveries.errors).toEqual([expect.any(UnknownTopicOrPartitionException)]);
    expect(await kafka.admin({}).listTopics()).toEqual([]);
  });

  it('creates topics with the default number of partitions', async () => {
    const kafka = new EmbeddedKafka(new EmbeddedLog({ defaultPartitions: 4 }));
    kafka.producer({}).append(recordOf('t'), new Deliveries(), 0);
    expect((await kafka.admin({}).describeTopics(['t'])).get('t')?.partitions).toBe(4);
  });

  it('honours the limit of the topic too', async () => {
    const kafka = new EmbeddedKafka();
    await kafka.admin({}).createTopic({ name: 't', partitions: 1, replicationFactor: 1, config: { 'max.message.bytes': '500' } });
    const producer = kafka.producer({});
    const deliveries = new Deliveries();
    producer.append(recordOf('t', { value: Buffer.alloc(500) }), deliveries, 0);
    producer.append(recordOf('t', { value: Buffer.alloc(400) }), deliveries, 1);
    await producer.flush();
    expect(deliveries.errors).toEqual([expect.any(RecordTooLargeException)]);
    expect(deliveries.errors[0]?.message).toContain('max.message.bytes=500');
    expect(deliveries.metadata).toHaveLength(1);
  });

  it('counts the size of a record as a Java producer does', async () => {
    const value = Buffer.alloc(1000);
    // Batch and record overhead, lengths of the null key and the value, the value, the number of headers.
    const size = 61 + 21 + 1 + 2 + 1000 + 1;
    for (const [limit, failures] of [
      [size, 0],
      [size - 1, 1],
    ] as const) {
      const producer = new EmbeddedKafka().producer({ 'max.request.size': String(limit) });
      const deliveries = new Deliveries();
      producer.append(recordOf('t', { value }), deliveries, 0);
      await producer.flush();
      expect(deliveries.errors).toHaveLength(failures);
    }
  });

  it('spreads a long run of records without a key, and keeps short ones together', async () => {
    const kafka = new EmbeddedKafka();
    await kafka.admin({}).createTopic({ name: 't', partitions: 2, replicationFactor: 1, config: {} });
    const producer = kafka.producer({});
    const deliveries = new Deliveries();
    for (let index = 0; index < 100; index += 1) producer.append(recordOf('t', { value: Buffer.alloc(1000) }), deliveries, index);
    await producer.flush();
    const partitions = deliveries.metadata.map(({ partition }) => partition);
    expect(new Set(partitions)).toEqual(new Set([0, 1]));
    const changes = partitions.filter((partition, index) => index > 0 && partition !== partitions[index - 1]).length;
    expect(changes).toBeLessThan(10);
  });

  it('follows a topic that is deleted and created with more partitions', async () => {
    const kafka = new EmbeddedKafka();
    const admin = kafka.admin({});
    const producer = kafka.producer({});
    const deliveries = new Deliveries();
    producer.append(recordOf('t'), deliveries, 0);
    await admin.deleteTopic('t');
    await admin.createTopic({ name: 't', partitions: 3, replicationFactor: 1, config: {} });
    producer.append(recordOf('t', { partition: 2 }), deliveries, 1);
    await producer.flush();
    expect(deliveries.metadata.map(({ partition, offset }) => [partition, offset])).toEqual([
      [0, 0],
      [2, 0],
    ]);
    expect((await admin.offsets([TopicPartition.of('t', 2)], 'read_committed')).size).toBe(1);
  });
});
