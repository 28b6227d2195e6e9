import { type ErrantRecordReporter, RetriableException, type SinkRecord, type SinkTaskContext, TopicPartition } from '@millrace/api';
import { MemoryBudget, RetryPolicy, Semaphore, SinkCore, type SinkCoreOptions, type SinkPlan, SlabPool } from '../src/index.ts';
import type { MemoryStore } from './memory-store.ts';
import { noLog } from './upload-context.ts';

/** What a {@link FakeWorker} may be told. */
export interface FakeWorkerOptions {
  readonly store: MemoryStore;
  readonly plan: SinkPlan;
  readonly log: readonly SinkRecord[];
  readonly conditional?: boolean;
  readonly budgetBytes?: number;
  readonly partBytes?: number;
  readonly reporter?: ErrantRecordReporter;
  readonly core?: Partial<SinkCoreOptions>;
}

/** Reads a log of one or more partitions and treats a task as a worker does: retries, rewinds, commits, crashes. */
export class FakeWorker {
  readonly #options: FakeWorkerOptions;
  readonly committed = new Map<TopicPartition, number>();
  now = 1_000_000;
  timeouts: number[] = [];
  core: SinkCore;
  budget = new MemoryBudget(1);
  #positions = new Map<TopicPartition, number>();
  #pending: SinkRecord[] | null = null;
  #stopped = new AbortController();

  constructor(options: FakeWorkerOptions) {
    this.#options = options;
    this.core = this.#start();
  }

  /** Delivers the next records, at most so many. Whether there was anything to deliver. */
  async deliver(count: number): Promise<boolean> {
    const batch = this.#pending ?? this.#poll(count);
    this.#pending = batch;
    try {
      await this.core.put(batch, this.#stopped.signal);
    } catch (error) {
      if (!(error instanceof RetriableException)) throw error;
      return true;
    }
    this.#pending = null;
    return batch.length > 0;
  }

  /** Delivers until there is nothing left and every file that is closed is stored. */
  async drain(count = 7): Promise<void> {
    for (let quiet = 0; quiet < 20; ) {
      quiet = (await this.deliver(count)) ? 0 : quiet + 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  commit(): void {
    for (const [partition, offset] of this.core.preCommit()) this.committed.set(partition, offset);
  }

  /** Begins again from the committed offsets, as another process; nothing of the old one is cleaned up. */
  crash(): void {
    this.#stopped.abort();
    this.#positions = new Map(this.committed);
    this.#pending = null;
    this.core = this.#start();
  }

  /** Loses and gets all partitions. */
  async rebalance(): Promise<void> {
    this.commit();
    await this.core.close(this.#partitions());
    this.#positions = new Map(this.committed);
    this.#pending = null;
    this.core.open(this.#partitions());
  }

  #partitions(): TopicPartition[] {
    return [...new Set(this.#options.log.map(({ topic, kafkaPartition }) => TopicPartition.of(topic, kafkaPartition ?? 0)))];
  }

  #poll(count: number): SinkRecord[] {
    const batch: SinkRecord[] = [];
    for (const record of this.#options.log) {
      const partition = TopicPartition.of(record.topic, record.kafkaPartition ?? 0);
      if (record.kafkaOffset < (this.#positions.get(partition) ?? 0)) continue;
      if (batch.length >= count) break;
      // Whoever reads a log again gets new objects.
      batch.push(record.withTopic(record.topic));
      this.#positions.set(partition, record.kafkaOffset + 1);
    }
    return batch;
  }

  #start(): SinkCore {
    const { store, plan, conditional = true, budgetBytes = 100_000_000, partBytes = 50, core = {} } = this.#options;
    this.#stopped = new AbortController();
    this.budget = new MemoryBudget(budgetBytes);
    const started = new SinkCore({
      plan,
      uploads: {
        store,
        capabilities: store.capabilities,
        pool: new SlabPool(this.budget),
        retry: new RetryPolicy({ retries: 1, sleep: () => Promise.resolve() }),
        semaphore: new Semaphore(3),
        finishing: new Semaphore(3),
        log: noLog,
        signal: this.#stopped.signal,
        partBytes,
        conditional,
        tagsEnd: true,
      },
      task: this.#context(),
      now: () => this.now,
      ...core,
    });
    started.open(this.#partitions());
    return started;
  }

  #context(): SinkTaskContext {
    return {
      log: noLog,
      configs: () => ({}),
      offset: (offsets) => {
        for (const [partition, offset] of offsets) this.#positions.set(partition, offset);
      },
      timeout: (ms) => {
        this.timeouts.push(ms);
      },
      assignment: () => this.#partitions(),
      pause: () => undefined,
      resume: () => undefined,
      requestCommit: () => undefined,
      errantRecordReporter: this.#options.reporter ?? null,
    };
  }
}
