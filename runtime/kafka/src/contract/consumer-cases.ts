import { IllegalStateException, TopicPartition } from '@millrace/api';
import { expect } from 'vitest';
import { NoOffsetForPartitionException, OffsetOutOfRangeException } from '../errors.ts';
import type { ConsumedRecord, Consumer } from '../port.ts';
import type { ContractCase } from './contract-case.ts';
import { type ContractKafka, recordOf, texts } from './contract-kafka.ts';

const letters = ['a', 'b', 'c', 'd', 'e', 'f'];

/** A consumer of one topic that the case polls itself, once it has its partitions. */
async function assignedConsumer(kafka: ContractKafka, topic: string, properties: Record<string, string> = {}): Promise<Consumer> {
  const listener = { assigned: () => undefined, revoked: () => undefined, lost: () => undefined };
  const consumer = kafka.transport.consumer({
    groupId: kafka.uniqueName('group'),
    subscription: [topic],
    listener: { ...listener, assigned: (partitions) => consumer.pause(partitions) },
    properties: { 'auto.offset.reset': 'earliest', ...properties },
  });
  await kafka.eventually('the consumer has its partitions', async () => {
    await consumer.poll(50);
    return consumer.assignment().length > 0;
  });
  consumer.resume(consumer.assignment());
  return consumer;
}

/** Polls until there are this many records. */
async function pollRecords(kafka: ContractKafka, consumer: Consumer, count: number): Promise<ConsumedRecord[]> {
  const records: ConsumedRecord[] = [];
  await kafka.eventually(`${count} records are polled`, async () => {
    records.push(...(await consumer.poll(50)));
    return records.length >= count;
  });
  return records;
}

/** Reading without other members: polling, positions, seeking, pausing. */
export const consumerCases: readonly ContractCase[] = [
  {
    name: 'poll returns the records of each partition in order, and position follows them',
    async run(kafka) {
      const topic = await kafka.topic(2);
      await kafka.writeTexts(topic, letters, 0);
      await kafka.writeTexts(topic, letters, 1);
      const consumer = await assignedConsumer(kafka, topic);
      const records = await pollRecords(kafka, consumer, 12);
      for (const partition of [0, 1]) {
        expect(texts(records.filter((record) => record.partition === partition))).toEqual(letters);
        expect(consumer.position(TopicPartition.of(topic, partition))).toBe(6);
      }
      expect(records[0]?.topic).toBe(topic);
    },
  },
  {
    name: 'poll returns max.poll.records at most',
    async run(kafka) {
      const topic = await kafka.topic(3);
      for (const partition of [0, 1, 2]) await kafka.writeTexts(topic, letters, partition);
      const consumer = await assignedConsumer(kafka, topic, { 'max.poll.records': '4' });
      let total = 0;
      await kafka.eventually('all records are polled', async () => {
        const { length } = await consumer.poll(50);
        expect(length).toBeLessThanOrEqual(4);
        total += length;
        return total === 18;
      });
    },
  },
  {
    name: 'poll resolves empty after its timeout',
    async run(kafka) {
      const consumer = await assignedConsumer(kafka, await kafka.topic());
      const startedAt = performance.now();
      expect(await consumer.poll(60)).toEqual([]);
      // Timers may fire up to a millisecond early.
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(59);
    },
  },
  {
    name: 'a waiting poll returns as soon as there is a record',
    async run(kafka) {
      const topic = await kafka.topic();
      const consumer = await assignedConsumer(kafka, topic);
      const startedAt = performance.now();
      const polled = consumer.poll(kafka.patienceMs * 10);
      await kafka.writeTexts(topic, ['a']);
      expect(texts(await polled)).toEqual(['a']);
      expect(performance.now() - startedAt).toBeLessThan(kafka.patienceMs);
    },
  },
  {
    name: 'wakeup ends the poll under way or else the next one, once',
    async run(kafka) {
      const consumer = await assignedConsumer(kafka, await kafka.topic());
      const startedAt = performance.now();
      const polled = consumer.poll(kafka.patienceMs * 10);
      consumer.wakeup();
      expect(await polled).toEqual([]);
      consumer.wakeup();
      expect(await consumer.poll(kafka.patienceMs * 10)).toEqual([]);
      const wokenAt = performance.now();
      expect(wokenAt - startedAt).toBeLessThan(kafka.patienceMs);
      await consumer.poll(60);
      expect(performance.now() - wokenAt).toBeGreaterThanOrEqual(59);
    },
  },
  {
    name: 'seek moves the position, back and forth',
    async run(kafka) {
      const topic = await kafka.topic();
      await kafka.writeTexts(topic, letters);
      const consumer = await assignedConsumer(kafka, topic, { 'max.poll.records': '2' });
      const partition = TopicPartition.of(topic, 0);
      expect(texts(await pollRecords(kafka, consumer, 2))).toEqual(['a', 'b']);
      consumer.seek(partition, 5);
      expect(consumer.position(partition)).toBe(5);
      expect(texts(await pollRecords(kafka, consumer, 1))).toEqual(['f']);
      consumer.seek(partition, 1);
      expect(texts(await pollRecords(kafka, consumer, 2))).toEqual(['b', 'c']);
    },
  },
  {
    name: 'a paused partition delivers nothing until it is resumed, also nothing that was fetched before',
    async run(kafka) {
      const topic = await kafka.topic(2);
      await kafka.writeTexts(topic, letters, 0);
      await kafka.writeTexts(topic, letters, 1);
      const consumer = await assignedConsumer(kafka, topic, { 'max.poll.records': '1' });
      const paused = TopicPartition.of(topic, 0);
      await pollRecords(kafka, consumer, 2);
      consumer.pause([paused]);
      const position = consumer.position(paused);
      const others = 6 - consumer.position(TopicPartition.of(topic, 1));
      const whilePaused = await pollRecords(kafka, consumer, others);
      whilePaused.push(...(await consumer.poll(60)));
      expect(whilePaused.map(({ partition }) => partition)).toEqual(Array.from({ length: others }, () => 1));
      expect(consumer.position(paused)).toBe(position);
      consumer.resume([paused]);
      expect(texts(await pollRecords(kafka, consumer, 6 - position))).toEqual(letters.slice(position));
    },
  },
  {
    name: 'a partition that is not assigned has no position and cannot be moved or paused',
    async run(kafka) {
      const consumer = await assignedConsumer(kafka, await kafka.topic());
      const other = TopicPartition.of(kafka.uniqueName('other'), 0);
      expect(() => consumer.position(other)).toThrow(IllegalStateException);
      expect(() => consumer.seek(other, 0)).toThrow(IllegalStateException);
      expect(() => consumer.pause([other])).toThrow(IllegalStateException);
      expect(() => consumer.resume([other])).toThrow(IllegalStateException);
    },
  },
  {
    name: 'a subscription does not create its topic, but sees it when it appears',
    async run(kafka) {
      const topic = kafka.uniqueName('later');
      const consumer = kafka.polling({ groupId: kafka.uniqueName('group'), topics: [topic] });
      await kafka.eventually('the consumer has polled', () => consumer.pollCount > 2);
      expect((await kafka.admin.describeTopics([topic])).size).toBe(0);
      await kafka.topic(2, {}, topic);
      await kafka.eventually('the topic is assigned', () => consumer.partitions.length === 2);
      expect(consumer.error).toBeNull();
    },
  },
  {
    name: 'close lets a waiting poll end, is idempotent, and poll is an error afterwards',
    async run(kafka) {
      const consumer = await assignedConsumer(kafka, await kafka.topic());
      const polled = consumer.poll(kafka.patienceMs * 10);
      await consumer.close();
      await consumer.close();
      expect(await polled).toEqual([]);
      await expect(consumer.poll(0)).rejects.toThrow(IllegalStateException);
    },
  },
];

/** Where a consumer begins that has no offset or an impossible one. */
export const offsetResetCases: readonly ContractCase[] = [
  {
    name: 'with earliest a group without offsets begins at the first record',
    async run(kafka) {
      const topic = await kafka.topic();
      await kafka.writeTexts(topic, ['a']);
      const consumer = await assignedConsumer(kafka, topic, { 'auto.offset.reset': 'earliest' });
      expect(texts(await pollRecords(kafka, consumer, 1))).toEqual(['a']);
    },
  },
  {
    name: 'with latest a group without offsets begins at the end',
    async run(kafka) {
      const topic = await kafka.topic();
      await kafka.writeTexts(topic, ['a']);
      const consumer = await assignedConsumer(kafka, topic, { 'auto.offset.reset': 'latest' });
      expect(consumer.position(TopicPartition.of(topic, 0))).toBe(1);
      await kafka.writeTexts(topic, ['b']);
      expect(texts(await pollRecords(kafka, consumer, 1))).toEqual(['b']);
    },
  },
  {
    name: 'with none a group without offsets is an error of poll',
    async run(kafka) {
      const topic = await kafka.topic();
      const consumer = kafka.polling({ groupId: kafka.uniqueName('group'), topics: [topic], properties: { 'auto.offset.reset': 'none' } });
      await kafka.eventually('poll has failed', () => consumer.error !== null);
      expect(consumer.error).toBeInstanceOf(NoOffsetForPartitionException);
    },
  },
  {
    name: 'a position beyond the log is reset as configured',
    async run(kafka) {
      const topic = await kafka.topic();
      await kafka.writeTexts(topic, ['a', 'b']);
      const partition = TopicPartition.of(topic, 0);
      const earliest = await assignedConsumer(kafka, topic, { 'auto.offset.reset': 'earliest' });
      earliest.seek(partition, 50);
      expect(texts(await pollRecords(kafka, earliest, 2))).toEqual(['a', 'b']);
      const groupId = kafka.uniqueName('group');
      await kafka.admin.alterGroupOffsets(groupId, new Map([[partition, { offset: 50 }]]));
      const none = kafka.polling({ groupId, topics: [topic], properties: { 'auto.offset.reset': 'none' } });
      await kafka.eventually('poll has failed', () => none.error !== null);
      expect(none.error).toBeInstanceOf(OffsetOutOfRangeException);
    },
  },
  {
    name: 'a committed offset is where the group goes on',
    async run(kafka) {
      const topic = await kafka.topic();
      await kafka.write(letters.map((text) => recordOf(topic, { value: Buffer.from(text) })));
      const groupId = kafka.uniqueName('group');
      await kafka.admin.alterGroupOffsets(groupId, new Map([[TopicPartition.of(topic, 0), { offset: 4 }]]));
      const consumer = kafka.polling({ groupId, topics: [topic] });
      await kafka.eventually('the rest is read', () => consumer.records.length === 2);
      expect(texts(consumer.records)).toEqual(['e', 'f']);
    },
  },
];
