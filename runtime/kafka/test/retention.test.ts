import { TopicPartition } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { PollingConsumer } from '../src/contract/polling-consumer.ts';
import { EmbeddedKafka } from '../src/embedded/embedded-kafka.ts';
import { EmbeddedLog } from '../src/embedded/embedded-log.ts';
import type { Consumer, Producer } from '../src/port.ts';
import { assignedConsumer, Deliveries, recordOf } from './write-log.ts';

const partition = TopicPartition.of('t', 0);
const retentionBytes = 100_000;
const value = Buffer.alloc(1000);

interface Limited {
  readonly kafka: EmbeddedKafka;
  readonly producer: Producer;
  readonly deliveries: Deliveries;
  append(count: number): boolean;
  /** Writes a record for each of so many keys. */
  appendKeys(count: number): void;
  offsets(): Promise<{ beginning: number; end: number }>;
  bytes(): number;
}

async function limitedTopic(
  config: Record<string, string> = { 'retention.bytes': String(retentionBytes) },
  now = Date.now,
): Promise<Limited> {
  const kafka = new EmbeddedKafka(new EmbeddedLog({ now }));
  await kafka.admin({}).createTopic({ name: 't', partitions: 1, replicationFactor: 1, config });
  const producer = kafka.producer({});
  const deliveries = new Deliveries();
  return {
    kafka,
    producer,
    deliveries,
    append(count) {
      let hasRoom = true;
      for (let index = 0; index < count; index += 1) hasRoom = producer.append(recordOf('t', { value }), deliveries, index);
      return hasRoom;
    },
    appendKeys(count) {
      for (let key = 0; key < count; key += 1) producer.append(recordOf('t', { key: Buffer.from(String(key)), value }), deliveries, key);
    },
    async offsets() {
      return (await kafka.admin({}).offsets([partition], 'read_committed')).get(partition) as { beginning: number; end: number };
    },
    bytes: () => kafka.log.partition(partition).bytes,
  };
}

/** Reads everything that is there. */
async function drain(consumer: Consumer): Promise<number> {
  let count = 0;
  for (;;) {
    const { length } = await consumer.poll(0);
    if (length === 0) return count;
    count += length;
  }
}

async function settled(promise: Promise<unknown>): Promise<boolean> {
  let isSettled = false;
  void promise.then(() => {
    isSettled = true;
  });
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
  return isSettled;
}

describe('retention', () => {
  it('drops the oldest records of a topic that nobody reads, and keeps the memory below the limit', async () => {
    const topic = await limitedTopic();
    expect(topic.append(10_000)).toBe(true);
    await topic.producer.flush();
    const { beginning, end } = await topic.offsets();
    expect(end).toBe(10_000);
    expect(beginning).toBeGreaterThan(9_890);
    expect(topic.bytes()).toBeLessThanOrEqual(retentionBytes);
    expect(topic.bytes()).toBeGreaterThan(retentionBytes * 0.8);
    expect(topic.deliveries.metadata).toHaveLength(10_000);
  });

  it('drops records by the age of their timestamps when somebody looks', async () => {
    let now = 1_000_000;
    const topic = await limitedTopic({ 'retention.ms': '1000' }, () => now);
    topic.append(5);
    now += 1000;
    expect(await topic.offsets()).toEqual({ beginning: 0, end: 5 });
    now += 1;
    expect(await topic.offsets()).toEqual({ beginning: 5, end: 5 });
    topic.append(1);
    expect(await topic.offsets()).toEqual({ beginning: 5, end: 6 });
  });

  it('keeps everything with limits of -1 or a compacted topic', async () => {
    const unlimited = await limitedTopic({ 'retention.bytes': '-1', 'retention.ms': '-1' });
    unlimited.append(3000);
    expect(await unlimited.offsets()).toEqual({ beginning: 0, end: 3000 });
    const compacted = await limitedTopic({ 'cleanup.policy': 'compact', 'retention.bytes': '1000' });
    compacted.appendKeys(200);
    expect(await compacted.offsets()).toEqual({ beginning: 0, end: 200 });
  });

  it('limits a topic that is compacted and deleted', async () => {
    const topic = await limitedTopic({ 'cleanup.policy': 'compact,delete', 'retention.bytes': String(retentionBytes) });
    topic.appendKeys(2000);
    expect(topic.bytes()).toBeLessThanOrEqual(retentionBytes);
    expect((await topic.offsets()).beginning).toBeGreaterThan(1800);
  });

  it('counts the memory that is taken, used or not, in pages that grow with the topic', async () => {
    const topic = await limitedTopic({ 'retention.bytes': '-1' });
    topic.append(1);
    expect(topic.bytes()).toBe(4096);
    topic.append(2999);
    expect(topic.bytes()).toBeGreaterThan(3000 * 1000);
    expect(topic.bytes()).toBeLessThan(3000 * 1000 * 1.15);
  });

  it('keeps a record that is larger than a page, and says so', async () => {
    const topic = await limitedTopic({ 'retention.bytes': '-1' });
    topic.producer.append(recordOf('t', { value: Buffer.alloc(500_000) }), topic.deliveries, 0);
    expect(topic.bytes()).toBeGreaterThan(500_000);
    expect(topic.bytes()).toBeLessThan(500_100);
  });
});

describe('what a live group has not committed', () => {
  it('stays, makes append say no, and lets producers go on once it is committed', async () => {
    const topic = await limitedTopic();
    const consumer = await assignedConsumer(topic.kafka, 't');
    expect(topic.append(50)).toBe(true);
    expect(topic.append(200)).toBe(false);
    expect((await topic.offsets()).beginning).toBe(0);
    const ready = topic.producer.ready();
    expect(await settled(ready)).toBe(false);
    expect(await drain(consumer)).toBe(250);
    await consumer.commit(new Map([[partition, { offset: 240 }]]));
    await ready;
    const { beginning } = await topic.offsets();
    expect(beginning).toBeGreaterThan(100);
    expect(beginning).toBeLessThanOrEqual(240);
    expect(topic.append(1)).toBe(true);
  });

  it('lets ready give up when its signal fires', async () => {
    const topic = await limitedTopic();
    await assignedConsumer(topic.kafka, 't');
    expect(topic.append(200)).toBe(false);
    const abort = new AbortController();
    const ready = topic.producer.ready(abort.signal);
    abort.abort(new Error('stopped'));
    await expect(ready).rejects.toThrow('stopped');
  });

  it('is asked for before producers have to wait, once for each commit, and not from inside append', async () => {
    const topic = await limitedTopic();
    let asked = 0;
    const consumer = await assignedConsumer(topic.kafka, 't', { onCommitWanted: () => void (asked += 1) });
    expect(topic.append(80)).toBe(true);
    expect(asked).toBe(0);
    await topic.producer.flush();
    expect(asked).toBe(1);
    topic.append(10);
    await topic.producer.flush();
    expect(asked).toBe(1);
    await consumer.commit(new Map([[partition, { offset: 90 }]]));
    topic.append(80);
    await topic.producer.flush();
    expect(asked).toBe(2);
  });

  it('may be lost when the last member leaves, which also frees the producers', async () => {
    const topic = await limitedTopic();
    const consumer = await assignedConsumer(topic.kafka, 't');
    expect(topic.append(200)).toBe(false);
    const ready = topic.producer.ready();
    await consumer.close();
    await ready;
    expect((await topic.offsets()).beginning).toBeGreaterThan(90);
  });

  it('stays while the members of the group change', async () => {
    const topic = await limitedTopic();
    const first = await assignedConsumer(topic.kafka, 't');
    expect(topic.append(200)).toBe(false);
    const second = topic.kafka.consumer({
      groupId: 'group',
      subscription: ['t'],
      listener: { assigned: () => undefined, revoked: () => undefined, lost: () => undefined },
      properties: { 'auto.offset.reset': 'earliest' },
    });
    expect(await second.poll(10)).toEqual([]);
    await first.close();
    let records = await second.poll(1000);
    while (records.length === 0) records = await second.poll(1000);
    expect(records[0]?.offset).toBe(0);
    expect((await topic.offsets()).beginning).toBe(0);
    await second.commit(new Map([[partition, { offset: 200 }]]));
    expect((await topic.offsets()).beginning).toBeGreaterThan(90);
  });

  it('lets the log grow when the reader has everything and waits for more before it commits', async () => {
    const topic = await limitedTopic();
    const consumer = await assignedConsumer(topic.kafka, 't');
    let appended = 0;
    for (let round = 0; round < 10; round += 1) {
      while (topic.append(1)) appended += 1;
      appended += 1;
      const ready = topic.producer.ready();
      await drain(consumer);
      const polled = consumer.poll(5000);
      await ready;
      consumer.wakeup();
      await polled;
    }
    expect(topic.bytes()).toBeGreaterThan(retentionBytes * 1.9);
    expect((await topic.offsets()).beginning).toBe(0);
    await consumer.commit(new Map([[partition, { offset: appended }]]));
    expect(topic.bytes()).toBeLessThanOrEqual(retentionBytes);
  });

  it('does not let the log grow for a reader that is behind', async () => {
    const topic = await limitedTopic();
    const consumer = await assignedConsumer(topic.kafka, 't');
    consumer.pause([partition]);
    expect(topic.append(200)).toBe(false);
    const ready = topic.producer.ready();
    await consumer.poll(20);
    expect(await settled(ready)).toBe(false);
  });

  it('does not let the log grow for one group while another is behind', async () => {
    const topic = await limitedTopic();
    const behind = await assignedConsumer(topic.kafka, 't', { groupId: 'behind' });
    const waiting = await assignedConsumer(topic.kafka, 't', { groupId: 'waiting' });
    // It waited once, but that is over.
    expect(await behind.poll(5)).toEqual([]);
    expect(topic.append(200)).toBe(false);
    await drain(waiting);
    const ready = topic.producer.ready();
    expect(await waiting.poll(5)).toEqual([]);
    expect(await settled(ready)).toBe(false);
    await drain(behind);
    const polls = [behind.poll(1000), waiting.poll(1000)];
    await ready;
    behind.wakeup();
    waiting.wakeup();
    await Promise.all(polls);
  });

  it('is let go of when the members that are left read other topics', async () => {
    const topic = await limitedTopic();
    await topic.kafka.admin({}).createTopic({ name: 'u', partitions: 1, replicationFactor: 1, config: {} });
    const leaving = await assignedConsumer(topic.kafka, 't');
    const staying = new PollingConsumer(topic.kafka, { groupId: 'group', topics: ['u'] });
    for (let poll = 0; staying.partitions.length === 0; poll += 1) await leaving.poll(2);
    expect(topic.append(200)).toBe(false);
    await leaving.close();
    await topic.producer.ready();
    expect((await topic.offsets()).beginning).toBeGreaterThan(90);
    expect(staying.error).toBeNull();
    await staying.close();
  });

  it('does not keep a producer from closing', async () => {
    const topic = await limitedTopic();
    await assignedConsumer(topic.kafka, 't');
    expect(topic.append(200)).toBe(false);
    const ready = topic.producer.ready();
    await topic.producer.close(0);
    await ready;
    expect(topic.deliveries.metadata).toHaveLength(200);
  });

  it('frees the producers when the topic is deleted', async () => {
    const topic = await limitedTopic();
    await assignedConsumer(topic.kafka, 't');
    expect(topic.append(200)).toBe(false);
    const ready = topic.producer.ready();
    await topic.kafka.admin({}).deleteTopic('t');
    await ready;
    expect(topic.append(1)).toBe(true);
  });
});
