import { randomUUID } from 'node:crypto';
import type { TopicPartition } from '@millrace/api';
import type { OffsetAndMetadata } from '../port.ts';
import { MemoryPartition } from './memory-partition.ts';
import type { PartitionLog } from './partition-log.ts';
import { Topic, type TopicPlan } from './topic.ts';

/** An offset that a group committed in another life of the log. */
export interface StoredOffset {
  readonly groupId: string;
  readonly partition: TopicPartition;
  readonly offset: OffsetAndMetadata;
}

/** Where an embedded log keeps what it has. */
export interface LogStorage {
  /** Whether everything ends with this process. */
  readonly isVolatile: boolean;
  readonly clusterId: string;
  readonly topicDefaults: Readonly<Record<string, string>>;
  /** What was there when the storage was opened. */
  storedTopics(): readonly Topic[];
  storedOffsets(): readonly StoredOffset[];
  createTopic(plan: TopicPlan): Topic;
  deleteTopic(topic: Topic): void;
  /** A null offset removes what the group had committed. Safe after {@link syncOffsets}. */
  putOffset(groupId: string, partition: TopicPartition, offset: OffsetAndMetadata | null): void;
  /** Makes committed offsets, and the records before them, safe. @throws KafkaStorageException */
  syncOffsets(): Promise<void>;
  /** Makes all that was written safe. @throws KafkaStorageException */
  sync(): Promise<void>;
  /** Idempotent. @throws KafkaStorageException if something could not be written */
  close(): Promise<void>;
}

/** Keeps everything in memory. */
export class MemoryStorage implements LogStorage {
  readonly isVolatile = true;
  readonly clusterId: string = randomUUID();
  readonly topicDefaults = {};

  storedTopics(): readonly Topic[] {
    return [];
  }

  storedOffsets(): readonly StoredOffset[] {
    return [];
  }

  createTopic(plan: TopicPlan): Topic {
    const partitions = Array.from(
      { length: plan.partitionCount },
      (_, partition): PartitionLog => new MemoryPartition(plan.name, partition, plan.config),
    );
    return new Topic(plan, partitions);
  }

  deleteTopic(): void {
    // Nothing outlives the topic object.
  }

  putOffset(): void {
    // The group itself is the only memory.
  }

  async syncOffsets(): Promise<void> {
    // As safe as it gets.
  }

  async sync(): Promise<void> {
    // As safe as it gets.
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}
