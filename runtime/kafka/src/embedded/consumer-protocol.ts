import { TopicPartition } from '@millrace/api';

/** The protocol type of consumers, as Kafka names it. */
export const consumerProtocolType = 'consumer';

/** What a consumer tells its group: the topics that it reads. */
export function encodeSubscription(topics: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(topics));
}

export function decodeSubscription(metadata: Buffer): string[] {
  return JSON.parse(metadata.toString()) as string[];
}

/** What a consumer is told: its partitions. */
export function encodeAssignment(partitions: readonly TopicPartition[]): Buffer {
  return Buffer.from(JSON.stringify(partitions.map(({ topic, partition }) => [topic, partition])));
}

/** No bytes at all: nothing is assigned. */
export function decodeAssignment(assignment: Buffer): TopicPartition[] {
  if (assignment.length === 0) return [];
  return (JSON.parse(assignment.toString()) as [string, number][]).map(([topic, partition]) => TopicPartition.of(topic, partition));
}
