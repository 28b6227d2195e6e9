import { InvalidPartitionsException, InvalidReplicationFactorException, InvalidTopicException } from '../errors.ts';
import type { NewTopic } from '../port.ts';
import type { PartitionLog } from './partition-log.ts';
import { TopicConfig } from './topic-config.ts';

const maxNameLength = 249;

/** A topic before it has partitions. */
export interface TopicPlan {
  readonly name: string;
  readonly config: TopicConfig;
  readonly partitionCount: number;
}

/** Defaults for what the creator of a topic leaves open. */
export interface TopicDefaults {
  /** What -1 partitions means. */
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

/** A topic: its settings and its partitions. */
export class Topic {
  readonly name: string;
  readonly config: TopicConfig;
  readonly partitions: readonly PartitionLog[];

  constructor({ name, config }: TopicPlan, partitions: readonly PartitionLog[]) {
    this.name = name;
    this.config = config;
    this.partitions = partitions;
  }

  get isDeleted(): boolean {
    return this.partitions[0]?.isDeleted ?? true;
  }

  delete(): void {
    for (const partition of this.partitions) partition.delete();
  }
}

/** @throws InvalidTopicException, InvalidPartitionsException, InvalidReplicationFactorException, InvalidConfigurationException */
export function planTopic(topic: NewTopic, defaults: TopicDefaults): TopicPlan {
  checkName(topic.name);
  const partitionCount = topic.partitions === -1 ? defaults.partitions : topic.partitions;
  if (!Number.isSafeInteger(partitionCount) || partitionCount < 1) {
    throw new InvalidPartitionsException(`Topic ${topic.name} needs at least 1 partition, got ${topic.partitions}`);
  }
  // More replicas than this log's one copy are accepted, so that settings made for a cluster work here too.
  if (topic.replicationFactor !== -1 && !(topic.replicationFactor >= 1)) {
    throw new InvalidReplicationFactorException(
      `Topic ${topic.name} needs a replication factor of at least 1, got ${topic.replicationFactor}`,
    );
  }
  return { name: topic.name, config: new TopicConfig(topic.config, defaults.config), partitionCount };
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
