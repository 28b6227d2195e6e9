import type { SinkOffsets, TopicPartition } from '@millrace/api';
import type { OffsetAndMetadata, Offsets } from '@millrace/kafka';

/** How far a sink task is in each of its partitions. Offsets are those of the next record. */
export class SinkOffsetTracking {
  /** Delivered to `put` and taken by it. */
  readonly #current = new Map<TopicPartition, number>();
  readonly #committed = new Map<TopicPartition, number>();

  assigned(partition: TopicPartition, position: number): void {
    this.#current.set(partition, position);
    this.#committed.set(partition, position);
  }

  forget(partition: TopicPartition): void {
    this.#current.delete(partition);
    this.#committed.delete(partition);
  }

  delivered(offsets: ReadonlyMap<TopicPartition, number>): void {
    for (const [partition, offset] of offsets) if (this.#current.has(partition)) this.#current.set(partition, offset);
  }

  /** Both positions after a seek that the task asked for. */
  rewound(partition: TopicPartition, offset: number): void {
    this.#current.set(partition, offset);
    this.#committed.set(partition, offset);
  }

  /** A failed `preCommit`: the current position goes back. */
  resetToCommitted(): ReadonlyMap<TopicPartition, number> {
    for (const [partition, offset] of this.#committed) this.#current.set(partition, offset);
    return this.#committed;
  }

  get partitionCount(): number {
    return this.#current.size;
  }

  /** Records read and not yet committed, by their offsets. @param read positions behind what was read and not yet taken by the task */
  uncommitted(read: ReadonlyMap<TopicPartition, number>): number {
    let count = 0;
    for (const [partition, current] of this.#current) {
      count += Math.max(current, read.get(partition) ?? 0) - (this.#committed.get(partition) ?? current);
    }
    return count;
  }

  current(partitions: Iterable<TopicPartition>): Map<TopicPartition, number> {
    const offsets = new Map<TopicPartition, number>();
    for (const partition of partitions) {
      const offset = this.#current.get(partition);
      if (offset !== undefined) offsets.set(partition, offset);
    }
    return offsets;
  }

  /**
   * What may be committed of the offsets that the task allowed.
   * Invariant 1: never beyond what was delivered, and only for partitions that were asked about.
   * @param ignored told of each offset that is left out
   */
  committable(
    allowed: SinkOffsets,
    asked: ReadonlyMap<TopicPartition, number>,
    ignored: (partition: TopicPartition, offset: number) => void,
  ): Offsets {
    const offsets = new Map<TopicPartition, OffsetAndMetadata>();
    for (const [partition, offset] of allowed) {
      const delivered = asked.get(partition);
      if (delivered === undefined || offset > delivered) ignored(partition, offset);
      else if (offset !== this.#committed.get(partition)) offsets.set(partition, { offset });
    }
    return offsets;
  }

  committed(offsets: Offsets): void {
    for (const [partition, { offset }] of offsets) if (this.#committed.has(partition)) this.#committed.set(partition, offset);
  }
}
