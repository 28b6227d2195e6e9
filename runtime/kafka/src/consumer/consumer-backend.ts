import type { TopicPartition } from '@millrace/api';
import type { Membership } from '../membership/membership.ts';
import type { ConsumedRecord, OffsetAndMetadata, Offsets } from '../port.ts';

/** Where a consumer without an offset begins, as `auto.offset.reset`. */
export type OffsetReset = 'latest' | 'earliest' | 'none';

/** One partition that a consumer reads. */
export interface ReadPartition {
  /** Offset of the next record to be returned. @throws NoOffsetForPartitionException */
  readonly position: number;
  isPaused: boolean;
  /** @throws IllegalArgumentException if the offset is negative */
  seek(offset: number): void;
}

/** What a {@link GroupConsumer} needs of the log that it reads. */
export interface ConsumerBackend {
  readonly membership: Membership;
  /** Whether partitions are given up and taken up as they move (KIP-429); otherwise all are given up before each join. Default: false. */
  readonly isCooperative?: boolean;
  /** Partitions of an assignment. */
  decodeAssignment(assignment: Buffer): readonly TopicPartition[];
  /**
   * Finds where to begin, and begins. Partitions that do not exist are left out.
   * @param kept what is read on besides, as it is; nothing else is
   */
  open(partitions: readonly TopicPartition[], kept: readonly TopicPartition[]): Promise<ReadonlyMap<TopicPartition, ReadPartition>>;
  /** These partitions are not read any more; all, unless {@link isCooperative}. */
  release(partitions: readonly TopicPartition[]): void;
  /**
   * Records that are there now, at most so many.
   * @throws NoOffsetForPartitionException, OffsetOutOfRangeException, and what keeps a partition from being read
   */
  fetch(max: number): ConsumedRecord[];
  /** Calls back when {@link fetch} may have more to give. @returns ends that */
  waitForRecords(callback: () => void): () => void;
  commit(offsets: Offsets): Promise<void>;
  committed(partitions: readonly TopicPartition[]): Promise<Map<TopicPartition, OffsetAndMetadata>>;
  /** After the membership has ended. */
  close(): Promise<void>;
}
