import { IllegalStateException, type TopicPartition } from '@millrace/api';
import { integerProperty, wordProperty } from '../client-properties.ts';
import { CommitFailedException, IllegalGenerationException, UnknownMemberIdException } from '../errors.ts';
import type { ConsumedRecord, Consumer, ConsumerOptions, OffsetAndMetadata, Offsets } from '../port.ts';
import { AssignedPartition, type OffsetReset } from './assigned-partition.ts';
import { consumerProtocolType, decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from './consumer-protocol.ts';
import { Deferred } from './deferred.ts';
import type { EmbeddedLog } from './embedded-log.ts';
import type { Group } from './group.ts';
import type { JoinResult } from './group-member-state.ts';
import { GroupSession } from './group-session.ts';
import { assignRanges } from './range-assignor.ts';
import { Subscription } from './subscription.ts';
import { maxTimerMs } from './timer.ts';

/** A join under way, or one that is over and waits for the next poll. */
interface Join {
  assignment: Buffer | null;
  error: Error | null;
}

const resets: readonly [OffsetReset, ...OffsetReset[]] = ['latest', 'earliest', 'none'];

/**
 * A consumer with the eager range protocol. Takes `max.poll.records`, `auto.offset.reset`, `max.poll.interval.ms` and `client.id`.
 */
export class EmbeddedConsumer implements Consumer {
  readonly #log: EmbeddedLog;
  readonly #options: ConsumerOptions;
  readonly #onClose: () => void;
  readonly #subscription: Subscription;
  readonly #session: GroupSession;
  readonly #stopListening: () => void;
  readonly #maxRecords: number;
  readonly #reset: OffsetReset;
  #join: Join | null = null;
  #assigned = new Map<TopicPartition, AssignedPartition>();
  /** The same in the order in which they are fetched. */
  #turns: AssignedPartition[] = [];
  #nextTurn = 0;
  #isPolling = false;
  #isWoken = false;
  #wake: (() => void) | null = null;
  #pollEnd: Deferred<void> | null = null;
  #closing: Promise<void> | null = null;
  #isClosed = false;

  constructor(log: EmbeddedLog, options: ConsumerOptions, onClose: () => void) {
    const { properties } = options;
    this.#log = log;
    this.#options = options;
    this.#onClose = onClose;
    this.#maxRecords = integerProperty(properties, { key: 'max.poll.records', defaultValue: 500, min: 1 });
    this.#reset = wordProperty(properties, 'auto.offset.reset', resets);
    this.#subscription = new Subscription(options.subscription, log);
    this.#session = new GroupSession({
      group: () => log.group(options.groupId),
      clientId: properties['client.id'] ?? `consumer-${options.groupId}`,
      protocolType: consumerProtocolType,
      rebalanceTimeoutMs: integerProperty(properties, { key: 'max.poll.interval.ms', defaultValue: 300_000, min: 1 }),
      protocols: () => [{ name: 'range', metadata: encodeSubscription(this.#subscription.resolve()) }],
      assign: (joined) => this.#assignAll(joined),
      onChange: this.#notify,
    });
    this.#stopListening = log.onTopicChange((topic) => this.#topicChanged(topic));
  }

  async poll(timeoutMs: number): Promise<ConsumedRecord[]> {
    this.#startPoll();
    try {
      let deadline: number | null = null;
      for (;;) {
        if (this.#takeWakeup()) return [];
        if (this.#isMembershipDue) {
          await this.#updateMembership();
          continue;
        }
        const records = this.#fetch();
        if (records.length > 0) return records;
        const now = performance.now();
        deadline ??= now + timeoutMs;
        if (now >= deadline) return [];
        await this.#waitForChange(deadline - now);
      }
    } finally {
      this.#isPolling = false;
      this.#pollEnd?.resolve();
    }
  }

  wakeup(): void {
    this.#isWoken = true;
    this.#notify();
  }

  assignment(): readonly TopicPartition[] {
    return [...this.#assigned.keys()];
  }

  position(partition: TopicPartition): number {
    return this.#find(partition).position;
  }

  seek(partition: TopicPartition, offset: number): void {
    this.#find(partition).seek(offset);
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const assigned of partitions.map((partition) => this.#find(partition))) assigned.isPaused = true;
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const assigned of partitions.map((partition) => this.#find(partition))) assigned.isPaused = false;
    this.#notify();
  }

  async commit(offsets: Offsets): Promise<void> {
    this.#checkOpen();
    if (offsets.size > 0) await this.#log.commit(this.#groupToCommit(), offsets);
  }

  async committed(partitions: readonly TopicPartition[]): Promise<Map<TopicPartition, OffsetAndMetadata>> {
    this.#checkOpen();
    const committed = new Map<TopicPartition, OffsetAndMetadata>();
    const offsets = this.#log.existingGroup(this.#options.groupId)?.offsets;
    for (const partition of partitions) {
      const offset = offsets?.get(partition);
      if (offset !== undefined) committed.set(partition, offset);
    }
    return committed;
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  readonly #notify = (): void => {
    this.#wake?.();
  };

  readonly #wantCommit = (): void => {
    if (this.#closing === null) this.#options.onCommitWanted?.();
  };

  async #close(): Promise<void> {
    this.#notify();
    if (this.#isPolling) {
      this.#pollEnd = new Deferred();
      await this.#pollEnd.promise;
    }
    try {
      await this.#giveUp(this.#session.takeRemoval() ? 'lost' : 'revoked');
    } finally {
      this.#isClosed = true;
      this.#stopListening();
      this.#session.leave();
      this.#onClose();
    }
  }

  #startPoll(): void {
    if (this.#closing !== null) throw closed();
    if (this.#isPolling) throw new IllegalStateException('A poll is under way; a consumer takes one at a time');
    this.#isPolling = true;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw closed();
  }

  #takeWakeup(): boolean {
    const isWoken = this.#isWoken || this.#closing !== null;
    this.#isWoken = false;
    return isWoken;
  }

  get #isMembershipDue(): boolean {
    if (this.#session.isRemoved) return true;
    return this.#join === null ? this.#session.isRejoinNeeded : this.#join.assignment !== null || this.#join.error !== null;
  }

  /** Does what the group asks for, as far as it goes without waiting for other members. */
  async #updateMembership(): Promise<void> {
    const session = this.#session;
    if (session.takeRemoval()) await this.#giveUp('lost');
    const join = this.#join;
    if (join?.error) {
      this.#join = null;
      session.reset();
      throw join.error;
    }
    if (join?.assignment) {
      this.#join = null;
      // A generation that is over already is not worth opening.
      if (!session.isRejoinNeeded) await this.#takeOver(decodeAssignment(join.assignment));
    }
    if (this.#join === null && session.isRejoinNeeded) {
      await this.#giveUp('revoked');
      this.#startJoin();
    }
  }

  #startJoin(): void {
    const join: Join = { assignment: null, error: null };
    this.#join = join;
    const settle = async (): Promise<void> => {
      try {
        join.assignment = await this.#session.join();
      } catch (error) {
        join.error = error as Error;
      }
      this.#notify();
    };
    void settle();
  }

  async #takeOver(partitions: readonly TopicPartition[]): Promise<void> {
    const { offsets } = this.#log.group(this.#options.groupId);
    for (const partition of partitions) {
      const log = this.#log.topic(partition.topic)?.partitions[partition.partition];
      if (log === undefined) continue;
      const { now } = this.#log;
      const wantCommit = this.#wantCommit;
      this.#assigned.set(partition, new AssignedPartition({ partition, log, offsets, reset: this.#reset, now, wantCommit }));
    }
    this.#turns = [...this.#assigned.values()];
    if (this.#assigned.size > 0) await this.#options.listener.assigned(this.assignment());
  }

  /** The partitions stay assigned during the call, so that the listener can commit. */
  async #giveUp(how: 'revoked' | 'lost'): Promise<void> {
    if (this.#assigned.size === 0) return;
    try {
      await this.#options.listener[how](this.assignment());
    } finally {
      this.#assigned = new Map();
      this.#turns = [];
    }
  }

  #assignAll({ members }: JoinResult): Map<string, Buffer> {
    const subscriptions = new Map([...members].map(([memberId, metadata]) => [memberId, decodeSubscription(metadata)]));
    const ranges = assignRanges(subscriptions, (topic) => this.#log.topic(topic)?.partitions.length ?? 0);
    return new Map([...ranges].map(([memberId, partitions]) => [memberId, encodeAssignment(partitions)]));
  }

  /** As with Kafka, the leader looks after new partitions of topics that all know, and everybody after new topics. */
  #topicChanged(topic: string): void {
    if (!this.#subscription.matches(topic)) return;
    if (this.#session.generation?.isLeader === true || this.#subscription.hasChanged()) this.#session.requestRejoin();
  }

  #fetch(): ConsumedRecord[] {
    const turns = this.#turns;
    let records: ConsumedRecord[] = [];
    for (const assigned of turns) if (!assigned.isPaused) assigned.validate();
    for (let turn = 0; turn < turns.length && records.length < this.#maxRecords; turn += 1) {
      const assigned = turns[(this.#nextTurn + turn) % turns.length] as AssignedPartition;
      if (!assigned.isPaused) records = this.#readInto(records, assigned);
    }
    this.#nextTurn = turns.length === 0 ? 0 : (this.#nextTurn + 1) % turns.length;
    return records;
  }

  /** The first run of records becomes the result itself; mostly it is the only one. */
  #readInto(records: ConsumedRecord[], assigned: AssignedPartition): ConsumedRecord[] {
    let result = records;
    while (result.length < this.#maxRecords) {
      const run = assigned.read(this.#maxRecords - result.length);
      if (run.length === 0) break;
      if (result.length === 0) result = run as ConsumedRecord[];
      else for (const record of run) result.push(record);
    }
    return result;
  }

  async #waitForChange(timeoutMs: number): Promise<void> {
    const waiting = this.#turns.filter(({ isPaused }) => !isPaused);
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, Math.min(timeoutMs, maxTimerMs));
      for (const assigned of waiting) assigned.startWaiting(this.#notify);
    });
    this.#wake = null;
    clearTimeout(timer);
    for (const assigned of waiting) assigned.stopWaiting(this.#notify);
  }

  #find(partition: TopicPartition): AssignedPartition {
    const assigned = this.#assigned.get(partition);
    if (assigned === undefined) throw new IllegalStateException(`No current assignment for partition ${partition}`);
    return assigned;
  }

  #groupToCommit(): Group {
    try {
      return this.#session.groupToCommit();
    } catch (error) {
      if (!(error instanceof UnknownMemberIdException || error instanceof IllegalGenerationException)) throw error;
      throw new CommitFailedException(
        `Offsets of group ${this.#options.groupId} cannot be committed, because the group has given the partitions to other members; ` +
          'this happens when more than max.poll.interval.ms passes between two polls',
        { cause: error },
      );
    }
  }
}

function closed(): IllegalStateException {
  return new IllegalStateException('This consumer has already been closed');
}
