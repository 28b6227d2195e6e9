import { TopicPartition } from '@millrace/api';
import { PartitionShares } from './partition-shares.ts';

/** What a member had when it joined. */
export interface OwnedPartitions {
  readonly partitions: readonly TopicPartition[];
  /** The generation in which it was last told to have them; -1 if it does not say. */
  readonly generation: number;
}

/** What each member had, by member id; who is not in it had nothing. */
export type Ownership = ReadonlyMap<string, OwnedPartitions>;

/**
 * Spreads partitions evenly, and leaves as many as that allows where they are, as
 * `org.apache.kafka.clients.consumer.CooperativeStickyAssignor`. A partition that goes from one member to another is given to nobody at first:
 * its owner learns that it is to give it up, does so, and joins again (KIP-429).
 * @param subscriptions the topics of each member
 * @param partitionCount 0 for a topic that does not exist
 */
export function assignCooperativeSticky(
  subscriptions: ReadonlyMap<string, readonly string[]>,
  partitionCount: (topic: string) => number,
  ownership: Ownership = new Map(),
): Map<string, TopicPartition[]> {
  const shares = new PartitionShares(subscriptions);
  const owners = ownersIn(ownership);
  for (const [partition, member] of owners) {
    if (member === null || partition.partition >= partitionCount(partition.topic)) continue;
    if (shares.reads(member, partition.topic)) shares.keep(member, partition);
  }
  for (const topic of shares.topicsByReaders()) {
    for (let number = 0; number < partitionCount(topic); number += 1) shares.giveToLightest(TopicPartition.of(topic, number));
  }
  shares.level();
  // However old the word of another member: it may be reading the partition still.
  const isFree = (partition: TopicPartition, member: string): boolean => !owners.has(partition) || owners.get(partition) === member;
  return new Map(shares.members.map((member) => [member, shares.of(member).filter((partition) => isFree(partition, member))]));
}

/** Of two that claim a partition, the one that was told later has it; if both were told at once, nobody knows: null. */
function ownersIn(ownership: Ownership): Map<TopicPartition, string | null> {
  const owners = new Map<TopicPartition, string | null>();
  const generations = new Map<TopicPartition, number>();
  for (const [member, { partitions, generation }] of ownership) {
    for (const partition of partitions) {
      const other = generations.get(partition) ?? Number.NEGATIVE_INFINITY;
      if (generation < other) continue;
      owners.set(partition, generation === other ? null : member);
      generations.set(partition, generation);
    }
  }
  return owners;
}
