import type { TopicPartition } from '@millrace/api';

/** Partitions grouped by their topics, as requests list them. */
export function byTopic(partitions: Iterable<TopicPartition>): [string, TopicPartition[]][] {
  const topics = new Map<string, TopicPartition[]>();
  for (const partition of partitions) {
    const known = topics.get(partition.topic);
    if (known === undefined) topics.set(partition.topic, [partition]);
    else known.push(partition);
  }
  return [...topics];
}
