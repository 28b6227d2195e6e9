import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { ConnectException, DataException, RetriableException, type SinkRecord, type SinkTaskContext, TopicPartition } from '@millrace/api';
import type { UploadContext } from '../upload/upload-context.ts';
import { abortOrphans } from '../upload/orphan-uploads.ts';
import { relieveMemory } from './relieve-memory.ts';
import { checkPlan, type SinkPlan } from './sink-plan.ts';
import { TopicPartitionWriter, UnwritableRecord } from './topic-partition-writer.ts';

/** Records between two looks at the memory and at the clock. */
const SLICE_RECORDS = 64;
/** Longest time without a turn for the event loop, in milliseconds. */
const SLICE_MS = 10;

/** Settings of a {@link SinkCore} besides its plan. */
export interface SinkCoreOptions {
  readonly plan: SinkPlan;
  readonly uploads: UploadContext;
  readonly task: SinkTaskContext;
  /** Wait before a put that failed for now is made again, in milliseconds: `retry.backoff.ms`. Default 5000. */
  readonly retryBackoffMs?: number;
  /** Longest wait of a put for memory, in milliseconds. Default 30 000. */
  readonly memoryWaitMs?: number;
  /** Longest time to clean up when partitions are taken away, in milliseconds. Default 3000. */
  readonly closeTimeoutMs?: number;
  /** Age of an open upload, in milliseconds, at which it counts as left behind. Default a day; 0 leaves all alone. */
  readonly orphanAgeMs?: number;
  /** Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * The task of a sink to an object store, without the store: takes records, divides them into files, uploads these in the background, and
 * tells which offsets may be committed. Its methods are those of a `SinkTask`, called in the same order.
 */
export class SinkCore {
  readonly #options: Required<SinkCoreOptions>;
  readonly #writers = new Map<TopicPartition, TopicPartitionWriter>();
  /** Records that came before a step back took effect; a batch is delivered again after a `RetriableException`. */
  readonly #stale = new WeakSet<SinkRecord>();
  readonly #cleanedPrefixes = new Set<string>();
  readonly #cleaning = new Set<Promise<unknown>>();

  /** @throws ConfigException if the plan contradicts itself. */
  constructor(options: SinkCoreOptions) {
    checkPlan(options.plan);
    this.#options = {
      retryBackoffMs: 5000,
      memoryWaitMs: 30_000,
      closeTimeoutMs: 3000,
      orphanAgeMs: 86_400_000,
      now: Date.now,
      ...options,
    };
  }

  /** Partitions were assigned. Uploads that crashed tasks left behind under their topics are aborted in the background. */
  open(partitions: readonly TopicPartition[]): void {
    const { orphanAgeMs, plan, uploads, now } = this.#options;
    if (orphanAgeMs <= 0) return;
    for (const { topic } of partitions) {
      const prefix = plan.keyer.prefix(topic);
      if (this.#cleanedPrefixes.has(prefix)) continue;
      this.#cleanedPrefixes.add(prefix);
      const work = abortOrphans(uploads.store, uploads.log, { prefix, begunBefore: now() - orphanAgeMs }).finally(() => {
        this.#cleaning.delete(work);
      });
      this.#cleaning.add(work);
    }
  }

  /** Takes records. @throws RetriableException if the store is away for now: records that were taken are known when they come again. */
  async put(records: readonly SinkRecord[], signal: AbortSignal): Promise<void> {
    await this.#goOn(records);
    let sliceStart = performance.now();
    for (let index = 0; index < records.length; index += 1) {
      const record = records[index];
      if (record === undefined) continue;
      // The worker reads a partition that was rewound again, from before this record.
      if (!this.#stale.has(record)) await this.#take(this.#writer(partitionOf(record)), record);
      if (index % SLICE_RECORDS !== SLICE_RECORDS - 1) continue;
      await this.#keepBudget(signal);
      if (performance.now() - sliceStart < SLICE_MS) continue;
      await setImmediate();
      sliceStart = performance.now();
    }
    await this.#keepBudget(signal);
    this.#closeDue();
  }

  /** The offsets that may be committed: those behind which everything is in the store. */
  preCommit(): Map<TopicPartition, number> {
    const offsets = new Map<TopicPartition, number>();
    for (const [partition, writer] of this.#writers) {
      const offset = writer.committable();
      if (offset !== null) offsets.set(partition, offset);
    }
    return offsets;
  }

  /** Partitions are taken away: what is not in the store is given up, and is read again by whoever gets them. */
  async close(partitions: readonly TopicPartition[]): Promise<void> {
    const work: Promise<void>[] = [];
    for (const partition of partitions) {
      const writer = this.#writers.get(partition);
      this.#writers.delete(partition);
      if (writer !== undefined) work.push(writer.abort());
    }
    if (work.length > 0) await this.#bounded(Promise.all(work));
  }

  /** Gives everything up. The signal of the uploads has fired before. */
  async stop(): Promise<void> {
    await this.close([...this.#writers.keys()]);
    await this.#bounded(Promise.all(this.#cleaning));
  }

  #writer(partition: TopicPartition): TopicPartitionWriter {
    let writer = this.#writers.get(partition);
    if (writer === undefined) {
      writer = new TopicPartitionWriter(this.#options.plan, this.#options.uploads, this.#options.now);
      this.#writers.set(partition, writer);
    }
    return writer;
  }

  /** Repeats uploads that failed, before anything new is taken, and steps back where files were lost. */
  async #goOn(records: readonly SinkRecord[]): Promise<void> {
    for (const [partition, writer] of this.#writers) {
      if (writer.queue.standstill?.kind === 'failed' && writer.queue.standstill.isRetriable) {
        writer.queue.resume();
        await writer.queue.settled();
      }
      const standstill = writer.queue.standstill;
      if (standstill?.kind === 'failed') this.#fail(standstill.error, standstill.isRetriable);
      if (standstill?.kind !== 'rewind') continue;
      const offset = await writer.rewind();
      if (offset === null) continue;
      this.#options.task.offset(new Map([[partition, offset]]));
      for (const record of records) if (partitionOf(record) === partition) this.#stale.add(record);
    }
  }

  #fail(error: Error, isRetriable: boolean): never {
    if (!isRetriable) throw new ConnectException(`Writing to the store failed: ${error.message}`, { cause: error });
    this.#options.task.timeout(this.#options.retryBackoffMs);
    throw new RetriableException(`Writing to the store failed for now: ${error.message}`, { cause: error });
  }

  async #take(writer: TopicPartitionWriter, record: SinkRecord): Promise<void> {
    if (writer.hasTaken(record)) return;
    const { onNull } = this.#options.plan;
    if (record.value === null && (onNull === 'fail' || onNull === 'ignore')) {
      await this.#refuseNull(record);
      writer.skip(record.originalKafkaOffset);
      return;
    }
    try {
      writer.write(record);
    } catch (error) {
      if (!(error instanceof UnwritableRecord)) throw error;
      await this.#report(record, error);
      writer.skip(record.originalKafkaOffset);
    }
  }

  async #refuseNull(record: SinkRecord): Promise<void> {
    const { plan, task } = this.#options;
    const error = new DataException(`${where(record)} has no value; behavior.on.null.values=ignore leaves such records out`);
    if (plan.onNull === 'fail') throw error;
    if (plan.reportNulls) await task.errantRecordReporter?.report(record, error);
  }

  async #report(record: SinkRecord, error: UnwritableRecord): Promise<void> {
    const reporter = this.#options.task.errantRecordReporter;
    const failure = new DataException(`${where(record)} cannot be written: ${error.message}`, { cause: error.cause });
    if (reporter === null) throw failure;
    await reporter.report(record, failure);
  }

  async #keepBudget(signal: AbortSignal): Promise<void> {
    const { uploads, memoryWaitMs } = this.#options;
    const { budget } = uploads.pool;
    if (!budget.isExceeded) return;
    const files = () => [...this.#writers.values()].flatMap((writer) => writer.files);
    const isStuck = () => [...this.#writers.values()].some(({ queue }) => queue.standstill !== null);
    const isKept = await relieveMemory(budget, files, { waitMs: memoryWaitMs, signal, isStuck });
    if (isKept) return;
    this.#fail(new Error(`${budget.used} bytes wait for it, and buffer.memory.bytes is ${budget.limit}`), true);
  }

  /** Closes files by the clock, and asks to be called when the next ones are due. */
  #closeDue(): void {
    let earliest: number | null = null;
    for (const writer of this.#writers.values()) {
      const at = writer.closeDue();
      if (at !== null && (earliest === null || at < earliest)) earliest = at;
    }
    if (earliest !== null) this.#options.task.timeout(Math.max(1, earliest - this.#options.now()));
  }

  async #bounded(work: Promise<unknown>): Promise<void> {
    const timer = new AbortController();
    try {
      await Promise.race([work, delay(this.#options.closeTimeoutMs, undefined, { signal: timer.signal })]);
    } finally {
      timer.abort();
    }
  }
}

function partitionOf({ originalTopic, originalKafkaPartition }: SinkRecord): TopicPartition {
  return TopicPartition.of(originalTopic, originalKafkaPartition);
}

function where({ originalTopic, originalKafkaPartition, originalKafkaOffset }: SinkRecord): string {
  return `The record at offset ${originalKafkaOffset} of ${originalTopic}-${originalKafkaPartition}`;
}
