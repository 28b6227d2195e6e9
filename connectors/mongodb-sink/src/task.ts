import { ConnectException, type Properties, RetriableException, type SinkRecord, type SinkTask, type SinkTaskContext } from '@millrace/api';
import type { MongoClient } from 'mongodb';
import { ensureTimeSeries } from './client/time-series.ts';
import { makeClient } from './client/make-client.ts';
import { sinkConfig } from './config/sink-config.ts';
import { type TopicConfig, topicConfig } from './config/topic-config.ts';
import { Backoff } from './write/backoff.ts';
import { BulkWriter } from './write/bulk-writer.ts';
import { kindOf } from './write/failure.ts';
import { type Chunk, planWrites } from './write/plan.ts';
import { RateLimiter } from './write/rate-limiter.ts';
import { Reports } from './write/report.ts';

/** What a put has left to do when it fails for now. */
interface Pending {
  readonly records: readonly SinkRecord[];
  readonly chunks: Chunk[];
}

/** Writes records to collections. A put is done when the server has acknowledged all of it. */
export class MongoSinkTask implements SinkTask {
  #context: SinkTaskContext | null = null;
  #props: Properties = {};
  #client: MongoClient | null = null;
  #writer: BulkWriter | null = null;
  #reports: Reports | null = null;
  #backoff: Backoff | null = null;
  #pending: Pending | null = null;
  readonly #limiter = new RateLimiter();
  readonly #topics = new Map<string, TopicConfig>();
  readonly #timeSeries = new Set<string>();

  initialize(context: SinkTaskContext): void {
    this.#context = context;
  }

  /** @throws ConfigException if the configuration is invalid. A server that is away is waited for in `put`. */
  start(props: Properties): void {
    const keys = sinkConfig(props);
    const context = this.#context;
    if (context === null) throw new ConnectException('initialize must be called before start');
    this.#props = props;
    this.#client = makeClient(keys);
    this.#reports = new Reports(context.errantRecordReporter, context.log);
    this.#writer = new BulkWriter(this.#client, this.#reports);
    this.#backoff = new Backoff(keys);
  }

  /** Partitions came or went: what was left of a failed put is delivered again from its offsets. */
  open(): void {
    this.#pending = null;
  }

  close(): void {
    this.#pending = null;
  }

  async put(records: readonly SinkRecord[], signal: AbortSignal): Promise<void> {
    if (records.length === 0) return;
    const pending = await this.#plan(records);
    try {
      for (let chunk = pending.chunks[0]; chunk !== undefined; chunk = pending.chunks[0]) {
        await this.#write(chunk, signal);
        pending.chunks.shift();
      }
    } catch (error) {
      // Kept, so that the next try writes the same ids and reports no record twice.
      this.#pending = error instanceof RetriableException ? pending : null;
      if (error instanceof RetriableException) this.#wait(error);
      throw error;
    }
    this.#pending = null;
    this.#backoff?.reset();
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    this.#writer = null;
    await client?.close(true);
  }

  /** What is to be written: the rest of the last try when these are its records, else all of them. */
  async #plan(records: readonly SinkRecord[]): Promise<Pending> {
    const pending = this.#pending;
    if (pending !== null && isSame(pending.records, records)) return pending;
    const { chunks, refused } = planWrites(records, (topic) => this.#topic(topic));
    for (const { config, record, error } of refused) await this.#reports?.refuse(config, record, error);
    return { records, chunks };
  }

  #topic(topic: string): TopicConfig {
    let config = this.#topics.get(topic);
    if (config === undefined) {
      config = topicConfig(this.#props, topic);
      this.#topics.set(topic, config);
    }
    return config;
  }

  async #write(chunk: Chunk, signal: AbortSignal): Promise<void> {
    const { config } = chunk;
    if (config.keys['timeseries.timefield'] !== '') await this.#ensureTimeSeries(chunk);
    await this.#writer?.write(chunk, signal);
    await this.#limiter.after(config, signal);
  }

  async #ensureTimeSeries({ config, namespace }: Chunk): Promise<void> {
    const name = `${namespace.database}.${namespace.collection}`;
    if (this.#client === null || this.#timeSeries.has(name)) return;
    try {
      await ensureTimeSeries(this.#client, config.keys, namespace);
    } catch (error) {
      if (error instanceof ConnectException || kindOf(error) !== 'transient') throw error;
      throw new RetriableException(`Asking for ${name} failed for now: ${(error as Error).message}`, { cause: error });
    }
    this.#timeSeries.add(name);
  }

  #wait(error: RetriableException): void {
    const waitMs = this.#backoff?.next(error, performance.now());
    if (waitMs !== undefined) this.#context?.timeout(waitMs);
  }
}

function isSame(left: readonly SinkRecord[], right: readonly SinkRecord[]): boolean {
  return left.length === right.length && isSameRecord(left[0], right[0]) && isSameRecord(left.at(-1), right.at(-1));
}

function isSameRecord(left: SinkRecord | undefined, right: SinkRecord | undefined): boolean {
  return left?.topic === right?.topic && left?.kafkaPartition === right?.kafkaPartition && left?.kafkaOffset === right?.kafkaOffset;
}
