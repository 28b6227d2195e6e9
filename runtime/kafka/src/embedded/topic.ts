import { InvalidPartitionsException, InvalidReplicationFactorException, InvalidTopicException } from '../errors.ts';
import type { NewTopic } from '../port.ts';
import { PartitionLog } from './partition-log.ts';
import { TopicConfig } from './topic-config.ts';

const maxNameLength = 249;

/** A topic: its settings and its partitions. */
export class Topic {
  readonly name: string;
  readonly config: TopicConfig;
  readonly partitions: readonly PartitionLog[];

  /**
   * @param defaultPartitions what -1 partitions means
   * @throws InvalidTopicException, InvalidPartitionsException, InvalidReplicationFactorException, InvalidConfigurationException
   */
  constructor(topic: NewTopic, defaultPartitions: number) {
    checkName(topic.name);
    const count = topic.partitions === -1 ? defaultPartitions : topic.partitions;
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new InvalidPartitionsException(`Topic ${topic.name} needs at least 1 partition, got ${topic.partitions}`);
    }
    // More replicas than this log's one copy are accepted, so that settings made for a cluster work here too.
    if (topic.replicationFactor !== -1 && !(topic.replicationFactor >= 1)) {
      throw new InvalidReplicationFactorException(
        `Topic ${topic.name} needs a replication factor of at least 1, got ${topic.replicationFactor}`,
      );
    }
    this.name = topic.name;
    this.config = new TopicConfig(topic.config);
    this.partitions = Array.from({ length: count }, (_, partition) => new PartitionLog(topic.name, partition, this.config));
  }

  get isDeleted(): boolean {
    return this.partitions[0]?.isDeleted ?? true;
  }

  delete(): void {
    for (const partition of this.partitions) partition.delete();
  }
}

function checkName(name: string): void {
  if (name.length === 0) throw new InvalidTopicException('A topic needs a name');
  if (name === '.' || name === '..') throw new InvalidTopicException(`Topic name cannot be ${name}`);
  if (name.length > maxNameLength) {
    throw new InvalidTopicException(`Topic name is ${name.length} characters long, more than ${maxNameLength}: ${name}`);
  }
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    throw new InvalidTopicException(`Topic name ${name} contains a character other than ASCII letters, digits, dot, underscore and hyphen`);
  }
}
