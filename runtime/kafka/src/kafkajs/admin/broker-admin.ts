import type { TopicPartition } from '@millrace/api';
import { integerProperty } from '../../client-properties.ts';
import { GroupIdNotFoundException, TimeoutException, UnknownTopicOrPartitionException } from '../../errors.ts';
import type { Admin, ClientProperties, NewTopic, OffsetAndMetadata, Offsets, PartitionOffsets, TopicDescription } from '../../port.ts';
import { offsetsByTime } from '../consumer/offset-lister.ts';
import { Coordinator } from '../group/coordinator.ts';
import { BrokerGroupOffsets, nobody } from '../group/group-offsets.ts';
import { createTopics } from '../wire/apis/create-topics.ts';
import { deleteGroups } from '../wire/apis/delete-groups.ts';
import { deleteTopics } from '../wire/apis/delete-topics.ts';
import { describeConfigs } from '../wire/apis/describe-configs.ts';
import { OffsetTime, type IsolationLevel } from '../wire/apis/list-offsets.ts';
import { metadata, type TopicMetadata } from '../wire/apis/metadata.ts';
import { offsetDelete } from '../wire/apis/offset-delete.ts';
import { brokerError, isRetriable } from '../wire/broker-errors.ts';
import type { Cluster } from '../wire/cluster.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { exponentialBackoff } from '../wire/wire-config.ts';

/** Administers a real cluster. Each call bears passing failures for `default.api.timeout.ms`. */
export class BrokerAdmin implements Admin {
  readonly #cluster: Cluster;
  readonly #onClose: () => void;
  readonly #apiTimeoutMs: number;
  #isClosed = false;

  /** @param cluster is the admin's own and closed with it */
  constructor(cluster: Cluster, properties: ClientProperties, onClose: () => void) {
    this.#cluster = cluster;
    this.#onClose = onClose;
    this.#apiTimeoutMs = integerProperty(properties, { key: 'default.api.timeout.ms', defaultValue: 60_000, min: 0 });
  }

  async clusterId(): Promise<string> {
    return this.#insist(async () => (await this.#metadata([])).clusterId ?? '');
  }

  async createTopic(topic: NewTopic): Promise<boolean> {
    return this.#insist(async () => {
      const [created] = await this.#cluster.requestController(createTopics, {
        topics: [topic],
        timeoutMs: this.#cluster.config.requestTimeoutMs,
      });
      const code = created?.errorCode ?? -1;
      if (code === ErrorCode.TOPIC_ALREADY_EXISTS) return false;
      await this.#check(code, `Creating topic ${topic.name}`, created?.errorMessage);
      return true;
    });
  }

  async describeTopics(names: readonly string[]): Promise<Map<string, TopicDescription>> {
    if (names.length === 0) return new Map();
    const topics = await this.#topics(names);
    return new Map(topics.map(({ name, partitions }) => [name, { name, partitions: partitions.length }]));
  }

  async topicConfig(topic: string): Promise<Map<string, string>> {
    return this.#insist(async () => {
      const { errorCode, errorMessage, entries } = await this.#cluster.requestAny(describeConfigs, { topic });
      await this.#check(errorCode, `Describing the configuration of topic ${topic}`, errorMessage);
      return new Map([...entries].flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
    });
  }

  async listTopics(): Promise<string[]> {
    return (await this.#topics(null)).map(({ name }) => name).sort();
  }

  async deleteTopic(name: string): Promise<void> {
    const request = { names: [name], timeoutMs: this.#cluster.config.requestTimeoutMs };
    let mayBeGone = false;
    await this.#insist(async () => {
      const wasAttempted = mayBeGone;
      mayBeGone = true;
      const [deleted] = await this.#cluster.requestController(deleteTopics, request);
      const code = deleted?.errorCode ?? -1;
      // An attempt before this one has deleted it, and its answer was lost.
      if (wasAttempted && code === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) return;
      await this.#check(code, `Deleting topic ${name}`);
    });
  }

  async offsets(partitions: readonly TopicPartition[], isolation: IsolationLevel): Promise<Map<TopicPartition, PartitionOffsets>> {
    const options = { isolation, timeoutMs: this.#apiTimeoutMs, isOver: () => this.#isClosed };
    const list = (time: number): Promise<Map<TopicPartition, number>> =>
      offsetsByTime(this.#cluster, new Map(partitions.map((partition) => [partition, time])), options);
    const beginnings = await list(OffsetTime.earliest);
    const ends = await list(OffsetTime.latest);
    return new Map(
      partitions.map((partition) => {
        const beginning = beginnings.get(partition);
        const end = ends.get(partition);
        if (beginning === undefined || end === undefined) {
          throw new UnknownTopicOrPartitionException(`Partition ${partition} does not exist`);
        }
        return [partition, { beginning, end }];
      }),
    );
  }

  groupOffsets(groupId: string): Promise<Map<TopicPartition, OffsetAndMetadata>> {
    return this.#group(groupId).committed(null);
  }

  alterGroupOffsets(groupId: string, offsets: Offsets): Promise<void> {
    return this.#group(groupId).commit(nobody, offsets);
  }

  async deleteGroupOffsets(groupId: string, partitions: readonly TopicPartition[]): Promise<void> {
    const what = `Deleting offsets of group ${groupId}`;
    const { errorCode, codes } = await this.#coordinator(groupId).insist(
      offsetDelete,
      { groupId, partitions },
      { codesOf: (answer) => [answer.errorCode], timeoutMs: this.#apiTimeoutMs },
    );
    if (errorCode === ErrorCode.GROUP_ID_NOT_FOUND) throw new GroupIdNotFoundException(`Group ${groupId} does not exist`);
    if (errorCode !== ErrorCode.NONE) throw brokerError(errorCode, what);
    for (const [partition, code] of codes) if (code !== ErrorCode.NONE) throw brokerError(code, `${what} for ${partition}`);
  }

  async deleteGroup(groupId: string): Promise<void> {
    const [deleted] = await this.#coordinator(groupId).insist(
      deleteGroups,
      { groups: [groupId] },
      { codesOf: (answer) => answer.map(({ errorCode }) => errorCode), timeoutMs: this.#apiTimeoutMs },
    );
    const code = deleted?.errorCode ?? -1;
    if (code !== ErrorCode.NONE && code !== ErrorCode.GROUP_ID_NOT_FOUND) throw brokerError(code, `Deleting group ${groupId}`);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cluster.close();
    this.#onClose();
  }

  #coordinator(groupId: string): Coordinator {
    return new Coordinator(this.#cluster, 'group', groupId);
  }

  #group(groupId: string): BrokerGroupOffsets {
    return new BrokerGroupOffsets(this.#coordinator(groupId), { groupId, timeoutMs: this.#apiTimeoutMs });
  }

  async #topics(names: readonly string[] | null): Promise<TopicMetadata[]> {
    return this.#insist(async () => {
      const { topics } = await this.#metadata(names);
      for (const { errorCode, name } of topics) {
        const isAbsent = errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION || errorCode === ErrorCode.INVALID_TOPIC_EXCEPTION;
        if (!isAbsent) await this.#check(errorCode, `Describing topic ${name}`);
      }
      return topics.filter(({ errorCode }) => errorCode === ErrorCode.NONE);
    });
  }

  #metadata(topics: readonly string[] | null) {
    return this.#cluster.requestAny(metadata, { topics, allowAutoTopicCreation: false });
  }

  async #check(code: number, what: string, detail?: string | null): Promise<void> {
    if (code === ErrorCode.NONE) return;
    if (code === ErrorCode.NOT_CONTROLLER) await this.#cluster.refresh();
    throw brokerError(code, what, detail ?? null);
  }

  /** Repeats what fails in passing. An unknown topic does not pass here: the caller has named one that is not there. */
  async #insist<Result>(attempt: () => Promise<Result>): Promise<Result> {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#cluster.config;
    const deadline = performance.now() + this.#apiTimeoutMs;
    for (let failures = 0; ; failures++) {
      try {
        return await attempt();
      } catch (error) {
        if (!isRetriable(error) || error instanceof UnknownTopicOrPartitionException || this.#isClosed) throw error;
        if (performance.now() >= deadline) throw timedOut(error as Error, this.#apiTimeoutMs);
      }
      await new Promise((resolve) => setTimeout(resolve, exponentialBackoff(retryBackoffMs, retryBackoffMaxMs, failures)));
    }
  }
}

function timedOut(error: Error, timeoutMs: number): TimeoutException {
  return new TimeoutException(`${error.message}; given up after default.api.timeout.ms=${timeoutMs}`, { cause: error });
}
