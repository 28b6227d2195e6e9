import { IllegalArgumentException, IllegalStateException, TopicPartition } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { EmbeddedKafka } from '../src/embedded/embedded-kafka.ts';
import { EmbeddedLog } from '../src/embedded/embedded-log.ts';
import { assignedConsumer, Deliveries, recordOf } from './write-log.ts';

const partition = TopicPartition.of('t', 0);

describe('EmbeddedLog', () => {
  it('is a world of its own for each EmbeddedKafka, groups included', async () => {
    const [one, other] = [new EmbeddedKafka(), new EmbeddedKafka()];
    one.producer({}).append(recordOf('t'), new Deliveries(), 0);
    await one.admin({}).alterGroupOffsets('g', new Map([[partition, { offset: 1 }]]));
    expect(await other.admin({}).listTopics()).toEqual([]);
    expect((await other.admin({}).groupOffsets('g')).size).toBe(0);
    expect(await other.admin({}).clusterId()).not.toBe(await one.admin({}).clusterId());
  });

  it('is shared by transports that are given the same one', async () => {
    const log = new EmbeddedLog();
    const [writer, reader] = [new EmbeddedKafka(log), new EmbeddedKafka(log)];
    writer.producer({}).append(recordOf('t', { value: Buffer.from('v') }), new Deliveries(), 0);
    const consumer = await assignedConsumer(reader, 't');
    expect(await consumer.poll(100)).toHaveLength(1);
    await writer.close();
    expect(await reader.admin({}).listTopics()).toEqual(['t']);
  });

  it('opens no client of a transport that is closed', async () => {
    const kafka = new EmbeddedKafka();
    await kafka.close();
    expect(() => kafka.admin({})).toThrow(IllegalStateException);
  });

  it('refuses a default of no partitions', () => {
    expect(() => new EmbeddedLog({ defaultPartitions: 0 })).toThrow(IllegalArgumentException);
  });

  it('forgets the offsets of a deleted topic, so that one of the same name starts anew', async () => {
    const kafka = new EmbeddedKafka();
    const admin = kafka.admin({});
    await admin.createTopic({ name: 't', partitions: 1, replicationFactor: 1, config: {} });
    await admin.alterGroupOffsets('g', new Map([[partition, { offset: 1 }]]));
    await admin.deleteTopic('t');
    expect((await admin.groupOffsets('g')).size).toBe(0);
  });

  it('accepts a replication factor made for a cluster', async () => {
    const admin = new EmbeddedKafka().admin({});
    expect(await admin.createTopic({ name: 't', partitions: 1, replicationFactor: 3, config: {} })).toBe(true);
  });

  it('has documented defaults for a topic', async () => {
    const admin = new EmbeddedKafka().admin({});
    await admin.createTopic({ name: 't', partitions: -1, replicationFactor: -1, config: {} });
    const config = await admin.topicConfig('t');
    expect([config.get('retention.bytes'), config.get('retention.ms'), config.get('cleanup.policy')]).toEqual([
      '16777216',
      '604800000',
      'delete',
    ]);
    expect((await admin.describeTopics(['t'])).get('t')?.partitions).toBe(1);
  });
});

describe('EmbeddedConsumer', () => {
  it('starts from a segment in the middle and crosses segments within a poll', async () => {
    const kafka = new EmbeddedKafka();
    const producer = kafka.producer({});
    const deliveries = new Deliveries();
    for (let index = 0; index < 5000; index += 1) producer.append(recordOf('t'), deliveries, index);
    const consumer = await assignedConsumer(kafka, 't');
    consumer.seek(partition, 1000);
    const records = await consumer.poll(0);
    expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: 500 }, (_, index) => 1000 + index));
  });

  it('takes one poll at a time', async () => {
    const kafka = new EmbeddedKafka();
    const consumer = kafka.consumer({
      groupId: 'g',
      subscription: ['t'],
      listener: { assigned: () => undefined, revoked: () => undefined, lost: () => undefined },
      properties: {},
    });
    const polled = consumer.poll(1000);
    await expect(consumer.poll(0)).rejects.toThrow(IllegalStateException);
    consumer.wakeup();
    await polled;
  });

  it('lets the partitions take turns when one alone could fill every poll', async () => {
    const kafka = new EmbeddedKafka();
    await kafka.admin({}).createTopic({ name: 't', partitions: 3, replicationFactor: 1, config: {} });
    const producer = kafka.producer({});
    for (let index = 0; index < 6000; index += 1) producer.append(recordOf('t', { partition: index % 3 }), new Deliveries(), 0);
    const consumer = await assignedConsumer(kafka, 't');
    const seen = new Set<number>();
    for (let poll = 0; poll < 3; poll += 1) for (const record of await consumer.poll(0)) seen.add(record.partition);
    expect(seen).toEqual(new Set([0, 1, 2]));
  });
});
