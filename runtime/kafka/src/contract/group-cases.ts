import { TopicPartition } from '@millrace/api';
import { expect } from 'vitest';
import { CommitFailedException } from '../errors.ts';
import type { ContractCase } from './contract-case.ts';
import { texts } from './contract-kafka.ts';

/** Consumers that share a group: assignment, revocation, loss. */
export const groupCases: readonly ContractCase[] = [
  {
    name: 'two members share the partitions, and the one that stays gets them all when the other leaves',
    async run(kafka) {
      const topic = await kafka.topic(4);
      const options = { groupId: kafka.uniqueName('group'), topics: [topic] };
      const first = kafka.polling(options);
      await kafka.eventually('the first has everything', () => first.partitions.length === 4);
      const second = kafka.polling(options);
      await kafka.eventually('both have two', () => first.partitions.length === 2 && second.partitions.length === 2);
      expect([...first.partitions, ...second.partitions].sort()).toEqual([0, 1, 2, 3].map((number) => `${topic}-${number}`));
      await second.close();
      expect(second.eventsOf('revoked').at(-1)?.partitions).toHaveLength(2);
      await kafka.eventually('the first has everything again', () => first.partitions.length === 4);
      expect([first.eventsOf('lost'), first.error, second.error]).toEqual([[], null, null]);
    },
  },
  {
    name: 'more members than partitions: one has none, and takes over when another leaves',
    async run(kafka) {
      const topic = await kafka.topic(1);
      const options = { groupId: kafka.uniqueName('group'), topics: [topic] };
      const members = [kafka.polling(options), kafka.polling(options)];
      const owners = (): number => members.filter(({ partitions }) => partitions.length === 1).length;
      await kafka.eventually(
        'both have joined and one has the partition',
        () => owners() === 1 && members.every(({ pollCount }) => pollCount > 2),
      );
      const [owner, other] = members[0]?.partitions.length === 1 ? members : members.reverse();
      await owner?.close();
      await kafka.eventually('the other has it', () => other?.partitions.length === 1);
      await kafka.writeTexts(topic, ['a']);
      await kafka.eventually('the other reads it', () => other?.records.length === 1);
      expect(owner?.records).toEqual([]);
    },
  },
  {
    name: 'a revocation is awaited: nobody gets the partitions before, and the commit in it counts',
    async run(kafka) {
      const topic = await kafka.topic(2);
      await kafka.writeTexts(topic, ['a', 'b', 'c'], 0);
      await kafka.writeTexts(topic, ['d', 'e'], 1);
      const groupId = kafka.uniqueName('group');
      let release: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      let isRevoking = false;
      const first = kafka.polling({
        groupId,
        topics: [topic],
        async onRevoked(partitions, consumer) {
          isRevoking = true;
          await gate;
          await consumer.commit(new Map(partitions.map((partition) => [partition, { offset: consumer.position(partition) }])));
        },
      });
      await kafka.eventually('everything is read', () => first.records.length === 5);
      const second = kafka.polling({ groupId, topics: [topic] });
      await kafka.eventually('the revocation has begun', () => isRevoking);
      const { pollCount } = second;
      await kafka.eventually('the second has waited', () => second.pollCount > pollCount + 3);
      expect([first.partitions.length, second.partitions.length]).toEqual([2, 0]);
      release();
      await kafka.eventually('both have one', () => first.partitions.length === 1 && second.partitions.length === 1);
      const committed = await kafka.admin.groupOffsets(groupId);
      expect(committed.get(TopicPartition.of(topic, 0))?.offset).toBe(3);
      expect(committed.get(TopicPartition.of(topic, 1))?.offset).toBe(2);
      expect([first.error, first.records.length, second.records.length]).toEqual([null, 5, 0]);
    },
  },
  {
    name: 'a member that does not poll in time loses its partitions, cannot commit any more, and hears of it at its next poll',
    async run(kafka) {
      const topic = await kafka.topic(2);
      const options = { groupId: kafka.uniqueName('group'), topics: [topic], properties: { 'max.poll.interval.ms': '300' } };
      const slow = kafka.polling(options);
      await kafka.eventually('the slow member has everything', () => slow.partitions.length === 2);
      await slow.pause();
      const other = kafka.polling(options);
      await kafka.eventually('the other has everything', () => other.partitions.length === 2);
      const offsets = new Map([[TopicPartition.of(topic, 0), { offset: 0 }]]);
      await expect(slow.consumer.commit(offsets)).rejects.toThrow(CommitFailedException);
      expect(slow.eventsOf('lost')).toEqual([]);
      slow.continuePolling();
      await kafka.eventually('both have one', () => slow.partitions.length === 1 && other.partitions.length === 1);
      expect(slow.eventsOf('lost')).toEqual([{ kind: 'lost', partitions: [`${topic}-0`, `${topic}-1`] }]);
      expect(slow.events.map(({ kind }) => kind)).toEqual(['assigned', 'lost', 'assigned']);
    },
  },
  {
    name: 'a subscription by pattern takes whole names, and sees topics that are created later',
    async run(kafka) {
      const prefix = kafka.uniqueName('orders');
      await kafka.topic(1, {}, `${prefix}.a`);
      await kafka.topic(1, {}, `not-${prefix}.a`);
      const consumer = kafka.polling({ groupId: kafka.uniqueName('group'), topics: new RegExp(`${prefix}\\.[ab]`) });
      await kafka.eventually('the first topic is assigned', () => consumer.partitions.length === 1);
      await kafka.topic(2, {}, `${prefix}.b`);
      await kafka.topic(1, {}, `${prefix}.bb`);
      await kafka.eventually('the new topic is assigned', () => consumer.partitions.length === 3);
      expect(consumer.partitions).toEqual([`${prefix}.a-0`, `${prefix}.b-0`, `${prefix}.b-1`]);
      await kafka.writeTexts(`${prefix}.b`, ['x'], 1);
      await kafka.eventually('the new topic is read', () => texts(consumer.records).includes('x'));
    },
  },
  {
    name: 'an error of the listener comes out of poll',
    async run(kafka) {
      const topic = await kafka.topic();
      const consumer = kafka.transport.consumer({
        groupId: kafka.uniqueName('group'),
        subscription: [topic],
        listener: {
          assigned: () => {
            throw new Error('open failed');
          },
          revoked: () => undefined,
          lost: () => undefined,
        },
        properties: {},
      });
      let message = '';
      await kafka.eventually('poll has failed', async () => {
        await consumer.poll(50).catch((error: unknown) => {
          message = (error as Error).message;
        });
        return message !== '';
      });
      expect(message).toBe('open failed');
    },
  },
  {
    name: 'positions are known during assignment, and a seek in it counts',
    async run(kafka) {
      const topic = await kafka.topic();
      await kafka.writeTexts(topic, ['a', 'b', 'c']);
      const positions: number[] = [];
      const consumer = kafka.transport.consumer({
        groupId: kafka.uniqueName('group'),
        subscription: [topic],
        listener: {
          assigned: (partitions) => {
            for (const partition of partitions) {
              positions.push(consumer.position(partition));
              consumer.seek(partition, 2);
            }
          },
          revoked: () => undefined,
          lost: () => undefined,
        },
        properties: { 'auto.offset.reset': 'earliest' },
      });
      let polled: (string | null)[] = [];
      await kafka.eventually('a record is polled', async () => {
        polled = texts(await consumer.poll(50));
        return polled.length > 0;
      });
      expect([positions, polled]).toEqual([[0], ['c']]);
    },
  },
];
