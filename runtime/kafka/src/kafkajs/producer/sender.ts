import { KafkaException } from '@millrace/api';
import { TimeoutException, UnknownTopicOrPartitionException } from '../../errors.ts';
import type { DeliveryListener, ProducerRecord } from '../../port.ts';
import { produce, type PartitionProduced } from '../wire/apis/produce.ts';
import { brokerError, isRetriable } from '../wire/broker-errors.ts';
import type { Cluster } from '../wire/cluster.ts';
import { exponentialBackoff } from '../wire/wire-config.ts';
import { BufferPool } from './buffer-pool.ts';
import { type Delivery, name, produceRequest } from './delivery.ts';
import { Flushes } from './flushes.ts';
import { IdentitySource } from './identity-source.ts';
import { MemoryGate } from './memory-gate.ts';
import type { PartitionQueue } from './partition-queue.ts';
import type { ProducerBatch } from './producer-batch.ts';
import type { ProducerConfig } from './producer-config.ts';
import { type RefusedRecord, tellRefused } from './refused-records.ts';
import { TopicDirectory, type UnplacedRecord } from './topic-directory.ts';
import type { TopicQueues } from './topic-queues.ts';
import { verdictOf, type Verdict } from './verdict.ts';

/**
 * Brings batches to the leaders of their partitions: in order within each partition also over repetitions, at most
 * `max.in.flight.requests.per.connection` requests a broker, until they are acknowledged, refused or `delivery.timeout.ms` is over.
 */
export class Sender {
  readonly #cluster: Cluster;
  readonly #config: ProducerConfig;
  readonly #directory: TopicDirectory;
  readonly #identities: IdentitySource;
  readonly #memory: MemoryGate;
  /** Partitions with batches. */
  readonly #active = new Set<PartitionQueue>();
  /** Requests without an answer, by broker. */
  readonly #requests = new Map<number, number>();
  readonly #flushes = new Flushes<ProducerBatch | UnplacedRecord | RefusedRecord>();
  #refusals: RefusedRecord[] = [];
  #listenerError: Error | null = null;
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  #isPumpScheduled = false;
  #isClosing = false;

  constructor(cluster: Cluster, config: ProducerConfig) {
    this.#cluster = cluster;
    this.#config = config;
    this.#memory = new MemoryGate(config.bufferBytes);
    this.#directory = new TopicDirectory(cluster, config, new BufferPool(config.bufferBytes), {
      placeable: (topic, records) => this.#placeAll(topic, records),
      unplaceable: (records, error) => this.#giveUp(records, error),
      refreshed: () => this.#schedulePump(),
    });
    this.#identities = new IdentitySource(cluster, {
      arrived: () => this.#schedulePump(),
      refused: (error) => this.#failEverything(error),
    });
  }

  get hasRoom(): boolean {
    return this.#memory.hasRoom;
  }

  /** Resolves when there is room, or when the producer closes. */
  room(signal?: AbortSignal): Promise<void> {
    return this.#memory.room(signal);
  }

  /** A listener that fails must not keep others from hearing of their records; the owner of the producer gets to know all the same. */
  throwListenerError(): void {
    const error = this.#listenerError;
    if (error === null) return;
    this.#listenerError = null;
    throw error;
  }

  /** Takes a record. @param bytes what it counts against the memory */
  add(record: ProducerRecord, bytes: number, listener: DeliveryListener<unknown>, token: unknown): void {
    this.#memory.take(bytes);
    const timestamp = record.timestamp ?? Date.now();
    const topic = this.#directory.get(record.topic);
    if (topic.isKnown) {
      this.#place(topic, { record, bytes, timestamp, listener, token, since: 0 });
      return;
    }
    const unplaced = { record, bytes, timestamp, listener, token, since: performance.now() };
    this.#flushes.add(unplaced);
    this.#directory.hold(topic, unplaced);
  }

  /** Tells the listener later that its record is refused. */
  refuse(error: KafkaException, listener: DeliveryListener<unknown>, token: unknown): void {
    const refused = { listener, token, error };
    this.#flushes.add(refused);
    this.#refusals.push(refused);
    this.#schedulePump();
  }

  async flush(): Promise<void> {
    for (const queue of this.#active) queue.closeLast();
    const done = this.#flushes.wait();
    this.#schedulePump();
    await done;
  }

  /** Flushes for at most so long, fails what is left, and closes the connections. */
  async close(timeoutMs: number): Promise<void> {
    this.#isClosing = true;
    this.#memory.open();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.min(timeoutMs, 2_147_483_647));
    });
    await Promise.race([this.flush(), timeout]);
    clearTimeout(timer);
    this.#failEverything(new KafkaException('Producer is closed forcefully.'));
    this.#directory.close();
    this.#identities.close();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#cluster.close();
  }

  #placeAll(topic: TopicQueues, records: readonly UnplacedRecord[]): void {
    for (const unplaced of records) {
      const batch = this.#place(topic, unplaced);
      if (batch === null) this.#flushes.settled(unplaced);
      else this.#flushes.replaced(unplaced, [batch]);
    }
  }

  #giveUp(records: readonly UnplacedRecord[], error: KafkaException): void {
    for (const unplaced of records) {
      this.#memory.give(unplaced.bytes);
      const refused = { listener: unplaced.listener, token: unplaced.token, error };
      this.#refusals.push(refused);
      this.#flushes.replaced(unplaced, [refused]);
    }
    this.#schedulePump();
  }

  /** @returns the batch that has the record now, null if its partition does not exist */
  #place(topic: TopicQueues, { record, bytes, timestamp, listener, token }: UnplacedRecord): ProducerBatch | null {
    const queue = topic.choose(record, bytes);
    if (queue === undefined) {
      this.#memory.give(bytes);
      const what = `Partition ${record.partition} of topic ${topic.name} with partition count ${topic.partitionCount} does not exist`;
      this.refuse(new UnknownTopicOrPartitionException(what), listener, token);
      return null;
    }
    const begun = queue.append(timestamp, record, listener, token);
    const batch = begun ?? (queue.queued.at(-1) as ProducerBatch);
    batch.accountedBytes += bytes;
    if (begun !== null) this.#begun(queue, begun);
    return batch;
  }

  #begun(queue: PartitionQueue, batch: ProducerBatch): void {
    this.#flushes.add(batch);
    this.#active.add(queue);
    // A batch before this one is full now. Otherwise nothing is to be done until this one has waited for more.
    if (queue.queued.length > 1 || this.#config.lingerMs === 0) this.#schedulePump();
    else this.#wakeAt(batch.createdAt + this.#config.lingerMs);
  }

  #schedulePump(): void {
    if (this.#isPumpScheduled) return;
    this.#isPumpScheduled = true;
    queueMicrotask(() => {
      this.#isPumpScheduled = false;
      this.#pump();
    });
  }

  #wakeAt(time: number): void {
    if (time >= this.#timerAt) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAt = time;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#timerAt = Number.POSITIVE_INFINITY;
        this.#pump();
      },
      Math.min(Math.max(1, time - performance.now()), 2_147_483_647),
    );
  }

  /** Sends what can be sent now, and sees to it that this is called when more can be. */
  #pump(): void {
    this.#tellRefused();
    const now = performance.now();
    for (const queue of this.#active) this.#expire(queue, now);
    let deliveries: Map<number, Delivery>;
    do {
      deliveries = this.#deliveries(now);
      for (const [nodeId, delivery] of deliveries) void this.#deliver(nodeId, delivery);
    } while (deliveries.size > 0);
  }

  #tellRefused(): void {
    const refused = this.#refusals;
    if (refused.length === 0) return;
    this.#refusals = [];
    this.#listenerError ??= tellRefused(refused);
    for (const item of refused) this.#flushes.settled(item);
  }

  #deliveries(now: number): Map<number, Delivery> {
    const isUrgent = this.#isClosing || this.#flushes.isActive || !this.#memory.hasRoom;
    const deliveries = new Map<number, Delivery>();
    const sizes = new Map<number, number>();
    for (const queue of Array.from(this.#active)) {
      const at = queue.sendableAt(isUrgent);
      if (at > now) {
        this.#wakeAt(at);
        continue;
      }
      if (queue.needsIdentity && !this.#identities.assign(queue)) continue;
      const leader = this.#cluster.leader(queue.topic, queue.partition);
      if (leader < 0) this.#directory.refresh();
      else if ((this.#requests.get(leader) ?? 0) < this.#config.maxInFlight) this.#addTo(deliveries, sizes, leader, queue);
    }
    return deliveries;
  }

  #addTo(deliveries: Map<number, Delivery>, sizes: Map<number, number>, leader: number, queue: PartitionQueue): void {
    const size = (sizes.get(leader) ?? 0) + (queue.queued[0] as ProducerBatch).size;
    const delivery = deliveries.get(leader);
    if (delivery !== undefined && size > this.#config.maxRequestBytes) return;
    const batch = queue.take(this.#config.compression);
    sizes.set(leader, size);
    if (delivery === undefined) deliveries.set(leader, new Map([[queue, batch]]));
    else delivery.set(queue, batch);
    // The next request begins with others, so that none is left out for ever.
    this.#active.delete(queue);
    this.#active.add(queue);
  }

  async #deliver(nodeId: number, delivery: Delivery): Promise<void> {
    this.#requests.set(nodeId, (this.#requests.get(nodeId) ?? 0) + 1);
    const { acks, requestTimeoutMs } = this.#config;
    let isSent = false;
    try {
      await this.#cluster.connected(nodeId);
      isSent = true;
      const request = produceRequest(delivery, acks, requestTimeoutMs);
      const answer = await this.#cluster.request(nodeId, produce, request, { timeoutMs: requestTimeoutMs, expectResponse: acks !== 0 });
      this.#answered(delivery, acks === 0 ? null : answer);
    } catch (error) {
      if (isRetriable(error)) this.#directory.refresh();
      for (const [queue, batch] of delivery) {
        if (isSent) this.#unanswered(queue, batch, error as KafkaException);
        else this.#unsent(queue, batch, error as KafkaException);
      }
    } finally {
      this.#requests.set(nodeId, (this.#requests.get(nodeId) ?? 1) - 1);
      this.#schedulePump();
    }
  }

  #answered(delivery: Delivery, answers: readonly PartitionProduced[] | null): void {
    const byPartition = new Map(answers?.map((answer) => [`${answer.topic} ${answer.partition}`, answer]));
    for (const [queue, batch] of delivery) {
      const answer = byPartition.get(`${queue.topic} ${queue.partition}`);
      if (answers === null) this.#succeed(queue, batch, -1, -1);
      else if (answer === undefined) this.#unanswered(queue, batch, new KafkaException(`The broker left ${name(queue)} out of its answer`));
      else this.#judge(queue, batch, answer);
    }
  }

  /** What becomes of a batch by the answer of the leader. */
  #judge(queue: PartitionQueue, batch: ProducerBatch, { errorCode, baseOffset, logAppendTime, errorMessage }: PartitionProduced): void {
    const verdict = verdictOf(errorCode, this.#config.isIdempotent);
    if (verdict === 'written') this.#succeed(queue, batch, baseOffset, logAppendTime);
    else if (verdict === 'written before') this.#succeed(queue, batch, -1, -1);
    else if (verdict !== 'too large' || !this.#split(queue, batch)) {
      this.#refused(queue, batch, verdict, brokerError(errorCode, `Produce to ${name(queue)}`, errorMessage));
    }
  }

  #refused(queue: PartitionQueue, batch: ProducerBatch, verdict: Verdict, error: KafkaException): void {
    if (verdict === 'refused' || verdict === 'too large') {
      this.#failInTurn(queue, batch, error);
      return;
    }
    if (verdict === 'repeat') this.#directory.refresh();
    if (verdict === 'in doubt') batch.mayBeWritten = true;
    // An older batch is still to come, or never came: then the numbers begin anew (invariant 1: this one is repeated either way).
    if (verdict === 'out of order' && queue.isOldest(batch)) {
      batch.mayBeWritten = false;
      queue.abandonEpoch();
    }
    if (verdict === 'unknown producer') {
      this.#identities.abandon();
      queue.abandonIdentity();
    }
    this.#repeat(queue, batch, error);
  }

  /** There is no connection to the leader. That is no attempt, so `retries` does not count it. */
  #unsent(queue: PartitionQueue, batch: ProducerBatch, error: KafkaException): void {
    batch.attempts -= 1;
    this.#repeatOrFail(queue, batch, error);
  }

  /** Nobody knows whether the leader has taken the batch. */
  #unanswered(queue: PartitionQueue, batch: ProducerBatch, error: KafkaException): void {
    batch.mayBeWritten = true;
    this.#repeatOrFail(queue, batch, error);
  }

  #repeatOrFail(queue: PartitionQueue, batch: ProducerBatch, error: KafkaException): void {
    if (isRetriable(error)) this.#repeat(queue, batch, error);
    else this.#failInTurn(queue, batch, error);
  }

  #repeat(queue: PartitionQueue, batch: ProducerBatch, error: KafkaException): void {
    if (batch.isSettled) this.#forget(queue, batch);
    else if (batch.attempts > this.#config.retries) this.#failInTurn(queue, batch, error);
    else this.#sendAgain(queue, batch);
  }

  #sendAgain(queue: PartitionQueue, batch: ProducerBatch): void {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#cluster.config;
    queue.repeat(batch, performance.now() + exponentialBackoff(retryBackoffMs, retryBackoffMaxMs, Math.max(0, batch.attempts - 1)));
  }

  /** Listeners hear of records in their order: while the fate of older ones is open, the batch is sent again, and refused again in its turn. */
  #failInTurn(queue: PartitionQueue, batch: ProducerBatch, error: KafkaException): void {
    if (batch.isSettled || queue.isOldest(batch)) this.#fail(queue, batch, error);
    else this.#sendAgain(queue, batch);
  }

  #split(queue: PartitionQueue, batch: ProducerBatch): boolean {
    const parts = batch.isSettled ? [] : batch.split(this.#config.compression);
    if (parts.length === 0) return false;
    for (const part of parts) part.accountedBytes = batch.accountedBytes / parts.length;
    queue.replace(batch, parts);
    this.#flushes.replaced(batch, parts);
    batch.release();
    return true;
  }

  #succeed(queue: PartitionQueue, batch: ProducerBatch, baseOffset: number, logAppendTime: number): void {
    queue.confirm(batch);
    if (!batch.isSettled) this.#settled(batch, batch.succeed(baseOffset, logAppendTime));
    this.#forget(queue, batch);
  }

  #fail(queue: PartitionQueue, batch: ProducerBatch, error: KafkaException): void {
    this.#giveUpBatch(queue, batch, error);
    this.#forget(queue, batch);
  }

  /** Its listeners hear that it failed. A batch that is on its way keeps its place and its bytes until the answer comes. */
  #giveUpBatch(queue: PartitionQueue, batch: ProducerBatch, error: KafkaException): void {
    if (batch.stamp !== null) queue.abandonEpoch();
    this.#settled(batch, batch.fail(error));
    if (!queue.inFlight.includes(batch)) this.#forget(queue, batch);
  }

  #settled(batch: ProducerBatch, thrown: Error | null): void {
    this.#listenerError ??= thrown;
    this.#memory.give(batch.accountedBytes);
    batch.accountedBytes = 0;
    this.#flushes.settled(batch);
  }

  #forget(queue: PartitionQueue, batch: ProducerBatch): void {
    queue.finish(batch);
    batch.release();
    if (queue.isEmpty) this.#active.delete(queue);
  }

  /** Gives up what is older than `delivery.timeout.ms`. */
  #expire(queue: PartitionQueue, now: number): void {
    const expiredBefore = now - this.#config.deliveryTimeoutMs;
    for (const batch of queue.oldestFirst()) {
      if (batch.isSettled) continue;
      if (batch.createdAt > expiredBefore) {
        this.#wakeAt(batch.createdAt + this.#config.deliveryTimeoutMs);
        return;
      }
      const waited = Math.round(now - batch.createdAt);
      const what = `Expiring ${batch.recordCount} record(s) for ${name(queue)}:${waited} ms has passed since batch creation`;
      this.#giveUpBatch(queue, batch, new TimeoutException(what));
    }
  }

  #failEverything(error: KafkaException): void {
    this.#directory.abandon(error);
    this.#tellRefused();
    for (const queue of Array.from(this.#active)) {
      for (const batch of queue.oldestFirst()) this.#giveUpBatch(queue, batch, error);
    }
  }
}
