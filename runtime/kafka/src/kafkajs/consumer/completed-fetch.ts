import type { TopicPartition } from '@millrace/api';
import type { ReadRecord } from '../records/read-record.ts';
import { recordBatches, type RecordBatch } from '../records/record-batch.ts';
import type { AbortedTransaction } from '../wire/apis/fetch.ts';
import type { IsolationLevel } from '../wire/apis/list-offsets.ts';

export interface CompletedFetchOptions {
  readonly partition: TopicPartition;
  /** What was asked for: records before it, with which the first batch may begin, are left out. */
  readonly fetchOffset: number;
  readonly records: Buffer;
  readonly isolation: IsolationLevel;
  readonly abortedTransactions: readonly AbortedTransaction[];
  /** `check.crcs` */
  readonly checkCrcs: boolean;
}

/**
 * The batches of one partition in one answer, decoded one after the other as they are wanted: `org.apache.kafka.clients.consumer.internals.CompletedFetch`.
 * The position goes by batches, not by records, so that batches that compaction has emptied are passed.
 */
export class CompletedFetch {
  readonly #options: CompletedFetchOptions;
  readonly #batches: Iterator<RecordBatch>;
  readonly #isCommittedOnly: boolean;
  /** In order of their first offsets; brokers list them as they ended. */
  readonly #aborted: AbortedTransaction[];
  readonly #abortedProducers = new Set<bigint>();
  /** Offset after the last batch that was read. */
  nextOffset: number;

  constructor(options: CompletedFetchOptions) {
    this.#options = options;
    this.#batches = recordBatches(options.records);
    this.#isCommittedOnly = options.isolation === 'read_committed';
    this.#aborted = [...options.abortedTransactions].sort((a, b) => b.firstOffset - a.firstOffset);
    this.nextOffset = options.fetchOffset;
  }

  /**
   * The records of the next batch that has some for the reader; null at the end.
   * @throws CorruptRecordException, UnsupportedCompressionTypeException
   */
  next(): ReadRecord[] | null {
    const { partition, fetchOffset, checkCrcs } = this.#options;
    for (;;) {
      const next = this.#batches.next();
      if (next.done === true) return null;
      const batch = next.value;
      if (batch.lastOffset < fetchOffset) continue;
      if (checkCrcs) batch.checkCrc();
      this.nextOffset = batch.lastOffset + 1;
      if (!this.#isWanted(batch)) continue;
      const records: ReadRecord[] = [];
      batch.readInto(records, partition.topic, partition.partition, fetchOffset);
      if (records.length > 0) return records;
    }
  }

  #isWanted(batch: RecordBatch): boolean {
    if (this.#isCommittedOnly && batch.producerId >= 0n) {
      this.#noteAborted(batch.lastOffset);
      if (batch.isControl) {
        if (batch.controlType() === 'abort') this.#abortedProducers.delete(batch.producerId);
      } else if (batch.isTransactional && this.#abortedProducers.has(batch.producerId)) {
        return false;
      }
    }
    return !batch.isControl;
  }

  #noteAborted(upTo: number): void {
    for (let next = this.#aborted.at(-1); next !== undefined && next.firstOffset <= upTo; next = this.#aborted.at(-1)) {
      this.#abortedProducers.add(next.producerId);
      this.#aborted.pop();
    }
  }
}
