import type { KafkaException } from '@millrace/api';
import { TimeoutException } from '../../errors.ts';
import type { DeliveryListener, ProducerRecord } from '../../port.ts';
import { brokerError, isRetriable } from '../wire/broker-errors.ts';
import type { Cluster } from '../wire/cluster.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { exponentialBackoff } from '../wire/wire-config.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { ProducerConfig } from './producer-config.ts';
import { TopicQueues } from './topic-queues.ts';

/** Metadata errors that waiting does not cure. */
const hopeless: ReadonlySet<number> = new Set([ErrorCode.INVALID_TOPIC_EXCEPTION, ErrorCode.TOPIC_AUTHORIZATION_FAILED]);

const maxTimerMs = 2_147_483_647;

/** A record that waits until the partitions of its topic are known. */
export interface UnplacedRecord {
  readonly record: ProducerRecord;
  readonly bytes: number;
  readonly timestamp: number;
  readonly listener: DeliveryListener<unknown>;
  readonly token: unknown;
  /** By `performance.now()`. */
  readonly since: number;
}

/** What the directory tells its sender. */
export interface DirectoryListener {
  /** The topic of these records is known now; they come in the order in which they were added. */
  placeable(topic: TopicQueues, records: readonly UnplacedRecord[]): void;
  /** These records will not find their partition. */
  unplaceable(records: readonly UnplacedRecord[], error: KafkaException): void;
  /** Leaders may have changed. */
  refreshed(): void;
}

/** The topics that a producer writes to. Keeps their metadata fresh, and the records that came before it. */
export class TopicDirectory {
  readonly #cluster: Cluster;
  readonly #config: ProducerConfig;
  readonly #pool: BufferPool;
  readonly #listener: DirectoryListener;
  readonly #topics = new Map<string, TopicQueues>();
  readonly #unplaced = new Map<TopicQueues, UnplacedRecord[]>();
  #isRefreshing = false;
  #failures = 0;
  #timer: NodeJS.Timeout | null = null;
  /** Ends the wait of held records after `max.block.ms`, also while a broker that is asked says nothing. */
  #expiryTimer: NodeJS.Timeout | null = null;
  #isClosed = false;
  #last: TopicQueues | null = null;

  constructor(cluster: Cluster, config: ProducerConfig, pool: BufferPool, listener: DirectoryListener) {
    this.#cluster = cluster;
    this.#config = config;
    this.#pool = pool;
    this.#listener = listener;
  }

  get(name: string): TopicQueues {
    if (this.#last?.name === name) return this.#last;
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      topic = new TopicQueues(name, this.#config, this.#pool);
      this.#topics.set(name, topic);
      this.#cluster.watch(name);
    }
    this.#last = topic;
    return topic;
  }

  /** Keeps a record until its topic is known. */
  hold(topic: TopicQueues, record: UnplacedRecord): void {
    const held = this.#unplaced.get(topic);
    if (held !== undefined) {
      held.push(record);
      return;
    }
    this.#unplaced.set(topic, [record]);
    this.#expireLater();
    this.refresh();
  }

  /** Asks for leaders anew, soon; at once if it has not been asked for a while. */
  refresh(): void {
    if (this.#isRefreshing || this.#isClosed) return;
    this.#isRefreshing = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    void this.#refresh();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#expiryTimer !== null) clearTimeout(this.#expiryTimer);
  }

  /** Gives up the records that still wait. */
  abandon(error: KafkaException): void {
    for (const [topic, records] of this.#unplaced) this.#giveUp(topic, records, error);
  }

  async #refresh(): Promise<void> {
    try {
      await this.#cluster.refresh();
      this.#update();
    } catch (error) {
      if (!isRetriable(error)) this.abandon(error as KafkaException);
    }
    if (this.#isClosed) return;
    this.#failures = this.#isIncomplete() ? this.#failures + 1 : 0;
    const { retryBackoffMs, retryBackoffMaxMs } = this.#cluster.config;
    // Also after success: a leader that is being elected is asked for again, not in a circle.
    this.#timer = setTimeout(
      () => {
        this.#isRefreshing = false;
        this.#timer = setTimeout(() => this.refresh(), Math.min(this.#cluster.config.metadataMaxAgeMs, maxTimerMs));
        if (this.#unplaced.size > 0) this.refresh();
        this.#listener.refreshed();
      },
      exponentialBackoff(retryBackoffMs, retryBackoffMaxMs, Math.max(0, this.#failures - 1)),
    );
    this.#listener.refreshed();
  }

  #update(): void {
    for (const topic of this.#topics.values()) {
      const metadata = this.#cluster.topic(topic.name);
      if (metadata === undefined) continue;
      const held = this.#unplaced.get(topic);
      if (hopeless.has(metadata.errorCode)) {
        if (held !== undefined) this.#giveUp(topic, held, brokerError(metadata.errorCode, `Writing to topic ${topic.name}`));
      } else if (metadata.errorCode === ErrorCode.NONE && metadata.partitions.length > 0) {
        topic.update(metadata);
        this.#unplaced.delete(topic);
        if (held !== undefined) this.#listener.placeable(topic, held);
      }
    }
  }

  /** Whether asking again soon may bring what somebody waits for; the longer it does not, the less often it is asked (KIP-580). */
  #isIncomplete(): boolean {
    if (this.#unplaced.size > 0) return true;
    for (const { name } of this.#topics.values()) {
      const metadata = this.#cluster.topic(name);
      if (metadata === undefined || metadata.errorCode !== ErrorCode.NONE) return true;
      if (metadata.partitions.some(({ leader }) => leader < 0)) return true;
    }
    return false;
  }

  #expireLater(): void {
    if (this.#expiryTimer !== null || this.#isClosed) return;
    let oldest = Number.POSITIVE_INFINITY;
    for (const [first] of this.#unplaced.values()) oldest = Math.min(oldest, first?.since ?? oldest);
    if (oldest === Number.POSITIVE_INFINITY) return;
    const wait = oldest + this.#config.maxBlockMs - performance.now();
    this.#expiryTimer = setTimeout(
      () => {
        this.#expiryTimer = null;
        this.#expire();
        this.#expireLater();
      },
      Math.min(Math.max(1, wait), maxTimerMs),
    );
  }

  #expire(): void {
    const limit = performance.now() - this.#config.maxBlockMs;
    for (const [topic, records] of this.#unplaced) {
      const expired = records.filter(({ since }) => since <= limit);
      if (expired.length === 0) continue;
      const error = new TimeoutException(`Topic ${topic.name} not present in metadata after ${this.#config.maxBlockMs} ms.`);
      this.#giveUp(topic, expired, error);
      if (expired.length < records.length) this.#unplaced.set(topic, records.slice(expired.length));
    }
  }

  #giveUp(topic: TopicQueues, records: readonly UnplacedRecord[], error: KafkaException): void {
    this.#unplaced.delete(topic);
    this.#listener.unplaceable(records, error);
  }
}
