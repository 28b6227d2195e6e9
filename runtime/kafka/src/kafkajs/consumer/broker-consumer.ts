import type { TopicPartition } from '@millrace/api';
import { integerProperty } from '../../client-properties.ts';
import type { ConsumerBackend, ReadPartition } from '../../consumer/consumer-backend.ts';
import { Subscription } from '../../consumer/subscription.ts';
import { CommitFailedException, RebalanceInProgressException } from '../../errors.ts';
import type { JoinedGroup } from '../../membership/membership.ts';
import type { ConsumedRecord, ConsumerOptions, OffsetAndMetadata, Offsets } from '../../port.ts';
import { assignmentProtocols, assignorOf, isCooperative } from '../group/assignors.ts';
import { BrokerMembership } from '../group/broker-membership.ts';
import {
  consumerProtocolType,
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeCooperativeSubscription,
  encodeSubscription,
} from '../group/consumer-protocol.ts';
import { Coordinator } from '../group/coordinator.ts';
import { BrokerGroupOffsets } from '../group/group-offsets.ts';
import { OffsetTime } from '../wire/apis/list-offsets.ts';
import type { Cluster } from '../wire/cluster.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { exponentialBackoff } from '../wire/wire-config.ts';
import { fetchConfig, type FetchConfig } from './fetch-config.ts';
import { Fetcher } from './fetcher.ts';
import { doesNotExist, offsetsByTime } from './offset-lister.ts';

/** Least wait, in milliseconds, between two looks at the age of the metadata. */
const minRefreshWaitMs = 100;

export interface BrokerConsumerHooks {
  /** The membership asks for something. */
  readonly notify: () => void;
  /** Milliseconds since the owner last polled. */
  readonly idleMs: () => number;
}

/** What a consumer reads from on a real cluster: its group at the coordinator, its partitions at their leaders. */
export class BrokerConsumer implements ConsumerBackend {
  readonly membership: BrokerMembership;
  readonly isCooperative: boolean;
  readonly #cluster: Cluster;
  readonly #config: FetchConfig;
  readonly #subscription: Subscription;
  readonly #fetcher: Fetcher;
  readonly #offsets: BrokerGroupOffsets;
  readonly #apiTimeoutMs: number;
  #refreshTimer: NodeJS.Timeout | null = null;
  /** Refreshes in a row after which a subscribed topic was still not there. */
  #refreshesInVain = 0;
  #isClosed = false;
  /** When the group last said what this member has: -1 for never. */
  #ownedGeneration = -1;
  /** As leader: the number of partitions that were assigned, by topic. */
  #assignedCounts: ReadonlyMap<string, number> = new Map();

  /** @param cluster is the consumer's own and closed with it */
  constructor(cluster: Cluster, { groupId, subscription, properties }: ConsumerOptions, hooks: BrokerConsumerHooks) {
    this.#cluster = cluster;
    this.#config = fetchConfig(properties);
    this.#apiTimeoutMs = integerProperty(properties, { key: 'default.api.timeout.ms', defaultValue: 60_000, min: 0 });
    this.#subscription = new Subscription(subscription, () => this.#visibleTopics());
    this.#fetcher = new Fetcher(cluster, this.#config);
    this.#offsets = new BrokerGroupOffsets(new Coordinator(cluster, 'group', groupId), { groupId, timeoutMs: this.#apiTimeoutMs });
    const protocols = assignmentProtocols(properties['partition.assignment.strategy']);
    this.isCooperative = isCooperative(protocols);
    const maxPollIntervalMs = integerProperty(properties, { key: 'max.poll.interval.ms', defaultValue: 300_000, min: 1 });
    this.membership = new BrokerMembership(cluster, {
      groupId,
      protocolType: consumerProtocolType,
      sessionTimeoutMs: integerProperty(properties, { key: 'session.timeout.ms', defaultValue: 45_000, min: 1 }),
      heartbeatIntervalMs: integerProperty(properties, { key: 'heartbeat.interval.ms', defaultValue: 3000, min: 1 }),
      rebalanceTimeoutMs: maxPollIntervalMs,
      prepare: () => this.#cluster.refresh(),
      protocols: () => {
        const metadata = this.#encodeSubscription();
        return protocols.map((name) => ({ name, metadata }));
      },
      assign: (joined) => this.#assignAll(joined),
      onChange: hooks.notify,
      isAlive: () => hooks.idleMs() < maxPollIntervalMs,
    });
    if (this.#subscription.names === null) cluster.watchAll();
    else for (const name of this.#subscription.names) cluster.watch(name);
    cluster.onRefresh(() => this.#topicsRefreshed());
    this.#scheduleRefresh();
  }

  decodeAssignment(assignment: Buffer): readonly TopicPartition[] {
    return decodeAssignment(assignment);
  }

  async open(partitions: readonly TopicPartition[], kept: readonly TopicPartition[]): Promise<ReadonlyMap<TopicPartition, ReadPartition>> {
    this.#ownedGeneration = this.membership.generation?.generationId ?? -1;
    if (partitions.length === 0) return this.#fetcher.assign(new Map(), kept);
    const committed = await this.#offsets.committed(partitions);
    const unknown = partitions.filter((partition) => !committed.has(partition));
    const begun = this.#config.reset === 'none' ? new Map<TopicPartition, number>() : await this.#beginnings(unknown);
    const positions = new Map<TopicPartition, number | null>();
    for (const partition of partitions) {
      const offset = committed.get(partition)?.offset ?? begun.get(partition) ?? null;
      const isThere = offset !== null || this.#config.reset === 'none';
      if (isThere && !doesNotExist(this.#cluster, partition)) positions.set(partition, offset);
    }
    return this.#fetcher.assign(positions, kept);
  }

  release(partitions: readonly TopicPartition[]): void {
    this.#fetcher.release(partitions);
  }

  fetch(max: number): ConsumedRecord[] {
    return this.#fetcher.take(max);
  }

  waitForRecords(callback: () => void): () => void {
    return this.#fetcher.onArrival(callback);
  }

  /** During a rebalance the broker says whether this generation is over: until it is, the partitions are this member's. */
  async commit(offsets: Offsets): Promise<void> {
    const { generation, isRemoved } = this.membership;
    // A join may have made it a new member since; what it had as the old one may be somebody else's.
    if (generation === null || isRemoved) {
      throw new CommitFailedException('Offsets cannot be committed: the consumer is not part of its group any more');
    }
    try {
      await this.#offsets.commit(generation, offsets);
    } catch (error) {
      if (!(error instanceof CommitFailedException)) throw error;
      if (this.isCooperative && (this.membership.isJoining || this.membership.generation !== generation)) {
        const message = 'Offsets cannot be committed now, because the group has begun another generation; poll, then commit again';
        throw new RebalanceInProgressException(message, { cause: error });
      }
      this.membership.refused(generation);
      throw error;
    }
  }

  committed(partitions: readonly TopicPartition[]): Promise<Map<TopicPartition, OffsetAndMetadata>> {
    return this.#offsets.committed(partitions);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#refreshTimer !== null) clearTimeout(this.#refreshTimer);
    this.#fetcher.close();
    this.#cluster.close();
  }

  async #beginnings(partitions: readonly TopicPartition[]): Promise<Map<TopicPartition, number>> {
    const time = this.#config.reset === 'earliest' ? OffsetTime.earliest : OffsetTime.latest;
    return offsetsByTime(this.#cluster, new Map(partitions.map((partition) => [partition, time])), {
      isolation: this.#config.isolation,
      timeoutMs: this.#apiTimeoutMs,
    });
  }

  /** Who was removed claims nothing, even before it has heard of it. */
  #encodeSubscription(): Buffer {
    const topics = this.#subscription.resolve();
    if (!this.isCooperative) return encodeSubscription(topics);
    const { generation, isRemoved } = this.membership;
    const isMember = generation !== null && !isRemoved;
    const owned = isMember
      ? { partitions: this.#fetcher.partitions, generation: this.#ownedGeneration }
      : { partitions: [], generation: -1 };
    return encodeCooperativeSubscription({ topics, owned });
  }

  #visibleTopics(): string[] {
    return this.#cluster.topicNames().filter((name) => this.#cluster.topic(name)?.isInternal !== true);
  }

  async #assignAll({ protocol, members }: JoinedGroup): Promise<Map<string, Buffer>> {
    const told = members.map(({ memberId, metadata }) => ({ memberId, ...decodeSubscription(metadata) }));
    const subscriptions = new Map(told.map((member) => [member.memberId, member.topics]));
    const ownership = new Map(told.map((member) => [member.memberId, member.owned]));
    const topics = new Set([...subscriptions.values()].flat());
    const isNew = [...topics].map((topic) => this.#cluster.watch(topic));
    if (isNew.includes(true)) await this.#cluster.refresh();
    this.#assignedCounts = new Map([...topics].map((topic) => [topic, this.#partitionCount(topic)]));
    const assignment = assignorOf(protocol)(subscriptions, (topic) => this.#assignedCounts.get(topic) ?? 0, ownership);
    return new Map([...assignment].map(([memberId, partitions]) => [memberId, encodeAssignment(partitions)]));
  }

  /** A topic that is missing is looked for again soon, as by Kafka's consumer; otherwise metadata may grow old. */
  #scheduleRefresh(): void {
    const { retryBackoffMs, retryBackoffMaxMs, metadataMaxAgeMs } = this.#cluster.config;
    const isMissing = [...(this.#subscription.names ?? [])].some((name) => this.#cluster.topic(name)?.errorCode !== ErrorCode.NONE);
    const waitMs = isMissing
      ? exponentialBackoff(retryBackoffMs, retryBackoffMaxMs, this.#refreshesInVain)
      : Math.max(minRefreshWaitMs, metadataMaxAgeMs / 2);
    this.#refreshesInVain = isMissing ? this.#refreshesInVain + 1 : 0;
    this.#refreshTimer = setTimeout(() => void this.#refresh(isMissing), waitMs);
  }

  async #refresh(isMissing: boolean): Promise<void> {
    try {
      await (isMissing ? this.#cluster.refresh() : this.#cluster.refreshIfStale());
    } catch {
      // Nobody answers: the next refresh asks again, and requests that need an answer report it.
    }
    if (!this.#isClosed) this.#scheduleRefresh();
  }

  /** As in Kafka, the leader looks after new partitions of topics that all know, and everybody after new topics. */
  #topicsRefreshed(): void {
    if (this.membership.generation === null || this.membership.isRejoinNeeded) return;
    const isLeader = this.membership.generation.isLeader;
    const hasOtherCounts = isLeader && [...this.#assignedCounts].some(([topic, count]) => this.#partitionCount(topic) !== count);
    if (hasOtherCounts || this.#subscription.hasChanged()) this.membership.requestRejoin();
  }

  #partitionCount(topic: string): number {
    return this.#cluster.topic(topic)?.partitions.length ?? 0;
  }
}
