import { IllegalStateException, TopicPartition } from '@millrace/api';
import { integerProperty, wordProperty } from '../../client-properties.ts';
import { abortable } from '../../waiting/abortable.ts';
import { UnknownTopicOrPartitionException } from '../../errors.ts';
import type { ConsumedRecord, LogReader, LogReaderOptions } from '../../port.ts';
import { fetchConfig } from '../consumer/fetch-config.ts';
import type { FetchPartition } from '../consumer/fetch-partition.ts';
import { Fetcher } from '../consumer/fetcher.ts';
import { offsetsByTime } from '../consumer/offset-lister.ts';
import { OffsetTime } from '../wire/apis/list-offsets.ts';
import type { Cluster } from '../wire/cluster.ts';
import { ErrorCode } from '../wire/error-codes.ts';

/** Records that are taken at once. */
const maxRecords = 10_000;

/** Reads all partitions of a topic without a group. The ends are asked for with the reader's own isolation, so that it never waits for what it will not get. */
export class BrokerReader implements LogReader {
  readonly #cluster: Cluster;
  readonly #options: LogReaderOptions;
  readonly #fetcher: Fetcher;
  readonly #beginAt: number;
  readonly #apiTimeoutMs: number;
  readonly #onClose: () => void;
  #partitions: Promise<ReadonlyMap<TopicPartition, FetchPartition>> | null = null;
  #isClosed = false;

  /** @param cluster is the reader's own and closed with it */
  constructor(cluster: Cluster, options: LogReaderOptions, onClose: () => void) {
    const { properties, isolation } = options;
    this.#cluster = cluster;
    this.#options = options;
    this.#onClose = onClose;
    // A position that is gone is an error of a topic that should never lose records otherwise: begin again at what is left.
    this.#fetcher = new Fetcher(cluster, { ...fetchConfig({ ...properties, 'auto.offset.reset': 'earliest' }), isolation });
    const begin = wordProperty(properties, 'auto.offset.reset', ['earliest', 'latest']);
    this.#beginAt = begin === 'earliest' ? OffsetTime.earliest : OffsetTime.latest;
    this.#apiTimeoutMs = integerProperty(properties, { key: 'default.api.timeout.ms', defaultValue: 60_000, min: 0 });
  }

  async readToEnd(signal?: AbortSignal): Promise<ConsumedRecord[]> {
    signal?.throwIfAborted();
    const partitions = await this.#open();
    const ends = await this.#offsets([...partitions.keys()], OffsetTime.latest);
    const records: ConsumedRecord[] = [];
    for (;;) {
      this.#checkOpen();
      const more = this.#fetcher.take(maxRecords);
      for (const record of more) records.push(record);
      if (more.length > 0) continue;
      if ([...partitions].every(([partition, state]) => state.position >= (ends.get(partition) ?? 0))) return records;
      this.#checkExists();
      await abortable((callback) => this.#fetcher.onArrival(callback), signal);
    }
  }

  async tail(signal: AbortSignal): Promise<ConsumedRecord[]> {
    for (;;) {
      signal.throwIfAborted();
      if (!(await this.#isOpenToTail())) return [];
      const records = this.#fetcher.take(maxRecords);
      if (records.length > 0) return records;
      this.#checkExists();
      await abortable((callback) => this.#fetcher.onArrival(callback), signal);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#fetcher.close();
    this.#cluster.close();
    this.#onClose();
  }

  #open(): Promise<ReadonlyMap<TopicPartition, FetchPartition>> {
    this.#checkOpen();
    this.#partitions ??= this.#begin().catch((error: unknown) => {
      this.#partitions = null;
      throw error;
    });
    return this.#partitions;
  }

  /** @returns false if the reader is closed, also if it was while it began */
  async #isOpenToTail(): Promise<boolean> {
    if (this.#isClosed) return false;
    try {
      await this.#open();
    } catch (error) {
      if (!this.#isClosed) throw error;
    }
    return !this.#isClosed;
  }

  async #begin(): Promise<ReadonlyMap<TopicPartition, FetchPartition>> {
    const { topic } = this.#options;
    this.#cluster.watch(topic);
    await this.#cluster.refresh();
    this.#checkExists();
    const partitions = (this.#cluster.topic(topic)?.partitions ?? []).map(({ partition }) => TopicPartition.of(topic, partition));
    return this.#fetcher.assign(await this.#offsets(partitions, this.#beginAt));
  }

  async #offsets(partitions: readonly TopicPartition[], time: number): Promise<Map<TopicPartition, number>> {
    const { isolation } = this.#options;
    const times = new Map(partitions.map((partition) => [partition, time]));
    return offsetsByTime(this.#cluster, times, { isolation, timeoutMs: this.#apiTimeoutMs, isOver: () => this.#isClosed });
  }

  #checkExists(): void {
    const { topic } = this.#options;
    if (this.#cluster.topic(topic)?.errorCode !== ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) return;
    throw new UnknownTopicOrPartitionException(`Topic ${topic} does not exist`);
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new IllegalStateException(`The reader of topic ${this.#options.topic} has already been closed`);
  }
}
