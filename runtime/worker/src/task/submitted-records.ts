import { canonicalText, type SourceMap, type SourceRecord } from '@millrace/api';

/** A record on its way to Kafka. */
export interface SubmittedRecord {
  readonly queue: PartitionQueue;
  readonly sourceOffset: SourceMap | null;
  /** Kept only for tasks that want to hear of each record. */
  readonly record: SourceRecord | null;
  acked: boolean;
}

/** Records of one source partition that are not yet acknowledged, in order. */
export class PartitionQueue {
  readonly sourcePartition: SourceMap;
  /** Offset up to which everything is acknowledged; undefined if nothing new is. */
  committable: SourceMap | null | undefined = undefined;
  readonly #records: (SubmittedRecord | undefined)[] = [];
  #head = 0;

  constructor(sourcePartition: SourceMap) {
    this.sourcePartition = sourcePartition;
  }

  get unacknowledged(): number {
    return this.#records.length - this.#head;
  }

  push(record: SubmittedRecord): void {
    this.#records.push(record);
  }

  /** Takes the newest record out again: it was not sent. */
  removeNewest(record: SubmittedRecord): boolean {
    if (this.#records.at(-1) !== record) return false;
    this.#records.pop();
    return true;
  }

  /** Invariant 1: an offset becomes committable only when its record and all before it are acknowledged. */
  advance(): void {
    let head = this.#head;
    const records = this.#records;
    while (head < records.length && records[head]?.acked) {
      this.committable = records[head]?.sourceOffset ?? null;
      records[head] = undefined;
      head += 1;
    }
    if (head === records.length) {
      records.length = 0;
      head = 0;
    } else if (head > 4096 && head * 2 > records.length) {
      records.splice(0, head);
      head = 0;
    }
    this.#head = head;
  }
}

/**
 * Knows which source offsets may be stored, as Kafka Connect's SubmittedRecords: for each source partition, the offset of the last record
 * in the leading run of acknowledged ones.
 */
export class SubmittedRecords {
  readonly #queues = new Map<string, PartitionQueue>();
  readonly #byIdentity = new WeakMap<SourceMap, PartitionQueue>();
  #lastPartition: SourceMap | null = null;
  #lastQueue: PartitionQueue | null = null;
  readonly #keepRecords: boolean;

  /** @param keepRecords whether {@link SubmittedRecord.record} is wanted */
  constructor(keepRecords: boolean) {
    this.#keepRecords = keepRecords;
  }

  submit(record: SourceRecord): SubmittedRecord {
    const queue = this.#queueOf(record.sourcePartition ?? noPartition);
    const submitted: SubmittedRecord = {
      queue,
      sourceOffset: record.sourceOffset,
      record: this.#keepRecords ? record : null,
      acked: false,
    };
    queue.push(submitted);
    return submitted;
  }

  /** Undoes the last {@link submit} of a partition, because the producer did not take the record. */
  withdraw(submitted: SubmittedRecord): void {
    submitted.queue.removeNewest(submitted);
  }

  acknowledge(submitted: SubmittedRecord): void {
    submitted.acked = true;
    submitted.queue.advance();
  }

  /** Number of records whose fate is not known. */
  get unacknowledged(): number {
    let count = 0;
    for (const queue of this.#queues.values()) count += queue.unacknowledged;
    return count;
  }

  /** Takes the offsets that may be stored now; each is handed out once. */
  takeCommittable(): [SourceMap, SourceMap | null][] {
    const offsets: [SourceMap, SourceMap | null][] = [];
    for (const queue of this.#queues.values()) {
      if (queue.committable === undefined) continue;
      if (queue.sourcePartition !== noPartition) offsets.push([queue.sourcePartition, queue.committable]);
      queue.committable = undefined;
    }
    return offsets;
  }

  /** Gives offsets back that could not be stored; newer ones win. */
  giveBack(offsets: readonly (readonly [SourceMap, SourceMap | null])[]): void {
    for (const [partition, offset] of offsets) {
      const queue = this.#queueOf(partition);
      if (queue.committable === undefined) queue.committable = offset;
    }
  }

  #queueOf(partition: SourceMap): PartitionQueue {
    if (partition === this.#lastPartition && this.#lastQueue !== null) return this.#lastQueue;
    const queue = this.#byIdentity.get(partition) ?? this.#queueByContent(partition);
    this.#lastPartition = partition;
    this.#lastQueue = queue;
    return queue;
  }

  #queueByContent(partition: SourceMap): PartitionQueue {
    const key = canonicalText(partition);
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      queue = new PartitionQueue(partition);
      this.#queues.set(key, queue);
    }
    this.#byIdentity.set(partition, queue);
    return queue;
  }
}

/** Stands for the partition of records that have none: nothing is stored for them. */
const noPartition: SourceMap = {};
