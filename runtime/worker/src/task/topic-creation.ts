import { ConnectException } from '@millrace/api';
import type { Admin } from '@millrace/kafka';
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

  /** @throws ConnectException if the topic cannot be created. */
  async ensure(topic: string): Promise<void> {
    const existing = await this.#admin.describeTopics([topic]);
    if (!existing.has(topic)) {
      const group = this.#groups.groupFor(topic);
      try {
        await this.#admin.createTopic(group.newTopic(topic));
      } catch (error) {
        throw new ConnectException(`Creating topic ${topic} by topic creation group ${group.name} failed`, { cause: error });
      }
    }
    this.#known.add(topic);
  }
}
