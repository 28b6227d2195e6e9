import type { TopicPartition } from '@millrace/api';
import type { OffsetAndMetadata } from '../port.ts';
import type { PartitionLog } from './partition-log.ts';
import { PartitionHold } from './retention.ts';

interface HeldPartition {
  readonly log: PartitionLog;
  readonly hold: PartitionHold;
}

/** Hears of every change of a committed offset; null: it was removed. */
export type OffsetJournal = (partition: TopicPartition, offset: OffsetAndMetadata | null) => void;

/** What a group has committed, and what its live members hold back from retention because it is not committed yet. */
export class GroupOffsets {
  readonly #now: () => number;
  readonly #journal: OffsetJournal;
  readonly #offsets = new Map<TopicPartition, OffsetAndMetadata>();
  readonly #held = new Map<TopicPartition, HeldPartition>();

  constructor(now: () => number, journal: OffsetJournal) {
    this.#now = now;
    this.#journal = journal;
  }

  /** Takes over what was committed in another life. */
  restore(partition: TopicPartition, offset: OffsetAndMetadata): void {
    this.#offsets.set(partition, offset);
  }

  all(): Map<TopicPartition, OffsetAndMetadata> {
    return new Map(this.#offsets);
  }

  get(partition: TopicPartition): OffsetAndMetadata | undefined {
    return this.#offsets.get(partition);
  }

  commit(partition: TopicPartition, offset: OffsetAndMetadata): void {
    this.#offsets.set(partition, offset);
    this.#journal(partition, offset);
    const held = this.#held.get(partition);
    if (held !== undefined) held.log.retention.committed(held.hold, offset.offset, this.#now());
  }

  delete(partition: TopicPartition): void {
    if (this.#offsets.delete(partition)) this.#journal(partition, null);
  }

  deleteAll(): void {
    for (const partition of this.#offsets.keys()) this.delete(partition);
  }

  /** Keeps records from the offset on until this group commits them. Takes over from the member that had the partition before. */
  hold(partition: TopicPartition, log: PartitionLog, offset: number, wantCommit: () => void): PartitionHold {
    const hold = new PartitionHold(offset, wantCommit);
    log.retention.hold(hold);
    this.#release(partition);
    this.#held.set(partition, { log, hold });
    return hold;
  }

  /** Lets go of what no member reads any more. */
  holdOnly(assigned: ReadonlySet<TopicPartition>): void {
    for (const partition of this.#held.keys()) if (!assigned.has(partition)) this.#release(partition);
  }

  /** A topic is about to be deleted, and with it what was committed for it. */
  forgetTopic(topic: string): void {
    for (const partition of this.#offsets.keys()) if (partition.topic === topic) this.delete(partition);
    for (const partition of this.#held.keys()) if (partition.topic === topic) this.#release(partition);
  }

  #release(partition: TopicPartition): void {
    const held = this.#held.get(partition);
    if (held === undefined) return;
    this.#held.delete(partition);
    held.log.retention.release(held.hold, this.#now());
  }
}
