import type { TopicPartition } from '@millrace/api';
import { GroupIdNotFoundException, GroupNotEmptyException, GroupSubscribedToTopicException, UnknownMemberIdException } from '../errors.ts';
import type { Admin, NewTopic, OffsetAndMetadata, Offsets, PartitionOffsets, TopicDescription } from '../port.ts';
import { type EmbeddedLog, unknownTopic } from './embedded-log.ts';

/** Administers the log. Needs no settings. */
export class EmbeddedAdmin implements Admin {
  readonly #log: EmbeddedLog;
  readonly #onClose: () => void;

  constructor(log: EmbeddedLog, onClose: () => void) {
    this.#log = log;
    this.#onClose = onClose;
  }

  async clusterId(): Promise<string> {
    return this.#log.clusterId;
  }

  async createTopic(topic: NewTopic): Promise<boolean> {
    return this.#log.createTopic(topic);
  }

  async describeTopics(names: readonly string[]): Promise<Map<string, TopicDescription>> {
    const descriptions = new Map<string, TopicDescription>();
    for (const name of names) {
      const topic = this.#log.topic(name);
      if (topic !== undefined) descriptions.set(name, { name, partitions: topic.partitions.length });
    }
    return descriptions;
  }

  async topicConfig(topic: string): Promise<Map<string, string>> {
    const existing = this.#log.topic(topic);
    if (existing === undefined) throw unknownTopic(topic);
    return new Map(existing.config.settings);
  }

  async listTopics(): Promise<string[]> {
    return this.#log.topicNames();
  }

  async deleteTopic(name: string): Promise<void> {
    this.#log.deleteTopic(name);
  }

  async offsets(partitions: readonly TopicPartition[]): Promise<Map<TopicPartition, PartitionOffsets>> {
    const offsets = new Map<TopicPartition, PartitionOffsets>();
    for (const partition of partitions) {
      const log = this.#log.partition(partition);
      log.retention.enforce(this.#log.now());
      offsets.set(partition, { beginning: log.startOffset, end: log.endOffset });
    }
    return offsets;
  }

  async groupOffsets(groupId: string): Promise<Map<TopicPartition, OffsetAndMetadata>> {
    return this.#log.existingGroup(groupId)?.offsets.all() ?? new Map<TopicPartition, OffsetAndMetadata>();
  }

  async alterGroupOffsets(groupId: string, offsets: Offsets): Promise<void> {
    const group = this.#log.group(groupId);
    if (!group.isEmpty) throw new UnknownMemberIdException(`Offsets of group ${groupId} cannot be altered while it has members`);
    await this.#log.commit(group, offsets);
  }

  async deleteGroupOffsets(groupId: string, partitions: readonly TopicPartition[]): Promise<void> {
    const group = this.#log.existingGroup(groupId);
    if (group === undefined) throw new GroupIdNotFoundException(`Group ${groupId} does not exist`);
    for (const partition of partitions) {
      this.#log.partition(partition);
      if (!group.isSubscribedTo(partition.topic)) continue;
      throw new GroupSubscribedToTopicException(
        `Offsets of ${partition} cannot be deleted while a member of group ${groupId} reads the topic`,
      );
    }
    await this.#log.deleteOffsets(group, partitions);
  }

  async deleteGroup(groupId: string): Promise<void> {
    const group = this.#log.existingGroup(groupId);
    if (group !== undefined && !group.isEmpty) throw new GroupNotEmptyException(`Group ${groupId} still has members`);
    await this.#log.deleteGroup(groupId);
  }

  async close(): Promise<void> {
    this.#onClose();
  }
}
