import { TopicPartition } from '@millrace/api';

/**
 * Gives each member of a group a run of each topic's partitions, as `org.apache.kafka.clients.consumer.RangeAssignor`: members in order of
 * their ids, and the first ones get one more where the number does not divide.
 * @param subscriptions the topics of each member
 * @param partitionCount 0 for a topic that does not exist
 */
export function assignRanges(
  subscriptions: ReadonlyMap<string, readonly string[]>,
  partitionCount: (topic: string) => number,
): Map<string, TopicPartition[]> {
  const assignment = new Map<string, TopicPartition[]>();
  const readers = new Map<string, string[]>();
  for (const memberId of [...subscriptions.keys()].sort()) {
    assignment.set(memberId, []);
    for (const topic of subscriptions.get(memberId) ?? []) {
      const members = readers.get(topic);
      if (members === undefined) readers.set(topic, [memberId]);
      else members.push(memberId);
    }
  }
  for (const topic of [...readers.keys()].sort()) {
    const members = readers.get(topic) as string[];
    const count = partitionCount(topic);
    for (const [index, memberId] of members.entries()) {
      const from = rangeStart(index, members.length, count);
      const to = rangeStart(index + 1, members.length, count);
      for (let partition = from; partition < to; partition += 1) assignment.get(memberId)?.push(TopicPartition.of(topic, partition));
    }
  }
  return assignment;
}

function rangeStart(member: number, memberCount: number, partitionCount: number): number {
  return Math.floor(partitionCount / memberCount) * member + Math.min(member, partitionCount % memberCount);
}
