import { TopicPartition } from '@millrace/api';
import { expect } from 'vitest';
import {
  GroupIdNotFoundException,
  GroupNotEmptyException,
  GroupSubscribedToTopicException,
  UnknownMemberIdException,
  UnknownTopicOrPartitionException,
} from '../errors.ts';
import type { ContractCase } from './contract-case.ts';

/** Committed offsets: by members and from outside. */
export const groupOffsetCases: readonly ContractCase[] = [
  {
    name: 'committed offsets are kept with their metadata, and outlive the members',
    async run(kafka) {
      const topic = await kafka.topic(2);
      const groupId = kafka.uniqueName('group');
      const consumer = kafka.polling({ groupId, topics: [topic] });
      await kafka.eventually('the partitions are assigned', () => consumer.partitions.length === 2);
      const [first, second] = [TopicPartition.of(topic, 0), TopicPartition.of(topic, 1)];
      await consumer.consumer.commit(new Map([[first, { offset: 0, metadata: 'note' }]]));
      const committed = await consumer.consumer.committed([first, second]);
      expect([...committed]).toEqual([[first, { offset: 0, metadata: 'note' }]]);
      await consumer.close();
      expect((await kafka.admin.groupOffsets(groupId)).get(first)?.offset).toBe(0);
    },
  },
  {
    name: 'a commit for a topic that does not exist is an error, but not for the others in it',
    async run(kafka) {
      const topic = await kafka.topic();
      const groupId = kafka.uniqueName('group');
      const consumer = kafka.polling({ groupId, topics: [topic] });
      await kafka.eventually('the partition is assigned', () => consumer.partitions.length === 1);
      const missing = TopicPartition.of(kafka.uniqueName('missing'), 0);
      const existing = TopicPartition.of(topic, 0);
      const offsets = new Map([missing, existing].map((partition) => [partition, { offset: 0 }]));
      await expect(consumer.consumer.commit(offsets)).rejects.toThrow(UnknownTopicOrPartitionException);
      expect([...(await kafka.admin.groupOffsets(groupId)).keys()]).toEqual([existing]);
    },
  },
  {
    name: 'a group without members can be given offsets, also one that did not exist',
    async run(kafka) {
      const partition = TopicPartition.of(await kafka.topic(), 0);
      const groupId = kafka.uniqueName('group');
      expect((await kafka.admin.groupOffsets(groupId)).size).toBe(0);
      await kafka.admin.alterGroupOffsets(groupId, new Map([[partition, { offset: 7 }]]));
      expect((await kafka.admin.groupOffsets(groupId)).get(partition)?.offset).toBe(7);
      await kafka.admin.alterGroupOffsets(groupId, new Map([[partition, { offset: 3 }]]));
      expect((await kafka.admin.groupOffsets(groupId)).get(partition)?.offset).toBe(3);
    },
  },
  {
    name: 'a group with members is protected from changes from outside',
    async run(kafka) {
      const topic = await kafka.topic();
      const partition = TopicPartition.of(topic, 0);
      const groupId = kafka.uniqueName('group');
      const consumer = kafka.polling({ groupId, topics: [topic] });
      await kafka.eventually('the partition is assigned', () => consumer.partitions.length === 1);
      await expect(kafka.admin.alterGroupOffsets(groupId, new Map([[partition, { offset: 1 }]]))).rejects.toThrow(UnknownMemberIdException);
      await expect(kafka.admin.deleteGroupOffsets(groupId, [partition])).rejects.toThrow(GroupSubscribedToTopicException);
      await expect(kafka.admin.deleteGroup(groupId)).rejects.toThrow(GroupNotEmptyException);
      await consumer.close();
      await kafka.admin.deleteGroup(groupId);
    },
  },
  {
    name: 'offsets are deleted partition by partition, also of topics that no member reads',
    async run(kafka) {
      const [topic, other] = [await kafka.topic(2), await kafka.topic()];
      const [first, second] = [TopicPartition.of(topic, 0), TopicPartition.of(topic, 1)];
      const groupId = kafka.uniqueName('group');
      await kafka.admin.alterGroupOffsets(groupId, new Map([first, second].map((partition) => [partition, { offset: 1 }])));
      await kafka.admin.deleteGroupOffsets(groupId, [first]);
      expect([...(await kafka.admin.groupOffsets(groupId)).keys()]).toEqual([second]);
      const consumer = kafka.polling({ groupId, topics: [other] });
      await kafka.eventually('the other topic is assigned', () => consumer.partitions.length === 1);
      await kafka.admin.deleteGroupOffsets(groupId, [second]);
      expect((await kafka.admin.groupOffsets(groupId)).size).toBe(0);
    },
  },
  {
    name: 'a deleted group has no offsets, and a group that does not exist counts as deleted',
    async run(kafka) {
      const partition = TopicPartition.of(await kafka.topic(), 0);
      const groupId = kafka.uniqueName('group');
      await kafka.admin.deleteGroup(groupId);
      await kafka.admin.alterGroupOffsets(groupId, new Map([[partition, { offset: 1 }]]));
      await kafka.admin.deleteGroup(groupId);
      expect((await kafka.admin.groupOffsets(groupId)).size).toBe(0);
      await expect(kafka.admin.deleteGroupOffsets(groupId, [partition])).rejects.toThrow(GroupIdNotFoundException);
    },
  },
];
