import { IllegalArgumentException, type TopicPartition } from '@millrace/api';
import type { OffsetReset, ReadPartition } from '../consumer/consumer-backend.ts';
import { NoOffsetForPartitionException, OffsetOutOfRangeException } from '../errors.ts';
import type { GroupOffsets } from './group-offsets.ts';
import type { LogRecord } from './log-record.ts';
import type { PartitionLog } from './partition-log.ts';
import type { PartitionHold } from './retention.ts';

export interface AssignedPartitionOptions {
  readonly partition: TopicPartition;
  readonly log: PartitionLog;
  readonly offsets: GroupOffsets;
  readonly reset: OffsetReset;
  readonly now: () => number;
  readonly wantCommit: () => void;
}

/** One partition that a consumer reads: where it is, and whether it is paused. */
export class AssignedPartition implements ReadPartition {
  readonly partition: TopicPartition;
  isPaused = false;
  readonly #options: AssignedPartitionOptions;
  readonly #log: PartitionLog;
  #hold: PartitionHold | null = null;
  /** Null until it is known. */
  #position: number | null;

  constructor(options: AssignedPartitionOptions) {
    this.#options = options;
    this.partition = options.partition;
    this.#log = options.log;
    this.#position = options.offsets.get(options.partition)?.offset ?? null;
    if (this.#position === null && options.reset !== 'none') this.#position = this.#resetOffset();
    if (this.#position !== null) this.#holdFrom(this.#position);
  }

  /** @throws NoOffsetForPartitionException */
  get position(): number {
    return this.#position ?? this.#resetOffset();
  }

  seek(offset: number): void {
    if (!Number.isSafeInteger(offset) || offset < 0) throw new IllegalArgumentException(`Invalid offset ${offset} for ${this.partition}`);
    this.#position = offset;
    this.#holdFrom(offset);
  }

  /**
   * The next records, some of them at most.
   * @throws NoOffsetForPartitionException, OffsetOutOfRangeException
   */
  read(max: number): readonly LogRecord[] {
    const records = this.#log.read(this.#position ?? this.position, max);
    const last = records.at(-1);
    // Without records the rest of the log is a hole that compaction left.
    this.#position = last === undefined ? this.#log.endOffset : last.offset + 1;
    return records;
  }

  /** Makes sure that the position lies in the log. @throws NoOffsetForPartitionException, OffsetOutOfRangeException */
  validate(): void {
    const position = this.#position ?? this.position;
    const { startOffset, endOffset, isDeleted } = this.#log;
    if (isDeleted || (position >= startOffset && position <= endOffset)) return;
    if (this.#options.reset === 'none') {
      throw new OffsetOutOfRangeException(
        `Offset ${position} of ${this.partition} is out of range ${startOffset} to ${endOffset} and auto.offset.reset is none`,
      );
    }
    this.#position = this.#resetOffset();
    if (this.#hold !== null) this.#hold.offset = this.#position;
  }

  /** Calls back at the next record. */
  startWaiting(callback: () => void): void {
    if (this.#hold !== null) this.#log.retention.waits(this.#hold);
    this.#log.dataWaiters.add(callback);
  }

  stopWaiting(callback: () => void): void {
    if (this.#hold !== null) this.#hold.isWaiting = false;
    this.#log.dataWaiters.delete(callback);
  }

  #resetOffset(): number {
    const { reset, now } = this.#options;
    if (reset === 'none') {
      throw new NoOffsetForPartitionException(`Undefined offset with no reset policy for partitions: [${this.partition}]`);
    }
    if (reset === 'latest') return this.#log.endOffset;
    this.#log.retention.enforce(now());
    return this.#log.startOffset;
  }

  #holdFrom(offset: number): void {
    const { offsets, wantCommit } = this.#options;
    if (this.#hold === null) this.#hold = offsets.hold(this.partition, this.#log, offset, wantCommit);
    else if (offset < this.#hold.offset) this.#hold.offset = offset;
  }
}
