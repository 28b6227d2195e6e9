import type { DeliveryListener } from '../../port.ts';
import type { BatchRecord, ProducerStamp } from '../records/batch-builder.ts';
import type { CompressionType } from '../records/compression.ts';
import type { BufferPool } from './buffer-pool.ts';
import { addToSequence, ProducerBatch } from './producer-batch.ts';
import type { ProducerConfig } from './producer-config.ts';

/** Who an idempotent producer is to the leader of a partition. */
export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

const maxEpoch = 32_767;

/**
 * The batches of one partition, in order, and what idempotence needs to know of them.
 *
 * A leader accepts a batch only if its sequence number follows on the last one of the same producer and epoch. So a number that was sent
 * is never given to other records: after a batch that failed without a certain answer, the partition goes on with a higher epoch
 * (invariant 2, and no silent loss as a leader takes a number that it has seen for a repetition).
 */
export class PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  readonly #config: ProducerConfig;
  readonly #pool: BufferPool;
  /** Oldest first: batches to repeat, then new ones; the last one may still take records. */
  readonly #queue: ProducerBatch[] = [];
  /** In the order of their numbers. */
  readonly inFlight: ProducerBatch[] = [];
  #isLastOpen = false;
  #identity: ProducerIdentity | null = null;
  #nextSequence = 0;
  /** Whether the next batch must begin a new epoch. */
  #needsNewEpoch = false;
  /**
   * Whether the leader has acknowledged a batch of this identity and epoch. A leader that does not know a producer takes any number for its
   * first one, so until then nothing is sent that could overtake the first batch.
   */
  #isEstablished = false;

  constructor(topic: string, partition: number, config: ProducerConfig, pool: BufferPool) {
    this.topic = topic;
    this.partition = partition;
    this.#config = config;
    this.#pool = pool;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0 && this.inFlight.length === 0;
  }

  /** Whether a batch takes records. */
  get isGathering(): boolean {
    return this.#isLastOpen;
  }

  get queued(): readonly ProducerBatch[] {
    return this.#queue;
  }

  /** All batches, in the order in which their records were appended. */
  oldestFirst(): ProducerBatch[] {
    const all = this.inFlight.concat(this.#queue);
    const [head] = this.#queue;
    const isInOrder = head === undefined || (this.inFlight.at(-1)?.order ?? head.order) <= head.order;
    return isInOrder ? all : all.sort((one, other) => one.order - other.order);
  }

  /** Whether batches cannot be sent before this partition has an identity; `undefined` identities are asked for by the sender. */
  get needsIdentity(): boolean {
    return this.#config.isIdempotent && this.#identity === null;
  }

  /** @returns the batch that the record began, null if it joined one */
  append(timestamp: number, record: BatchRecord, listener: DeliveryListener<unknown>, token: unknown): ProducerBatch | null {
    const last = this.#queue.at(-1);
    if (this.#isLastOpen && last?.append(timestamp, record, listener, token) === true) return null;
    const batch = new ProducerBatch(this.topic, this.partition, this.#pool, this.#config.batchBytes);
    batch.append(timestamp, record, listener, token);
    this.#queue.push(batch);
    this.#isLastOpen = true;
    return batch;
  }

  /**
   * When the oldest queued batch may be sent, by `performance.now()`; infinity if that depends on an answer.
   * @param isUrgent whether batches that wait for more records go now
   */
  sendableAt(isUrgent: boolean): number {
    const head = this.#queue[0];
    if (head === undefined || !this.#maySendBeside(head)) return Number.POSITIVE_INFINITY;
    if (head.bytes !== null) return head.retryAt;
    const isWaiting = this.#queue.length === 1 && this.#isLastOpen && !isUrgent;
    return isWaiting ? head.createdAt + this.#config.lingerMs : 0;
  }

  /** Takes the oldest queued batch to be sent, frozen. */
  take(compression: CompressionType): ProducerBatch {
    const batch = this.#queue.shift() as ProducerBatch;
    if (this.#queue.length === 0) this.#isLastOpen = false;
    // A batch that may have been written before keeps its number, so that the leader can tell.
    if (this.#needsNewEpoch && !batch.mayBeWritten) this.#beginEpoch(batch);
    if (batch.bytes === null) batch.freeze(compression, this.#stampFor(batch));
    batch.attempts += 1;
    insertInOrder(this.inFlight, batch);
    return batch;
  }

  /** The leader has the batch. */
  confirm(batch: ProducerBatch): void {
    const { stamp } = batch;
    const identity = this.#identity;
    if (identity === null || stamp?.producerId !== identity.producerId || stamp.producerEpoch !== identity.producerEpoch) return;
    this.#isEstablished = true;
  }

  /** The batch has been answered for good, or given up. */
  finish(batch: ProducerBatch): void {
    remove(this.inFlight, batch);
    remove(this.#queue, batch);
    if (this.#queue.length === 0) this.#isLastOpen = false;
  }

  /** The batch is to be sent again, as it is. */
  repeat(batch: ProducerBatch, retryAt: number): void {
    batch.retryAt = retryAt;
    remove(this.inFlight, batch);
    insertInOrder(this.#queue, batch);
  }

  /** Batches with the same numbers take the place of one that is too large. */
  replace(batch: ProducerBatch, parts: readonly ProducerBatch[]): void {
    remove(this.inFlight, batch);
    for (const part of parts) insertInOrder(this.#queue, part);
  }

  /** Whether nothing older is on its way or waits: then a gap before this batch is not going to be filled. */
  isOldest(batch: ProducerBatch): boolean {
    return [...this.inFlight, ...this.#queue].every(({ order }) => order >= batch.order);
  }

  setIdentity(identity: ProducerIdentity): void {
    this.#identity = identity;
    this.#nextSequence = 0;
    this.#needsNewEpoch = false;
    this.#isEstablished = false;
    this.#restampQueued();
  }

  /** Numbers of this epoch cannot be trusted any more. */
  abandonEpoch(): void {
    this.#needsNewEpoch = this.#config.isIdempotent;
    if (this.#identity !== null && this.#identity.producerEpoch >= maxEpoch) this.abandonIdentity();
  }

  /** The leader does not know the producer any more: another identity is needed. */
  abandonIdentity(): void {
    this.#identity = null;
    this.#isEstablished = false;
  }

  /** No more records join the last batch. */
  closeLast(): void {
    this.#isLastOpen = false;
  }

  #maySendBeside(head: ProducerBatch): boolean {
    if (this.inFlight.length === 0) return true;
    if (!this.#config.isIdempotent || this.#needsNewEpoch || !this.#isEstablished) return false;
    // A repetition overtakes what was sent after it, but must not overtake what was sent before.
    if (this.inFlight.length >= this.#config.maxInFlight) return false;
    return head.bytes === null || this.inFlight.every(({ order }) => order > head.order);
  }

  #stampFor(batch: ProducerBatch): ProducerStamp {
    const identity = this.#identity;
    if (identity === null) return { producerId: -1n, producerEpoch: -1, baseSequence: -1, isTransactional: false };
    const stamp = { ...identity, baseSequence: this.#nextSequence, isTransactional: false };
    this.#nextSequence = addToSequence(this.#nextSequence, batch.recordCount);
    return stamp;
  }

  #beginEpoch(head: ProducerBatch): void {
    this.#needsNewEpoch = false;
    this.#isEstablished = false;
    if (this.#identity === null) return;
    this.#identity = { ...this.#identity, producerEpoch: this.#identity.producerEpoch + 1 };
    this.#nextSequence = 0;
    if (head.bytes !== null) head.restamp(this.#stampFor(head));
    this.#restampQueued();
  }

  #restampQueued(): void {
    for (const batch of this.#queue) if (batch.bytes !== null) batch.restamp(this.#stampFor(batch));
  }
}

function insertInOrder(batches: ProducerBatch[], batch: ProducerBatch): void {
  let at = batches.length;
  while (at > 0 && (batches[at - 1] as ProducerBatch).order > batch.order) at -= 1;
  batches.splice(at, 0, batch);
}

function remove(batches: ProducerBatch[], batch: ProducerBatch): void {
  const at = batches.indexOf(batch);
  if (at >= 0) batches.splice(at, 1);
}
