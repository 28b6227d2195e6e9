import { IllegalArgumentException, type TopicPartition } from '@millrace/api';
import { UnknownTopicOrPartitionException } from '../errors.ts';
import type { NewTopic, Offsets } from '../port.ts';
import { Group } from './group.ts';
import { type LogStorage, MemoryStorage } from './log-storage.ts';
import type { PartitionLog } from './partition-log.ts';
import { planTopic, type Topic } from './topic.ts';

/** What a broker's own configuration would say. */
export interface EmbeddedLogOptions {
  /** Whether writing to a topic that does not exist creates it, as `auto.create.topics.enable`. @default true */
  readonly autoCreateTopics?: boolean;
  /** Partitions of a topic whose creator leaves the number to the broker, as `num.partitions`. @default 1 */
  readonly defaultPartitions?: number;
  /** Time in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** Where topics and committed offsets are kept. @default memory */
  readonly storage?: LogStorage;
}

/** Topics and groups: what several {@link EmbeddedKafka} of one process share. */
export class EmbeddedLog {
  readonly now: () => number;
  readonly #autoCreateTopics: boolean;
  readonly #defaultPartitions: number;
  readonly #storage: LogStorage;
  readonly #topics = new Map<string, Topic>();
  readonly #groups = new Map<string, Group>();
  readonly #topicListeners = new Set<(topic: string) => void>();

  /** @throws IllegalArgumentException if the default number of partitions is not at least 1 */
  constructor(options: EmbeddedLogOptions = {}) {
    this.now = options.now ?? Date.now;
    this.#autoCreateTopics = options.autoCreateTopics ?? true;
    this.#defaultPartitions = options.defaultPartitions ?? 1;
    if (!Number.isSafeInteger(this.#defaultPartitions) || this.#defaultPartitions < 1) {
      throw new IllegalArgumentException(`defaultPartitions must be at least 1, got ${this.#defaultPartitions}`);
    }
    this.#storage = options.storage ?? new MemoryStorage();
    for (const topic of this.#storage.storedTopics()) this.#topics.set(topic.name, topic);
    for (const { groupId, partition, offset } of this.#storage.storedOffsets()) this.group(groupId).offsets.restore(partition, offset);
  }

  get clusterId(): string {
    return this.#storage.clusterId;
  }

  /** Whether topics end with this process. */
  get isVolatile(): boolean {
    return this.#storage.isVolatile;
  }

  topicNames(): string[] {
    return [...this.#topics.keys()];
  }

  topic(name: string): Topic | undefined {
    return this.#topics.get(name);
  }

  /** The topic, which is created if it is missing and may be. @throws InvalidTopicException, UnknownTopicOrPartitionException */
  topicToWrite(name: string): Topic {
    const existing = this.#topics.get(name);
    if (existing !== undefined) return existing;
    if (!this.#autoCreateTopics) throw unknownTopic(name);
    this.createTopic({ name, partitions: -1, replicationFactor: -1, config: {} });
    return this.#topics.get(name) as Topic;
  }

  /** @returns false if there is one of this name */
  createTopic(topic: NewTopic): boolean {
    if (this.#topics.has(topic.name)) return false;
    const plan = planTopic(topic, { partitions: this.#defaultPartitions, config: this.#storage.topicDefaults });
    this.#topics.set(topic.name, this.#storage.createTopic(plan));
    this.#topicChanged(topic.name);
    return true;
  }

  /** @throws UnknownTopicOrPartitionException */
  deleteTopic(name: string): void {
    const topic = this.#topics.get(name);
    if (topic === undefined) throw unknownTopic(name);
    this.#topics.delete(name);
    for (const group of this.#groups.values()) group.forgetTopic(name);
    topic.delete();
    this.#storage.deleteTopic(topic);
    this.#topicChanged(name);
  }

  /** @throws UnknownTopicOrPartitionException */
  partition({ topic, partition }: TopicPartition): PartitionLog {
    const log = this.#topics.get(topic)?.partitions[partition];
    if (log === undefined) throw new UnknownTopicOrPartitionException(`Topic ${topic} with partition ${partition} does not exist`);
    return log;
  }

  /**
   * Stores offsets for a group; resolves when they are safe. Those of existing partitions are stored even if others are refused, as brokers do.
   * @throws UnknownTopicOrPartitionException, IllegalArgumentException, KafkaStorageException
   */
  async commit(group: Group, offsets: Offsets): Promise<void> {
    let missing: TopicPartition | null = null;
    for (const [partition, { offset }] of offsets) {
      if (!Number.isSafeInteger(offset) || offset < 0) throw new IllegalArgumentException(`Invalid offset ${offset} for ${partition}`);
    }
    for (const [partition, offset] of offsets) {
      if (this.#topics.get(partition.topic)?.partitions[partition.partition] === undefined) missing ??= partition;
      else group.offsets.commit(partition, offset);
    }
    await this.#storage.syncOffsets();
    if (missing !== null) this.partition(missing);
  }

  /** Removes committed offsets of a group; resolves when that is safe. @throws KafkaStorageException */
  async deleteOffsets(group: Group, partitions: readonly TopicPartition[]): Promise<void> {
    for (const partition of partitions) group.offsets.delete(partition);
    await this.#storage.syncOffsets();
  }

  /** Calls back when a topic is created or deleted, until told to stop. */
  onTopicChange(listener: (topic: string) => void): () => void {
    this.#topicListeners.add(listener);
    return () => void this.#topicListeners.delete(listener);
  }

  /** The group, if anybody ever joined it or committed for it. */
  existingGroup(id: string): Group | undefined {
    return this.#groups.get(id);
  }

  group(id: string): Group {
    let group = this.#groups.get(id);
    if (group === undefined) {
      group = new Group(id, this.now, (partition, offset) => this.#storage.putOffset(id, partition, offset));
      this.#groups.set(id, group);
    }
    return group;
  }

  /** @throws KafkaStorageException */
  async deleteGroup(id: string): Promise<void> {
    this.#groups.get(id)?.offsets.deleteAll();
    this.#groups.delete(id);
    await this.#storage.syncOffsets();
  }

  /** Resolves when everything written so far is as safe as it gets. @throws KafkaStorageException */
  async sync(): Promise<void> {
    await this.#storage.sync();
  }

  /** Lets go of files, if there are any. Idempotent. @throws KafkaStorageException if something could not be written */
  async close(): Promise<void> {
    await this.#storage.close();
  }

  #topicChanged(name: string): void {
    for (const listener of this.#topicListeners) listener(name);
  }
}

/** The error for a topic that is not there. */
export function unknownTopic(name: string): UnknownTopicOrPartitionException {
  return new UnknownTopicOrPartitionException(`Topic ${name} does not exist`);
}
