import { shared } from '../data/shared-state.ts';

/** One partition of a topic. Interned: {@link TopicPartition.of} returns the same object for the same partition, fit as a key of a Map. */
export class TopicPartition {
  readonly topic: string;
  readonly partition: number;

  private constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
    Object.freeze(this);
  }

  static of(topic: string, partition: number): TopicPartition {
    let partitions = shared.topicPartitions.get(topic);
    if (partitions === undefined) {
      partitions = [];
      shared.topicPartitions.set(topic, partitions);
    }
    return (partitions[partition] ??= new TopicPartition(topic, partition));
  }

  /** `topic-partition`, as Kafka prints it. */
  toString(): string {
    return `${this.topic}-${this.partition}`;
  }
}
