import { ConnectException } from '@millrace/api';
import { KafkaRetriableException, type Admin } from '@millrace/kafka';
import type { TopicCreationGroups } from '../config/topic-creation-config.ts';

/** Makes sure that a topic exists before its first record, by the rules of KIP-158. */
export class TopicCreation {
  readonly #admin: Admin;
  readonly #groups: TopicCreationGroups;
  readonly #known = new Set<string>();

  constructor(admin: Admin, groups: TopicCreationGroups) {
    this.#admin = admin;
    this.#groups = groups;
  }

  isKnown(topic: string): boolean {
    return this.#known.has(topic);
  }

  /** @throws ConnectException if the topic cannot be created, KafkaRetriableException if it cannot be for the moment. */
  async ensure(topic: string): Promise<void> {
    const existing = await this.#admin.describeTopics([topic]);
    if (!existing.has(topic)) {
      const group = this.#groups.groupFor(topic);
      try {
        await this.#admin.createTopic(group.newTopic(topic));
      } catch (error) {
        if (error instanceof KafkaRetriableException) throw error;
        throw new ConnectException(`Creating topic ${topic} by topic creation group ${group.name} failed`, { cause: error });
      }
    }
    this.#known.add(topic);
  }
}
