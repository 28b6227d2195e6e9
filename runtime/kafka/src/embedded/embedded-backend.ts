import type { TopicPartition } from '@millrace/api';
import { integerProperty, wordProperty } from '../client-properties.ts';
import type { ConsumerBackend, OffsetReset } from '../consumer/consumer-backend.ts';
import { assignRanges } from '../consumer/range-assignor.ts';
import { Subscription } from '../consumer/subscription.ts';
import { CommitFailedException, IllegalGenerationException, UnknownMemberIdException } from '../errors.ts';
import type { JoinedGroup } from '../membership/membership.ts';
import type { ConsumedRecord, ConsumerOptions, OffsetAndMetadata, Offsets } from '../port.ts';
import { AssignedPartition } from './assigned-partition.ts';
import { consumerProtocolType, decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from './consumer-protocol.ts';
import type { EmbeddedLog } from './embedded-log.ts';
import type { Group } from './group.ts';
import { GroupSession } from './group-session.ts';

const resets: readonly [OffsetReset, ...OffsetReset[]] = ['latest', 'earliest', 'none'];

export interface EmbeddedBackendHooks {
  /** The membership asks for something. */
  readonly notify: () => void;
  /** The log wants older records committed. */
  readonly wantCommit: () => void;
}

/** What a consumer reads from in the embedded log. Takes `auto.offset.reset`, `max.poll.interval.ms` and `client.id`. */
export class EmbeddedBackend implements ConsumerBackend {
  readonly membership: GroupSession;
  readonly #log: EmbeddedLog;
  readonly #groupId: string;
  readonly #wantCommit: () => void;
  readonly #subscription: Subscription;
  readonly #stopListening: () => void;
  readonly #reset: OffsetReset;
  /** Partitions in the order in which they are fetched. */
  #turns: readonly AssignedPartition[] = [];
  #nextTurn = 0;

  constructor(log: EmbeddedLog, { groupId, subscription, properties }: ConsumerOptions, { notify, wantCommit }: EmbeddedBackendHooks) {
    this.#log = log;
    this.#groupId = groupId;
    this.#wantCommit = wantCommit;
    this.#reset = wordProperty(properties, 'auto.offset.reset', resets);
    this.#subscription = new Subscription(subscription, () => log.topicNames());
    this.membership = new GroupSession({
      group: () => log.group(groupId),
      clientId: properties['client.id'] ?? `consumer-${groupId}`,
      protocolType: consumerProtocolType,
      rebalanceTimeoutMs: integerProperty(properties, { key: 'max.poll.interval.ms', defaultValue: 300_000, min: 1 }),
      protocols: () => [{ name: 'range', metadata: encodeSubscription(this.#subscription.resolve()) }],
      assign: async (joined) => this.#assignAll(joined),
      onChange: notify,
    });
    this.#stopListening = log.onTopicChange((topic) => this.#topicChanged(topic));
  }

  decodeAssignment(assignment: Buffer): readonly TopicPartition[] {
    return decodeAssignment(assignment);
  }

  async open(partitions: readonly TopicPartition[]): Promise<ReadonlyMap<TopicPartition, AssignedPartition>> {
    const { offsets } = this.#log.group(this.#groupId);
    const { now } = this.#log;
    const opened = new Map<TopicPartition, AssignedPartition>();
    for (const partition of partitions) {
      const log = this.#log.topic(partition.topic)?.partitions[partition.partition];
      if (log === undefined) continue;
      opened.set(partition, new AssignedPartition({ partition, log, offsets, reset: this.#reset, now, wantCommit: this.#wantCommit }));
    }
    this.#turns = [...opened.values()];
    return opened;
  }

  release(): void {
    this.#turns = [];
  }

  fetch(max: number): ConsumedRecord[] {
    const turns = this.#turns;
    let records: ConsumedRecord[] = [];
    for (const assigned of turns) if (!assigned.isPaused) assigned.validate();
    for (let turn = 0; turn < turns.length && records.length < max; turn += 1) {
      const assigned = turns[(this.#nextTurn + turn) % turns.length] as AssignedPartition;
      if (!assigned.isPaused) records = readInto(records, assigned, max);
    }
    this.#nextTurn = turns.length === 0 ? 0 : (this.#nextTurn + 1) % turns.length;
    return records;
  }

  waitForRecords(callback: () => void): () => void {
    const waiting = this.#turns.filter(({ isPaused }) => !isPaused);
    for (const assigned of waiting) assigned.startWaiting(callback);
    return () => {
      for (const assigned of waiting) assigned.stopWaiting(callback);
    };
  }

  async commit(offsets: Offsets): Promise<void> {
    await this.#log.commit(this.#groupToCommit(), offsets);
  }

  async committed(partitions: readonly TopicPartition[]): Promise<Map<TopicPartition, OffsetAndMetadata>> {
    const committed = new Map<TopicPartition, OffsetAndMetadata>();
    const offsets = this.#log.existingGroup(this.#groupId)?.offsets;
    for (const partition of partitions) {
      const offset = offsets?.get(partition);
      if (offset !== undefined) committed.set(partition, offset);
    }
    return committed;
  }

  async close(): Promise<void> {
    this.#stopListening();
  }

  #assignAll({ members }: JoinedGroup): Map<string, Buffer> {
    const subscriptions = new Map(members.map(({ memberId, metadata }) => [memberId, decodeSubscription(metadata)]));
    const ranges = assignRanges(subscriptions, (topic) => this.#log.topic(topic)?.partitions.length ?? 0);
    return new Map([...ranges].map(([memberId, partitions]) => [memberId, encodeAssignment(partitions)]));
  }

  /** As with Kafka, the leader looks after new partitions of topics that all know, and everybody after new topics. */
  #topicChanged(topic: string): void {
    if (!this.#subscription.matches(topic)) return;
    if (this.membership.generation?.isLeader === true || this.#subscription.hasChanged()) this.membership.requestRejoin();
  }

  #groupToCommit(): Group {
    try {
      return this.membership.groupToCommit();
    } catch (error) {
      if (!(error instanceof UnknownMemberIdException || error instanceof IllegalGenerationException)) throw error;
      throw new CommitFailedException(
        `Offsets of group ${this.#groupId} cannot be committed, because the group has given the partitions to other members; ` +
          'this happens when more than max.poll.interval.ms passes between two polls',
        { cause: error },
      );
    }
  }
}

/** The first run of records becomes the result itself; mostly it is the only one. */
function readInto(records: ConsumedRecord[], assigned: AssignedPartition, max: number): ConsumedRecord[] {
  let result = records;
  while (result.length < max) {
    const run = assigned.read(max - result.length);
    if (run.length === 0) break;
    if (result.length === 0) result = run as ConsumedRecord[];
    else for (const record of run) result.push(record);
  }
  return result;
}
