import { WaitList } from '../waiting/wait-list.ts';

/** How much of a log is kept. Infinity: without limit. */
export interface RetentionLimits {
  /** Memory, or bytes of files, as `retention.bytes`. */
  readonly bytes: number;
  /** Age by the records' timestamps, as `retention.ms`. */
  readonly ms: number;
}

/** What retention sees of a part of a log. */
export interface RetainedSegment {
  readonly bytes: number;
  readonly lastOffset: number;
  readonly maxTimestamp: number;
}

/** What retention sees of a log. */
export interface RetainedLog {
  readonly bytes: number;
  readonly segments: readonly RetainedSegment[];
  dropOldestSegment(): void;
}

/** Growth that is granted to a log whose readers wait for more before they commit, as part of `retention.bytes`. */
const grantFraction = 1 / 8;

/** Keeps what a group with live members has not committed yet. */
export class PartitionHold {
  /** First offset that must stay. */
  offset: number;
  /** Whether the reader has read everything and waits. */
  isWaiting = false;
  /** Whether the reader was asked to commit since it last did. */
  isAsked = false;
  readonly wantCommit: () => void;

  constructor(offset: number, wantCommit: () => void) {
    this.offset = offset;
    this.wantCommit = wantCommit;
  }
}

/**
 * Forgets the oldest segments of a log that has become too big or too old. What a group still holds stays, and then the log is full:
 * producers are to wait, and the group is asked to commit. A reader that has read everything and still commits nothing (it wants
 * more records first) would wait for ever, so for it the log grows beyond its limit.
 */
export class Retention {
  readonly roomWaiters = new WaitList();
  readonly #log: RetainedLog;
  readonly #limits: RetentionLimits;
  readonly #holds = new Set<PartitionHold>();
  #limitBytes: number;

  constructor(log: RetainedLog, limits: RetentionLimits) {
    this.#log = log;
    this.#limits = limits;
    this.#limitBytes = limits.bytes;
  }

  /** Above this many bytes {@link enforce} has something to do. */
  get limitBytes(): number {
    return this.#limitBytes;
  }

  get isFull(): boolean {
    return this.#log.bytes > this.#limitBytes && this.#isHeld(this.#log.segments[0]);
  }

  hold(hold: PartitionHold): void {
    this.#holds.add(hold);
  }

  release(hold: PartitionHold, now: number): void {
    if (this.#holds.delete(hold)) this.enforce(now);
  }

  /** The group has committed. */
  committed(hold: PartitionHold, offset: number, now: number): void {
    hold.offset = offset;
    hold.isAsked = false;
    this.enforce(now);
  }

  /** A reader has read everything and waits for more. */
  waits(hold: PartitionHold): void {
    hold.isWaiting = true;
    if (!this.isFull || !this.#holdsOf(this.#log.segments[0]).every((blocking) => blocking.isWaiting)) return;
    this.#limitBytes = this.#log.bytes + this.#limits.bytes * grantFraction;
    hold.isAsked = false;
    this.roomWaiters.wake();
  }

  /** Drops what is due. */
  enforce(now: number): void {
    const log = this.#log;
    let oldest = log.segments[0];
    while (oldest !== undefined && this.#isDue(oldest, now) && !this.#isHeld(oldest)) {
      log.dropOldestSegment();
      oldest = log.segments[0];
    }
    if (log.bytes <= this.#limits.bytes) this.#limitBytes = this.#limits.bytes;
    this.#askForCommits();
    if (!this.roomWaiters.isEmpty && !this.isFull) this.roomWaiters.wake();
  }

  #isDue(oldest: RetainedSegment, now: number): boolean {
    if (oldest.maxTimestamp < now - this.#limits.ms) return true;
    return this.#log.bytes > this.#limits.bytes && this.#log.segments.length > 1;
  }

  #isHeld(segment: RetainedSegment | undefined): boolean {
    return this.#holdsOf(segment).length > 0;
  }

  #holdsOf(segment: RetainedSegment | undefined): PartitionHold[] {
    const holding: PartitionHold[] = [];
    if (segment === undefined) return holding;
    const { lastOffset } = segment;
    for (const hold of this.#holds) if (hold.offset <= lastOffset) holding.push(hold);
    return holding;
  }

  /** A group is asked early, when it holds half of what there may be, so that it has time to commit before producers must wait. */
  #askForCommits(): void {
    if (this.#holds.size === 0 || this.#log.bytes * 2 <= this.#limits.bytes) return;
    for (const hold of this.#holds) {
      if (hold.isAsked || this.#bytesFrom(hold.offset) * 2 <= this.#limits.bytes) continue;
      hold.isAsked = true;
      // The reader's code must not run inside a producer's append.
      queueMicrotask(hold.wantCommit);
    }
  }

  #bytesFrom(offset: number): number {
    let bytes = this.#log.bytes;
    for (const segment of this.#log.segments) {
      if (segment.lastOffset >= offset) break;
      bytes -= segment.bytes;
    }
    return bytes;
  }
}
