import { describe, expect, it } from 'vitest';
import type { FaultProxy } from '@millrace/test-services';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { TopicPartition } from '@millrace/api';
import { GroupNotEmptyException, GroupSubscribedToTopicException, type KafkaTransport, openTransport } from '../../../src/index.ts';
import { type CutPlace, RequestProxy } from './support/request-proxy.ts';
import { SequenceConsumer } from './support/sequence-consumer.ts';
import { readSequence, SequenceCheck, SequenceWriter } from './support/sequence.ts';

/** Every request that our clients send, but for those of SASL. */
const requests = {
  Produce: 0,
  Fetch: 1,
  ListOffsets: 2,
  Metadata: 3,
  OffsetCommit: 8,
  OffsetFetch: 9,
  FindCoordinator: 10,
  JoinGroup: 11,
  Heartbeat: 12,
  LeaveGroup: 13,
  SyncGroup: 14,
  ApiVersions: 18,
  CreateTopics: 19,
  DeleteTopics: 20,
  InitProducerId: 22,
  DescribeConfigs: 32,
  DeleteGroups: 42,
  OffsetDelete: 47,
} as const;
const places: readonly CutPlace[] = ['in the request', 'before the answer', 'in the answer'];
const count = 50;

let proxy: RequestProxy;
let topics = 0;
const kafka = kafkaForFile({ proxied: true, properties: { 'group.min.session.timeout.ms': '500' } }, async ({ proxies }) => {
  const { port, target } = proxies[0] as FaultProxy;
  proxies[0]?.refuse();
  proxy = new RequestProxy(target);
  await proxy.listen(port);
  return () => proxy.close();
});

async function readAndCommit(transport: KafkaTransport, topic: string): Promise<void> {
  const check = new SequenceCheck(1, count);
  const beats = proxy.count(requests.Heartbeat);
  const properties = { 'session.timeout.ms': '1500', 'heartbeat.interval.ms': '50' };
  const consumer = new SequenceConsumer(transport, topic, check, properties);
  await expect.poll(() => check.has(count), { timeout: 10_000, interval: 10 }).toBe(count);
  await expect.poll(() => proxy.count(requests.Heartbeat), { timeout: 5000, interval: 10 }).toBeGreaterThan(beats);
  await consumer.stop();
  expect(check.outOfOrder).toBe(0);
}

/** Uses every request there is, and holds every result against what it must be. */
async function useEverything(transport: KafkaTransport): Promise<void> {
  const topic = `cut-${topics++}`;
  const admin = transport.admin({});
  await admin.createTopic({ name: topic, partitions: 1, replicationFactor: 1, config: { 'retention.ms': '1234567' } });
  await expect.poll(async () => (await admin.describeTopics([topic])).size, { timeout: 5000, interval: 10 }).toBe(1);
  expect((await admin.topicConfig(topic)).get('retention.ms')).toBe('1234567');
  const producer = transport.producer({});
  const writer = new SequenceWriter(producer, topic, 1);
  await writer.write(count);
  await producer.close(20_000);
  expect([writer.errors, writer.acknowledgedCount]).toEqual([[], count]);
  await readAndCommit(transport, topic);
  const whole = await readSequence(transport, topic, 1, count);
  expect(whole.report(count)).toEqual({ read: count, missing: 0, repeated: 0, deliveredAgain: 0 });
  const partition = TopicPartition.of(topic, 0);
  expect((await admin.offsets([partition], 'read_committed')).get(partition)).toEqual({ beginning: 0, end: count });
  expect((await admin.groupOffsets(`of-${topic}`)).has(partition)).toBe(true);
  // A member whose good-bye was lost is in the group until its session is over.
  await expect.poll(() => succeeds(admin.deleteGroupOffsets(`of-${topic}`, [partition])), { timeout: 10_000 }).toBe(true);
  expect((await admin.groupOffsets(`of-${topic}`)).has(partition)).toBe(false);
  await admin.deleteGroup(`of-${topic}`);
  await admin.deleteTopic(topic);
  await expect.poll(async () => (await admin.describeTopics([topic])).size, { timeout: 5000, interval: 10 }).toBe(0);
}

async function succeeds(step: Promise<void>): Promise<boolean> {
  try {
    await step;
    return true;
  } catch (error) {
    if (error instanceof GroupNotEmptyException || error instanceof GroupSubscribedToTopicException) return false;
    throw error;
  }
}

describe.each(places)('a connection that is reset %s', (place) => {
  it.each(Object.entries(requests))('of %s harms nothing', async (_name, apiKey) => {
    proxy.cutOnce(apiKey, place);
    const transport = await openTransport({ 'bootstrap.servers': kafka().bootstrap() });
    try {
      await useEverything(transport);
      expect(proxy.isArmed).toBe(false);
    } finally {
      await transport.close();
    }
  });
});
