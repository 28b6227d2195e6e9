import { TopicPartition } from '@millrace/api';
import { expect } from 'vitest';
import {
  InvalidConfigurationException,
  InvalidPartitionsException,
  InvalidTopicException,
  UnknownTopicOrPartitionException,
} from '../errors.ts';
import type { ContractCase } from './contract-case.ts';

/** Topics: creating, describing, deleting. */
export const topicCases: readonly ContractCase[] = [
  {
    name: 'a topic is created with its partitions and its configuration',
    async run(kafka) {
      const name = kafka.uniqueName('created');
      const topic = { name, partitions: 3, replicationFactor: -1, config: { 'cleanup.policy': 'compact', 'max.message.bytes': '5000' } };
      expect(await kafka.admin.createTopic(topic)).toBe(true);
      await kafka.eventually('the topic is listed', async () => (await kafka.admin.listTopics()).includes(name));
      expect((await kafka.admin.describeTopics([name, kafka.uniqueName('missing')])).get(name)).toEqual({ name, partitions: 3 });
      const config = await kafka.admin.topicConfig(name);
      expect([config.get('cleanup.policy'), config.get('max.message.bytes')]).toEqual(['compact', '5000']);
      expect(config.get('message.timestamp.type')).toBe('CreateTime');
    },
  },
  {
    name: 'a topic that exists is not created again',
    async run(kafka) {
      const name = await kafka.topic(2);
      expect(await kafka.admin.createTopic({ name, partitions: 5, replicationFactor: -1, config: {} })).toBe(false);
      expect((await kafka.admin.describeTopics([name])).get(name)?.partitions).toBe(2);
    },
  },
  {
    name: 'the broker decides the number of partitions of a topic created with -1',
    async run(kafka) {
      const name = await kafka.topic(-1);
      expect((await kafka.admin.describeTopics([name])).get(name)?.partitions).toBeGreaterThanOrEqual(1);
    },
  },
  {
    name: 'a topic with an impossible name, number of partitions or setting is refused',
    async run(kafka) {
      const topic = { name: kafka.uniqueName('refused'), partitions: 1, replicationFactor: -1, config: {} };
      const { admin } = kafka;
      await expect(admin.createTopic({ ...topic, name: 'not/allowed' })).rejects.toThrow(InvalidTopicException);
      await expect(admin.createTopic({ ...topic, partitions: 0 })).rejects.toThrow(InvalidPartitionsException);
      await expect(admin.createTopic({ ...topic, config: { 'no.such.setting': '1' } })).rejects.toThrow(InvalidConfigurationException);
      await expect(admin.createTopic({ ...topic, config: { 'retention.ms': 'long' } })).rejects.toThrow(InvalidConfigurationException);
      expect((await admin.describeTopics([topic.name])).size).toBe(0);
    },
  },
  {
    name: 'asking about a topic that does not exist is an error that names it',
    async run(kafka) {
      const missing = kafka.uniqueName('missing');
      const partition = TopicPartition.of(missing, 0);
      await expect(kafka.admin.topicConfig(missing)).rejects.toThrow(UnknownTopicOrPartitionException);
      await expect(kafka.admin.deleteTopic(missing)).rejects.toThrow(UnknownTopicOrPartitionException);
      await expect(kafka.admin.offsets([partition], 'read_committed')).rejects.toThrow(UnknownTopicOrPartitionException);
    },
  },
  {
    name: 'the first and the end offset of a partition are told',
    async run(kafka) {
      const topic = await kafka.topic(2);
      await kafka.writeTexts(topic, ['a', 'b'], 1);
      const partitions = [TopicPartition.of(topic, 0), TopicPartition.of(topic, 1)];
      expect([...(await kafka.admin.offsets(partitions, 'read_uncommitted')).values()]).toEqual([
        { beginning: 0, end: 0 },
        { beginning: 0, end: 2 },
      ]);
    },
  },
  {
    name: 'a topic can be deleted while a consumer reads it, and be created anew',
    async run(kafka) {
      const topic = await kafka.topic(1);
      await kafka.writeTexts(topic, ['old']);
      const consumer = kafka.polling({ groupId: kafka.uniqueName('group'), topics: [topic] });
      await kafka.eventually('the record is read', () => consumer.records.length === 1);
      await kafka.admin.deleteTopic(topic);
      await kafka.eventually('the topic is gone', async () => !(await kafka.admin.describeTopics([topic])).has(topic));
      await kafka.eventually('the consumer has given it up', () => consumer.partitions.length === 0);
      await kafka.topic(1, {}, topic);
      await kafka.eventually('the consumer has it again', () => consumer.partitions.length === 1);
      await kafka.writeTexts(topic, ['new']);
      await kafka.eventually('the new record is read', () => consumer.records.at(-1)?.value?.toString() === 'new');
      expect(consumer.error).toBeNull();
    },
  },
  {
    name: 'the cluster keeps its id',
    async run(kafka) {
      const id = await kafka.admin.clusterId();
      expect(id).toMatch(/^\S+$/);
      expect(await kafka.admin.clusterId()).toBe(id);
    },
  },
];
