import { IllegalStateException } from '@millrace/api';
import { wordProperty } from '../client-properties.ts';
import type { ConsumedRecord, LogReader, LogReaderOptions } from '../port.ts';
import { abortable } from '../waiting/abortable.ts';
import { type EmbeddedLog, unknownTopic } from './embedded-log.ts';
import type { PartitionLog } from './partition-log.ts';
import { WaitList } from '../waiting/wait-list.ts';

interface ReadPartition {
  readonly log: PartitionLog;
  position: number;
}

/** Records that one call of `tail` returns at most. */
const maxTailRecords = 10_000;

/** Reads all partitions of a topic. Takes `client.id` and `auto.offset.reset`, which decides where the first call begins. */
export class EmbeddedReader implements LogReader {
  readonly #log: EmbeddedLog;
  readonly #topic: string;
  readonly #fromEnd: boolean;
  readonly #onClose: () => void;
  readonly #closing = new WaitList();
  #partitions: ReadPartition[] | null = null;
  #isClosed = false;

  constructor(log: EmbeddedLog, options: LogReaderOptions, onClose: () => void) {
    this.#log = log;
    this.#topic = options.topic;
    this.#fromEnd = wordProperty(options.properties, 'auto.offset.reset', ['earliest', 'latest']) === 'latest';
    this.#onClose = onClose;
  }

  async readToEnd(signal?: AbortSignal): Promise<ConsumedRecord[]> {
    signal?.throwIfAborted();
    return this.#readAvailable(Number.POSITIVE_INFINITY);
  }

  async tail(signal: AbortSignal): Promise<ConsumedRecord[]> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#isClosed) return [];
      const records = this.#readAvailable(maxTailRecords);
      if (records.length > 0) return records;
      await abortable((callback) => this.#onChange(callback), signal);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#closing.wake();
    this.#onClose();
  }

  /** Calls back at the next record of any partition, or when this reader is closed. @returns takes the callback back */
  #onChange(callback: () => void): () => void {
    const lists = [this.#closing, ...this.#open().map(({ log }) => log.dataWaiters)];
    const takeBack = (): void => {
      for (const list of lists) list.delete(changed);
    };
    const changed = (): void => {
      takeBack();
      callback();
    };
    for (const list of lists) list.add(changed);
    return takeBack;
  }

  #readAvailable(max: number): ConsumedRecord[] {
    const records: ConsumedRecord[] = [];
    for (const partition of this.#open()) {
      const { log } = partition;
      if (log.isDeleted) throw unknownTopic(this.#topic);
      partition.position = Math.max(partition.position, log.startOffset);
      while (partition.position < log.endOffset && records.length < max) {
        const run = log.read(partition.position, max - records.length);
        for (const record of run) records.push(record);
        // Without records the rest of the log is a hole that compaction left.
        partition.position = (run.at(-1)?.offset ?? log.endOffset - 1) + 1;
      }
    }
    return records;
  }

  #open(): ReadPartition[] {
    if (this.#isClosed) throw new IllegalStateException(`The reader of topic ${this.#topic} has already been closed`);
    if (this.#partitions !== null) return this.#partitions;
    const topic = this.#log.topic(this.#topic);
    if (topic === undefined) throw unknownTopic(this.#topic);
    const now = this.#log.now();
    this.#partitions = topic.partitions.map((log) => {
      log.retention.enforce(now);
      return { log, position: this.#fromEnd ? log.endOffset : log.startOffset };
    });
    return this.#partitions;
  }
}
