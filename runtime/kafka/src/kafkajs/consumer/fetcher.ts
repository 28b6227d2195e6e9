import { KafkaException, type TopicPartition } from '@millrace/api';
import { WaitList } from '../../waiting/wait-list.ts';
import { OffsetOutOfRangeException } from '../../errors.ts';
import type { ConsumedRecord } from '../../port.ts';
import { fetch as fetchApi, type FetchedPartition } from '../wire/apis/fetch.ts';
import { OffsetTime } from '../wire/apis/list-offsets.ts';
import { brokerError, isRetriable } from '../wire/broker-errors.ts';
import type { Cluster } from '../wire/cluster.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { exponentialBackoff } from '../wire/wire-config.ts';
import { CompletedFetch } from './completed-fetch.ts';
import type { FetchConfig } from './fetch-config.ts';
import { FetchPartition, noOffset } from './fetch-partition.ts';
import { offsetsByTime } from './offset-lister.ts';

/** A fetch that is on its way, with what each partition was when it was sent. */
type Fetch = Map<FetchPartition, { readonly offset: number; readonly version: number }>;

/**
 * Fetches partitions ahead of their reader, with one request at a time to each broker, up to a limit of bytes. A paused partition and one that
 * has enough are left out of the requests.
 */
export class Fetcher {
  readonly #cluster: Cluster;
  readonly #config: FetchConfig;
  readonly #waiters = new WaitList();
  readonly #busyNodes = new Set<number>();
  #partitions = new Map<TopicPartition, FetchPartition>();
  /** The same in the order in which they are read. */
  #turns: FetchPartition[] = [];
  #nextTurn = 0;
  #isFillScheduled = false;
  #isRefreshing = false;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(cluster: Cluster, config: FetchConfig) {
    this.#cluster = cluster;
    this.#config = config;
  }

  /** The partitions that are read. */
  get partitions(): TopicPartition[] {
    return [...this.#partitions.keys()];
  }

  /**
   * Reads these partitions from these offsets, reads on in those that are kept, and no others. Null: nowhere until a seek.
   * @returns the new ones
   */
  assign(
    positions: ReadonlyMap<TopicPartition, number | null>,
    kept: readonly TopicPartition[] = [],
  ): ReadonlyMap<TopicPartition, FetchPartition> {
    const keep = new Set(kept);
    this.release(this.partitions.filter((partition) => !keep.has(partition)));
    const onChange = (): void => this.#scheduleFill();
    const added = new Map([...positions].map(([partition, offset]) => [partition, new FetchPartition(partition, offset, onChange)]));
    this.#setPartitions(new Map([...this.#partitions, ...added]));
    this.#scheduleFill();
    return added;
  }

  /** These partitions are not read any more. */
  release(partitions: readonly TopicPartition[]): void {
    const rest = new Map(this.#partitions);
    for (const partition of partitions) {
      const state = rest.get(partition);
      // What is on its way is not for those who come later.
      if (state !== undefined) state.version += 1;
      rest.delete(partition);
    }
    this.#setPartitions(rest);
  }

  #setPartitions(partitions: Map<TopicPartition, FetchPartition>): void {
    this.#partitions = partitions;
    this.#turns = [...partitions.values()];
    this.#nextTurn = 0;
  }

  /** Records that have come, at most so many, from one partition after the other. @throws what keeps a partition from being read */
  take(max: number): ConsumedRecord[] {
    const turns = this.#turns;
    let records: ConsumedRecord[] = [];
    for (const state of turns) if (!state.isPaused) checkReadable(state);
    for (let turn = 0; turn < turns.length && records.length < max; turn += 1) {
      const state = turns[(this.#nextTurn + turn) % turns.length] as FetchPartition;
      if (!state.isPaused) records = readInto(records, state, max);
    }
    this.#nextTurn = turns.length === 0 ? 0 : (this.#nextTurn + 1) % turns.length;
    this.#scheduleFill();
    return records;
  }

  /** Calls back when more has come, or an error. @returns takes the callback back */
  onArrival(callback: () => void): () => void {
    this.#scheduleFill();
    return this.#waiters.add(callback);
  }

  close(): void {
    this.#isClosed = true;
    this.release(this.partitions);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#waiters.wake();
  }

  #scheduleFill(): void {
    if (this.#isFillScheduled || this.#isClosed) return;
    this.#isFillScheduled = true;
    queueMicrotask(() => {
      this.#isFillScheduled = false;
      this.#fill();
    });
  }

  /** Asks the brokers for what there is room for. */
  #fill(): void {
    if (this.#isClosed) return;
    const now = performance.now();
    const fetches = new Map<number, Fetch>();
    let buffered = 0;
    for (const { bufferedBytes } of this.#turns) buffered += bufferedBytes;
    if (buffered >= this.#config.maxBytes && buffered > 0) return;
    for (const state of this.#turns) {
      const offset = state.fetchOffset;
      if (offset === null || !this.#isWanted(state, now)) continue;
      const nodeId = this.#nodeFor(state, now);
      if (nodeId < 0) this.#refresh();
      else if (!this.#busyNodes.has(nodeId)) {
        const fetch = fetches.get(nodeId) ?? new Map();
        fetches.set(nodeId, fetch.set(state, { offset, version: state.version }));
      }
    }
    for (const [nodeId, fetch] of fetches) void this.#fetch(nodeId, fetch);
  }

  #nodeFor(state: FetchPartition, now: number): number {
    const { preferredReplica, partition } = state;
    if (preferredReplica !== null && now < preferredReplica.until) return preferredReplica.nodeId;
    state.preferredReplica = null;
    return this.#cluster.leader(partition.topic, partition.partition);
  }

  #isWanted(state: FetchPartition, now: number): boolean {
    if (state.isPaused || state.isInFlight || state.isResetting || state.error !== null) return false;
    if (state.retryAt > now) {
      this.#wakeIn(state.retryAt - now);
      return false;
    }
    return state.bufferedBytes < this.#config.partitionBytes / 2 || state.bufferedBytes === 0;
  }

  async #fetch(nodeId: number, fetch: Fetch): Promise<void> {
    const { maxWaitMs, minBytes, maxBytes, isolation, rack, partitionBytes } = this.#config;
    const partitions = new Map([...fetch].map(([{ partition }, { offset }]) => [partition, { offset, maxBytes: partitionBytes }]));
    this.#busyNodes.add(nodeId);
    for (const state of fetch.keys()) state.isInFlight = true;
    try {
      const request = { maxWaitMs, minBytes, maxBytes, isolation, rack, partitions };
      const timeoutMs = this.#cluster.config.requestTimeoutMs + maxWaitMs;
      const answer = await this.#cluster.request(nodeId, fetchApi, request, { lane: 'fetch', timeoutMs });
      if (answer.errorCode !== ErrorCode.NONE) throw brokerError(answer.errorCode, 'Fetch');
      for (const [state, { offset, version }] of fetch) {
        const fetched = answer.partitions.get(state.partition);
        if (fetched !== undefined && state.version === version) this.#took(state, offset, fetched);
      }
    } catch (error) {
      for (const state of fetch.keys()) this.#failed(state, error as KafkaException);
    } finally {
      this.#busyNodes.delete(nodeId);
      for (const state of fetch.keys()) state.isInFlight = false;
      this.#scheduleFill();
    }
  }

  #took(state: FetchPartition, fetchOffset: number, fetched: FetchedPartition): void {
    const { errorCode, records, abortedTransactions, preferredReadReplica } = fetched;
    if (errorCode === ErrorCode.OFFSET_OUT_OF_RANGE && state.preferredReplica !== null) {
      // A follower may lag behind; what is out of range, the leader says.
      state.preferredReplica = null;
    } else if (errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) {
      this.#outOfRange(state, fetchOffset, fetched);
    } else if (errorCode !== ErrorCode.NONE) {
      this.#failed(state, brokerError(errorCode, `Fetch of ${state.partition}`));
    } else {
      state.failures = 0;
      // The leader sends no records along when it names another replica.
      if (preferredReadReplica >= 0) {
        state.preferredReplica = { nodeId: preferredReadReplica, until: performance.now() + this.#cluster.config.metadataMaxAgeMs };
      }
      if (records === null || records.length === 0) return;
      const { isolation, checkCrcs } = this.#config;
      const { partition } = state;
      const completed = new CompletedFetch({ partition, fetchOffset, records, isolation, abortedTransactions, checkCrcs });
      const next = nextFetchOffset(records, fetchOffset);
      if (next === fetchOffset) {
        state.error = new KafkaException(`The first record batch of ${partition} at offset ${fetchOffset} is cut by the broker`);
      } else {
        state.fetchOffset = next;
        state.add(completed, records.length);
      }
      this.#waiters.wake();
    }
  }

  /** A passing failure is tried again after a pause, and with fresh metadata; another one is the reader's business. */
  #failed(state: FetchPartition, error: KafkaException): void {
    if (!isRetriable(error)) {
      state.error = error;
      this.#waiters.wake();
      return;
    }
    state.preferredReplica = null;
    const { retryBackoffMs, retryBackoffMaxMs } = this.#cluster.config;
    state.retryAt = performance.now() + exponentialBackoff(retryBackoffMs, retryBackoffMaxMs, state.failures);
    state.failures += 1;
    this.#refresh();
  }

  #outOfRange(state: FetchPartition, offset: number, { logStartOffset, highWatermark }: FetchedPartition): void {
    // Records before this offset are still to be read; the question comes up again when they are.
    if (state.bufferedBytes > 0) {
      state.retryAt = performance.now() + this.#cluster.config.retryBackoffMs;
      return;
    }
    if (this.#config.reset === 'none') {
      state.error = new OffsetOutOfRangeException(
        `Offset ${offset} of ${state.partition} is out of range ${logStartOffset} to ${highWatermark} and auto.offset.reset is none`,
      );
      this.#waiters.wake();
      return;
    }
    state.isResetting = true;
    void this.#reset(state, this.#config.reset === 'earliest' ? OffsetTime.earliest : OffsetTime.latest);
  }

  async #reset(state: FetchPartition, time: number): Promise<void> {
    const { version } = state;
    try {
      const options = { isolation: this.#config.isolation, timeoutMs: this.#cluster.config.requestTimeoutMs };
      const offset = (await offsetsByTime(this.#cluster, new Map([[state.partition, time]]), options)).get(state.partition);
      if (offset !== undefined && state.version === version) state.moveTo(offset);
    } catch (error) {
      this.#failed(state, error as KafkaException);
    } finally {
      state.isResetting = false;
      this.#scheduleFill();
    }
  }

  #refresh(): void {
    if (this.#isRefreshing || this.#isClosed) return;
    this.#isRefreshing = true;
    const refresh = async (): Promise<void> => {
      try {
        await this.#cluster.refresh();
      } catch (error) {
        if (!isRetriable(error)) for (const state of this.#turns) state.error = error as Error;
      }
      this.#waiters.wake();
      await new Promise((resolve) => setTimeout(resolve, this.#cluster.config.retryBackoffMs));
      this.#isRefreshing = false;
      this.#scheduleFill();
    };
    void refresh();
  }

  #wakeIn(milliseconds: number): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = null;
        this.#scheduleFill();
      },
      Math.max(1, milliseconds),
    );
  }
}

function checkReadable(state: FetchPartition): void {
  const { error } = state;
  if (error !== null) throw error;
  if (!state.hasPosition) throw noOffset(state.partition);
}

/** The first run of records becomes the result itself; mostly it is the only one. */
function readInto(records: ConsumedRecord[], state: FetchPartition, max: number): ConsumedRecord[] {
  let result = records;
  while (result.length < max) {
    const run = state.read(max - result.length);
    if (run.length === 0) break;
    if (result.length === 0) result = run;
    else for (const record of run) result.push(record);
  }
  return result;
}

/** Offset after the last whole batch. */
function nextFetchOffset(records: Buffer, fetchOffset: number): number {
  let next = fetchOffset;
  for (let at = 0; records.length - at >= 27; ) {
    const end = at + 12 + records.readInt32BE(at + 8);
    if (end > records.length || end <= at) break;
    next = records.readInt32BE(at) * 0x1_0000_0000 + records.readUInt32BE(at + 4) + records.readInt32BE(at + 23) + 1;
    at = end;
  }
  return next;
}
