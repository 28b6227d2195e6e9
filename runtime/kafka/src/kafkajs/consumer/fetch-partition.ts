import { IllegalArgumentException, type TopicPartition } from '@millrace/api';
import type { ReadPartition } from '../../consumer/consumer-backend.ts';
import { NoOffsetForPartitionException } from '../../errors.ts';
import type { ReadRecord } from '../records/read-record.ts';
import type { CompletedFetch } from './completed-fetch.ts';

interface Fetched {
  readonly fetch: CompletedFetch;
  readonly bytes: number;
}

/** One partition that is fetched ahead of its reader. */
export class FetchPartition implements ReadPartition {
  readonly partition: TopicPartition;
  readonly #onChange: () => void;
  #position: number | null;
  #isPaused = false;
  /** What has come and is not read yet, oldest first. */
  readonly #fetched: Fetched[] = [];
  #records: ReadRecord[] = [];
  #next = 0;
  /** Bytes in `#fetched`. */
  bufferedBytes = 0;
  /** Offset after what has come; null while it is not known where to read. */
  fetchOffset: number | null;
  /** Grows when what is on its way is not wanted any more. */
  version = 0;
  isInFlight = false;
  /** Whether its offset is being looked up by `auto.offset.reset`. */
  isResetting = false;
  /** Not to be asked for before, by `performance.now()`. */
  retryAt = 0;
  failures = 0;
  /** The replica that the leader wants to be read in its place (KIP-392), for a while; null: the leader. */
  preferredReplica: { readonly nodeId: number; readonly until: number } | null = null;
  /** What keeps it from being read; thrown at the next read. */
  error: Error | null = null;

  /** @param position null: nowhere yet, and `auto.offset.reset` is `none` */
  constructor(partition: TopicPartition, position: number | null, onChange: () => void) {
    this.partition = partition;
    this.#position = position;
    this.fetchOffset = position;
    this.#onChange = onChange;
  }

  /** @throws NoOffsetForPartitionException */
  get position(): number {
    if (this.#position === null) throw noOffset(this.partition);
    return this.#position;
  }

  get hasPosition(): boolean {
    return this.#position !== null;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  set isPaused(isPaused: boolean) {
    this.#isPaused = isPaused;
    this.#onChange();
  }

  seek(offset: number): void {
    if (!Number.isSafeInteger(offset) || offset < 0) throw new IllegalArgumentException(`Invalid offset ${offset} for ${this.partition}`);
    // The records are there already when a sink goes back to where it is.
    if (offset === this.#position && this.error === null) return;
    this.moveTo(offset);
    this.#onChange();
  }

  /** Reads from an offset on, and drops what has come of others. */
  moveTo(offset: number): void {
    this.#position = offset;
    this.fetchOffset = offset;
    this.version += 1;
    this.#fetched.length = 0;
    this.bufferedBytes = 0;
    this.#records = [];
    this.#next = 0;
    this.error = null;
  }

  add(fetch: CompletedFetch, bytes: number): void {
    this.#fetched.push({ fetch, bytes });
    this.bufferedBytes += bytes;
  }

  /**
   * The next records, at most so many; none when all that has come is read.
   * @throws what {@link CompletedFetch.next} throws, again and again until a seek
   */
  read(max: number): ReadRecord[] {
    if (this.#next >= this.#records.length && !this.#decodeNext()) return [];
    const records = this.#records;
    const from = this.#next;
    const to = Math.min(records.length, from + max);
    this.#next = to;
    this.#position = (records[to - 1] as ReadRecord).offset + 1;
    if (to < records.length) return records.slice(from, to);
    this.#records = [];
    this.#next = 0;
    this.#position = (this.#fetched[0] as Fetched).fetch.nextOffset;
    return from === 0 ? records : records.slice(from);
  }

  #decodeNext(): boolean {
    for (let [head] = this.#fetched; head !== undefined; [head] = this.#fetched) {
      const records = this.#decode(head.fetch);
      if (records !== null) {
        this.#records = records;
        this.#next = 0;
        return true;
      }
      this.#position = head.fetch.nextOffset;
      this.bufferedBytes -= head.bytes;
      this.#fetched.shift();
    }
    return false;
  }

  /** A batch that cannot be read must not be passed: the error stays until a seek (invariant 4). */
  #decode(fetch: CompletedFetch): ReadRecord[] | null {
    try {
      return fetch.next();
    } catch (error) {
      this.error = error as Error;
      throw error;
    }
  }
}

/** No offset is committed, and `auto.offset.reset` is `none`. */
export function noOffset(partition: TopicPartition): NoOffsetForPartitionException {
  return new NoOffsetForPartitionException(`Undefined offset with no reset policy for partitions: [${partition}]`);
}
