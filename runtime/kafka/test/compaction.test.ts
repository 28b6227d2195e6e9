import { TopicPartition } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { Compaction } from '../src/embedded/compaction.ts';
import { EmbeddedKafka } from '../src/embedded/embedded-kafka.ts';
import { EmbeddedLog } from '../src/embedded/embedded-log.ts';
import { MemoryPartition } from '../src/embedded/memory-partition.ts';
import { TopicConfig } from '../src/embedded/topic-config.ts';
import { assignedConsumer, Deliveries, recordOf } from './write-log.ts';

const anyValue = Buffer.from('v');

interface Compacted {
  put(key: string, value: string | null): void;
  all(): Promise<string[]>;
  end(): Promise<number>;
  bytes(): number;
}

async function compactedTopic(config: Record<string, string> = {}, now = Date.now): Promise<Compacted> {
  const kafka = new EmbeddedKafka(new EmbeddedLog({ now }));
  const partition = TopicPartition.of('t', 0);
  await kafka.admin({}).createTopic({ name: 't', partitions: 1, replicationFactor: 1, config: { 'cleanup.policy': 'compact', ...config } });
  const producer = kafka.producer({});
  const deliveries = new Deliveries();
  return {
    put(key, value) {
      producer.append(recordOf('t', { key: Buffer.from(key), value: value === null ? null : Buffer.from(value) }), deliveries, 0);
    },
    async all() {
      const reader = kafka.reader({ topic: 't', isolation: 'read_committed', properties: {} });
      return (await reader.readToEnd()).map(({ offset, key, value }) => `${offset} ${key} ${value}`);
    },
    async end() {
      return (await kafka.admin({}).offsets([partition], 'read_committed')).get(partition)?.end ?? -1;
    },
    bytes: () => kafka.log.partition(partition).bytes,
  };
}

describe('compaction', () => {
  it('keeps the memory of a topic with few keys small, however much is written', async () => {
    const topic = await compactedTopic();
    for (let round = 0; round < 50_000; round += 1) topic.put(`key-${round % 10}`, 'value');
    expect((await topic.all()).length).toBeLessThan(64);
    expect(topic.bytes()).toBeLessThan(64 * 500);
    expect(await topic.end()).toBe(50_000);
  });

  it('never throws live records away, however many there are', async () => {
    const topic = await compactedTopic();
    for (let round = 0; round < 5; round += 1) for (let key = 0; key < 3000; key += 1) topic.put(String(key), String(round));
    const latest = new Map((await topic.all()).map((text) => text.split(' ').slice(1) as [string, string]));
    expect(latest.size).toBe(3000);
    expect(new Set(latest.values())).toEqual(new Set(['4']));
  });

  it('keeps tombstones for delete.retention.ms, and then lets them go with the next writes', async () => {
    let now = 0;
    const topic = await compactedTopic({ 'delete.retention.ms': '1000' }, () => now);
    for (let key = 0; key < 100; key += 1) topic.put(`old-${key}`, 'v');
    for (let key = 0; key < 100; key += 1) topic.put(`old-${key}`, null);
    expect((await topic.all()).filter((text) => text.endsWith(' null'))).toHaveLength(100);
    now = 500;
    for (let key = 0; key < 10; key += 1) topic.put(`new-${key}`, null);
    for (let key = 0; key < 10; key += 1) topic.put(`new-${key}`, 'v');
    expect((await topic.all()).filter((text) => text.endsWith(' null')).length).toBeGreaterThanOrEqual(100);
    now = 1000;
    topic.put('new-0', 'v');
    const keys = (await topic.all()).map((text) => text.split(' ')[1]);
    expect(new Set(keys)).toEqual(new Set(Array.from({ length: 10 }, (_, key) => `new-${key}`)));
    expect(await topic.end()).toBe(221);
  });

  it('gets to the end of a log whose last records are gone', async () => {
    const topic = await compactedTopic({ 'delete.retention.ms': '0' });
    for (let key = 0; key < 100; key += 1) topic.put(`key-${key % 10}`, null);
    expect((await topic.all()).length).toBeLessThan(100);
    expect(await topic.end()).toBe(100);
  });

  it('lets a consumer get to the end of a log whose last records are gone', async () => {
    const kafka = new EmbeddedKafka();
    const config = { 'cleanup.policy': 'compact', 'delete.retention.ms': '0' };
    await kafka.admin({}).createTopic({ name: 't', partitions: 1, replicationFactor: 1, config });
    const producer = kafka.producer({});
    for (let index = 0; index < 64; index += 1) producer.append(recordOf('t', { key: Buffer.from('k') }), new Deliveries(), index);
    const consumer = await assignedConsumer(kafka, 't');
    expect(await consumer.poll(0)).toEqual([]);
    expect(consumer.position(TopicPartition.of('t', 0))).toBe(64);
  });

  it('does not count as garbage what retention has taken away', () => {
    const compaction = new Compaction(0);
    const log = new MemoryPartition('t', 0, new TopicConfig({}));
    const records = Array.from({ length: 64 }, (_, key) =>
      log.append(recordOf('t', { key: Buffer.from(String(key)), value: anyValue }), 100, 0),
    );
    for (const record of records) compaction.appended(record, 0);
    for (const record of records) compaction.dropped(record);
    for (const record of records) compaction.appended(record, 0);
    expect(compaction.isDue(64, 0)).toBe(false);
    for (const record of records.slice(0, 32)) compaction.appended(log.append(record, 100, 0), 0);
    expect(compaction.isDue(64, 0)).toBe(true);
  });

  it('tells keys apart byte by byte', async () => {
    const kafka = new EmbeddedKafka();
    await kafka.admin({}).createTopic({ name: 't', partitions: 1, replicationFactor: 1, config: { 'cleanup.policy': 'compact' } });
    const producer = kafka.producer({});
    const keys = [Buffer.from([0xff]), Buffer.from([0xfe]), Buffer.from('ÿ'), Buffer.alloc(0)];
    for (let round = 0; round < 400; round += 1) {
      producer.append(recordOf('t', { key: keys[round % 4] as Buffer, value: Buffer.from('v') }), new Deliveries(), 0);
    }
    const records = await kafka.reader({ topic: 't', isolation: 'read_committed', properties: {} }).readToEnd();
    expect(records.length).toBeLessThan(400);
    expect(new Set(records.map(({ key }) => key?.toString('hex')))).toEqual(new Set(keys.map((key) => key.toString('hex'))));
  });
});
