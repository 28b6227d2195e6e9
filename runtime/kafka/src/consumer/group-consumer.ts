import { IllegalStateException, type TopicPartition } from '@millrace/api';
import { Deferred } from '../waiting/deferred.ts';
import { maxTimerMs } from '../waiting/timer.ts';
import type { ConsumedRecord, Consumer, OffsetAndMetadata, Offsets, RebalanceListener } from '../port.ts';
import type { ConsumerBackend, ReadPartition } from './consumer-backend.ts';

/** A join under way, or one that is over and waits for the next poll. */
interface Join {
  assignment: Buffer | null;
  error: Error | null;
}

export interface GroupConsumerOptions {
  readonly listener: RebalanceListener;
  /** `max.poll.records` */
  readonly maxRecords: number;
  /** Makes what the consumer reads from. `notify` is to be called when the membership asks for something. */
  readonly open: (notify: () => void) => ConsumerBackend;
  readonly onClose: () => void;
}

/**
 * A consumer that takes up and gives up its partitions inside `poll`. By Kafka's eager protocol it gives up everything before a rebalance; by
 * the cooperative one (KIP-429) it reads on meanwhile, and gives up afterwards what somebody else is to have.
 */
export class GroupConsumer implements Consumer {
  readonly #options: GroupConsumerOptions;
  readonly #backend: ConsumerBackend;
  #join: Join | null = null;
  #assigned: ReadonlyMap<TopicPartition, ReadPartition> = new Map();
  #isPolling = false;
  #lastPollEnd = performance.now();
  #isWoken = false;
  #wake: (() => void) | null = null;
  #pollEnd: Deferred<void> | null = null;
  #closing: Promise<void> | null = null;
  #isClosed = false;

  constructor(options: GroupConsumerOptions) {
    this.#options = options;
    this.#backend = options.open(this.#notify);
  }

  /** Milliseconds since the last poll ended; 0 during one. For who watches `max.poll.interval.ms`. */
  get idleMs(): number {
    return this.#isPolling ? 0 : performance.now() - this.#lastPollEnd;
  }

  /** Whether {@link close} has been called. */
  get isClosing(): boolean {
    return this.#closing !== null;
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
        const records = this.#backend.fetch(this.#options.maxRecords);
        if (records.length > 0) return records;
        const now = performance.now();
        deadline ??= now + timeoutMs;
        if (now >= deadline) return [];
        await this.#waitForChange(deadline - now);
      }
    } finally {
      this.#isPolling = false;
      this.#lastPollEnd = performance.now();
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
    if (offsets.size > 0) await this.#backend.commit(offsets);
  }

  async committed(partitions: readonly TopicPartition[]): Promise<Map<TopicPartition, OffsetAndMetadata>> {
    this.#checkOpen();
    return this.#backend.committed(partitions);
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  readonly #notify = (): void => {
    this.#wake?.();
  };

  async #close(): Promise<void> {
    this.#notify();
    if (this.#isPolling) {
      this.#pollEnd = new Deferred();
      await this.#pollEnd.promise;
    }
    try {
      await this.#giveUp(this.#backend.membership.takeRemoval() ? 'lost' : 'revoked', this.assignment());
    } finally {
      this.#isClosed = true;
      await this.#backend.membership.leave();
      await this.#backend.close();
      this.#options.onClose();
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
    if (this.#backend.membership.isRemoved) return true;
    if (this.#join === null) return this.#backend.membership.isRejoinNeeded;
    return this.#join.assignment !== null || this.#join.error !== null;
  }

  /** Does what the group asks for, as far as it goes without waiting for other members. */
  async #updateMembership(): Promise<void> {
    const { membership, isCooperative = false } = this.#backend;
    if (membership.isRemoved) await this.#loseAll();
    const join = this.#join;
    if (join?.error) {
      this.#join = null;
      membership.reset();
      await this.#giveUp('lost', this.assignment());
      throw join.error;
    }
    if (join?.assignment) {
      this.#join = null;
      // A generation that is over already is not worth opening; what is to be given up in it, somebody waits for.
      const isOver = isCooperative ? membership.generation === null : membership.isRejoinNeeded;
      if (!isOver) await this.#takeOver(this.#backend.decodeAssignment(join.assignment));
    }
    if (this.#join === null && membership.isRejoinNeeded) {
      if (!isCooperative) await this.#giveUp('revoked', this.assignment());
      this.#startJoin();
    }
  }

  /** Until they are given up, a join under way must not claim them, so the mark stays that long. */
  async #loseAll(): Promise<void> {
    try {
      await this.#giveUp('lost', this.assignment());
    } finally {
      this.#backend.membership.takeRemoval();
    }
  }

  #startJoin(): void {
    const join: Join = { assignment: null, error: null };
    this.#join = join;
    const settle = async (): Promise<void> => {
      try {
        join.assignment = await this.#backend.membership.join();
      } catch (error) {
        join.error = error as Error;
      }
      this.#notify();
    };
    void settle();
  }

  async #takeOver(partitions: readonly TopicPartition[]): Promise<void> {
    const wanted = new Set(partitions);
    const moving = this.assignment().filter((partition) => !wanted.has(partition));
    if (moving.length > 0) {
      // Only when the group sees that nobody has them can somebody get them.
      this.#backend.membership.requestRejoin();
      await this.#giveUp('revoked', moving);
    }
    const kept = this.assignment();
    let opened: ReadonlyMap<TopicPartition, ReadPartition>;
    try {
      opened = await this.#backend.open(
        partitions.filter((partition) => !this.#assigned.has(partition)),
        kept,
      );
    } catch (error) {
      // Without positions there is nothing to read: the next poll begins again with a join.
      this.#backend.membership.reset();
      await this.#giveUp('lost', kept);
      throw error;
    }
    this.#assigned = kept.length === 0 ? opened : new Map([...this.#assigned, ...opened]);
    if (opened.size > 0) await this.#options.listener.assigned([...opened.keys()]);
  }

  /** The partitions stay assigned during the call, so that the listener can commit. */
  async #giveUp(how: 'revoked' | 'lost', partitions: readonly TopicPartition[]): Promise<void> {
    if (partitions.length === 0) return;
    try {
      await this.#options.listener[how](partitions);
    } finally {
      const rest = new Map(this.#assigned);
      for (const partition of partitions) rest.delete(partition);
      this.#assigned = rest;
      this.#backend.release(partitions);
    }
  }

  async #waitForChange(timeoutMs: number): Promise<void> {
    let stopWaiting: (() => void) | undefined;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, Math.min(timeoutMs, maxTimerMs));
      stopWaiting = this.#backend.waitForRecords(this.#notify);
    });
    this.#wake = null;
    clearTimeout(timer);
    stopWaiting?.();
  }

  #find(partition: TopicPartition): ReadPartition {
    const assigned = this.#assigned.get(partition);
    if (assigned === undefined) throw new IllegalStateException(`No current assignment for partition ${partition}`);
    return assigned;
  }
}

function closed(): IllegalStateException {
  return new IllegalStateException('This consumer has already been closed');
}
