import {
  ConnectException,
  NullPointerException,
  RetriableException,
  SinkRecord,
  TopicPartition,
  type ConnectHeaders,
  type SinkTask,
} from '@millrace/api';
import type { ConsumedRecord, Consumer, RebalanceListener } from '@millrace/kafka';
import type { Clock } from './clock.ts';
import { messageOf, type ErrorHandling, type Stage } from './error-handling.ts';
import { EventLoopTurn } from './event-loop-turn.ts';
import { headersFromBytes, type RecordConverters } from './record-converters.ts';
import { SinkOffsetTracking } from './sink-offsets.ts';
import type { TargetStateSwitch } from './target-state-switch.ts';
import { taskIdText, type TaskId } from './task-id.ts';
import type { TaskCounters } from './task-counters.ts';
import type { TaskMetrics, TaskServices } from './task-services.ts';
import { TopicTracking } from './topic-tracking.ts';
import type { TransformationChain } from './transformation-chain.ts';
import type { WorkerSinkTaskContext } from './worker-sink-task-context.ts';

/** Back-off, in milliseconds, of a batch that the task could not take, unless it asked for a timeout of its own. */
const minRedeliveryMs = 100;
const maxRedeliveryMs = 10_000;

export interface WorkerSinkTaskParts {
  readonly id: TaskId;
  readonly task: SinkTask;
  readonly context: WorkerSinkTaskContext;
  readonly converters: RecordConverters;
  readonly chain: TransformationChain;
  readonly errors: ErrorHandling;
  readonly counters: TaskCounters;
  readonly services: TaskServices;
  readonly state: TargetStateSwitch;
  readonly clock: Clock;
  readonly offsetFlushIntervalMs: number;
}

/**
 * Runs a sink task: consume, convert, transform, put, and commit what the task allows,
 * as `org.apache.kafka.connect.runtime.WorkerSinkTask`.
 */
export class WorkerSinkTask implements RebalanceListener {
  readonly #parts: WorkerSinkTaskParts;
  readonly #offsets = new SinkOffsetTracking();
  readonly #turn = new EventLoopTurn();
  readonly #topics: TopicTracking;
  #consumer: Consumer | null = null;
  /** Records that `put` refused for the moment; delivered again before any other. */
  #batch: SinkRecord[] = [];
  /** Positions behind everything that was consumed for the batch, dropped records included. */
  #batchOffsets = new Map<TopicPartition, number>();
  #redelivering = false;
  #redeliveryMs = minRedeliveryMs;
  #nextCommitAt: number;
  #stage: Stage = 'KEY_CONVERTER';

  constructor(parts: WorkerSinkTaskParts) {
    this.#parts = parts;
    this.#topics = new TopicTracking(parts.services);
    this.#nextCommitAt = parts.clock.now() + parts.offsetFlushIntervalMs;
  }

  /** Counts up to now, see {@link TaskCounters.take}. */
  takeMetrics(): TaskMetrics {
    const { counters } = this.#parts;
    counters.partitions = this.#offsets.partitionCount;
    counters.active = this.#offsets.uncommitted(this.#batchOffsets);
    return counters.take();
  }

  /**
   * Runs on this consumer, whose rebalance listener is this object, until the state switch says stop. Closing the consumer afterwards, also after
   * a failure, revokes the partitions and so commits what was put.
   * @throws whatever ends the task early.
   */
  async run(consumer: Consumer): Promise<void> {
    this.#consumer = consumer;
    const { state } = this.#parts;
    state.onChange(() => consumer.wakeup());
    while (!state.isStopping) {
      await this.#iterate(consumer);
      await this.#turn.yieldIfDue();
    }
    if (state.isDraining && !state.isPaused) await this.#drain(consumer);
  }

  /** Takes what is in the topics now. The host's timeout ends it if that is too much. */
  async #drain(consumer: Consumer): Promise<void> {
    // The wakeup that ended the loop may still be owed to one poll, which then has nothing.
    for (let emptyPolls = 0; emptyPolls < 2 && !this.#redelivering && !this.#parts.state.isCancelled; ) {
      const records = await consumer.poll(0);
      emptyPolls = records.length === 0 ? emptyPolls + 1 : 0;
      if (records.length > 0) this.#convert(records);
      await this.#deliver();
      await this.#turn.yieldIfDue();
    }
  }

  async #iterate(consumer: Consumer): Promise<void> {
    const { state, context, clock } = this.#parts;
    if (state.isPaused) await this.#enterPause(consumer);
    if (state.isStopping) return;
    if (context.takeCommitRequest() || clock.now() >= this.#nextCommitAt) await this.#commit(consumer, consumer.assignment(), false);
    this.#rewind(consumer);
    const untilCommit = Math.max(0, this.#nextCommitAt - clock.now());
    const records = await consumer.poll(Math.min(untilCommit, this.#waitMs()));
    if (records.length > 0) this.#convert(records);
    if (state.isStopping) return;
    await this.#deliver();
  }

  /** Longest wait for records: what the task asked for, else the back-off of a batch that it could not take. */
  #waitMs(): number {
    const asked = this.#parts.context.takeTimeout();
    if (asked !== null) return asked;
    return this.#redelivering ? this.#redeliveryMs : Number.POSITIVE_INFINITY;
  }

  /** Deliveries stop, but the loop goes on: a paused task keeps its partitions and its empty `put` calls. */
  async #enterPause(consumer: Consumer): Promise<void> {
    const { context, services, state } = this.#parts;
    context.holdDeliveries();
    services.status({ state: 'PAUSED' });
    await this.#commit(consumer, consumer.assignment(), false);
    while (state.isPaused && !state.isStopping) {
      this.#rewind(consumer);
      await consumer.poll(this.#parts.offsetFlushIntervalMs);
      if (state.isPaused && !state.isStopping) await this.#deliver();
    }
    if (state.isStopping) return;
    if (!this.#redelivering) context.releaseDeliveries();
    services.status({ state: 'RUNNING' });
  }

  #rewind(consumer: Consumer): void {
    for (const [partition, offset] of this.#parts.context.takeRewinds()) {
      if (offset === null || offset === undefined) {
        this.#parts.services.log('warn', `Cannot rewind ${partition} to a null offset`, {});
        continue;
      }
      consumer.seek(partition, offset);
      this.#offsets.rewound(partition, offset);
    }
  }

  #convert(records: readonly ConsumedRecord[]): void {
    this.#parts.counters.recordsIn += records.length;
    let last: ConsumedRecord | null = null;
    for (const record of records) {
      if (last !== null && (last.partition !== record.partition || last.topic !== record.topic)) this.#noteConsumed(last);
      last = record;
      const converted = this.#process(record);
      if (converted === null) this.#parts.counters.recordsDropped += 1;
      else this.#batch.push(converted);
    }
    if (last !== null) this.#noteConsumed(last);
  }

  /** Dropped records count too: their offsets move on with the batch. */
  #noteConsumed({ topic, partition, offset }: ConsumedRecord): void {
    this.#topics.note(topic);
    this.#batchOffsets.set(TopicPartition.of(topic, partition), offset + 1);
  }

  /** Null when the record is dropped or its failure is tolerated. */
  #process(record: ConsumedRecord): SinkRecord | null {
    const { converters, chain } = this.#parts;
    const { topic } = record;
    try {
      this.#stage = 'KEY_CONVERTER';
      const key = converters.key.converter.toConnectData(topic, record.key, record.headers);
      this.#stage = 'VALUE_CONVERTER';
      const value = converters.value.converter.toConnectData(topic, record.value, record.headers);
      this.#stage = 'HEADER_CONVERTER';
      const headers: ConnectHeaders | null = headersFromBytes(topic, record.headers, converters.header.converter);
      this.#stage = 'TRANSFORMATION';
      const converted = new SinkRecord({
        topic,
        kafkaPartition: record.partition,
        keyAndSchema: key,
        valueAndSchema: value,
        kafkaOffset: record.offset,
        timestamp: record.timestamp === -1 ? null : record.timestamp,
        timestampType: record.timestampType,
        headers,
      });
      return chain.isEmpty ? converted : chain.apply(converted);
    } catch (error) {
      this.#parts.errors.handle({
        stage: this.#stage,
        executingClass: this.#executingClass(),
        error,
        describe: () => `topic ${topic}, partition ${record.partition}, offset ${record.offset}`,
      });
      return null;
    }
  }

  #executingClass(): string {
    const { chain, converters } = this.#parts;
    if (this.#stage === 'TRANSFORMATION') return chain.currentClassName;
    if (this.#stage === 'KEY_CONVERTER') return converters.key.className;
    return this.#stage === 'VALUE_CONVERTER' ? converters.value.className : converters.header.className;
  }

  async #deliver(): Promise<void> {
    const { task, context, state, services, id, counters } = this.#parts;
    const batch = this.#batch;
    const startedAt = performance.now();
    try {
      await task.put(batch, state.signal);
      if (batch.length > 0) counters.transferred(batch.length, performance.now() - startedAt);
    } catch (error) {
      if (!(error instanceof RetriableException)) {
        throw new ConnectException(`Exiting WorkerSinkTask ${taskIdText(id)} due to unrecoverable exception: ${messageOf(error)}`, {
          cause: error,
        });
      }
      services.log('warn', `Task ${taskIdText(id)} could not put ${batch.length} records and will retry`, { error: error.message });
      this.#redeliveryMs = this.#redelivering ? Math.min(this.#redeliveryMs * 2, maxRedeliveryMs) : minRedeliveryMs;
      if (!this.#redelivering) context.holdDeliveries();
      this.#redelivering = true;
      return;
    }
    this.#parts.counters.recordsOut += batch.length;
    this.#offsets.delivered(this.#batchOffsets);
    this.#batch = [];
    this.#batchOffsets = new Map();
    if (this.#redelivering) {
      this.#redelivering = false;
      if (!state.isPaused) context.releaseDeliveries();
    }
  }

  /** Commits what the task allows. @param closing whether the partitions are about to go: a failure is then only logged */
  async #commit(consumer: Consumer, partitions: readonly TopicPartition[], closing: boolean): Promise<void> {
    const { task, services, clock, id, offsetFlushIntervalMs, counters } = this.#parts;
    const startedAt = performance.now();
    this.#nextCommitAt = clock.now() + offsetFlushIntervalMs;
    const current = this.#offsets.current(partitions);
    if (current.size === 0) return;
    let allowed: ReadonlyMap<TopicPartition, number>;
    try {
      allowed = await this.#preCommit(current);
    } catch (error) {
      counters.commitFailures += 1;
      services.log('error', `Task ${taskIdText(id)} failed to flush before a commit${closing ? '' : '; its partitions are read again'}`, {
        error: messageOf(error),
      });
      if (!closing) this.#seekToCommitted(consumer);
      return;
    }
    if (allowed === null || allowed === undefined) {
      throw new NullPointerException(`preCommit of ${task.constructor.name} returned null; return an empty map to commit nothing`);
    }
    const offsets = this.#offsets.committable(allowed, current, (partition, offset) =>
      services.log('warn', `Task ${taskIdText(id)} asked to commit ${partition} at ${offset}, which was not delivered to it; ignored`, {}),
    );
    if (offsets.size === 0) return;
    counters.commitSequence += 1;
    try {
      await consumer.commit(offsets);
      this.#offsets.committed(offsets);
      counters.committed(performance.now() - startedAt);
    } catch (error) {
      counters.commitFailures += 1;
      services.log('error', `Committing offsets of task ${taskIdText(id)} failed and will be tried again`, { error: messageOf(error) });
    }
  }

  async #preCommit(current: ReadonlyMap<TopicPartition, number>): Promise<ReadonlyMap<TopicPartition, number>> {
    const { task } = this.#parts;
    if (task.preCommit !== undefined) return task.preCommit(current);
    await task.flush?.(current);
    return current;
  }

  /** Invariant 1: what could not be flushed is delivered again. */
  #seekToCommitted(consumer: Consumer): void {
    this.#batch = [];
    this.#batchOffsets = new Map();
    for (const [partition, offset] of this.#offsets.resetToCommitted()) consumer.seek(partition, offset);
    if (this.#redelivering) {
      this.#redelivering = false;
      if (!this.#parts.state.isPaused) this.#parts.context.releaseDeliveries();
    }
  }

  async assigned(partitions: readonly TopicPartition[]): Promise<void> {
    const consumer = this.#consumer as Consumer;
    for (const partition of partitions) this.#offsets.assigned(partition, consumer.position(partition));
    this.#parts.context.assigned(partitions);
    await this.#parts.task.open?.(partitions);
    this.#rewind(consumer);
  }

  async revoked(partitions: readonly TopicPartition[]): Promise<void> {
    if (this.#parts.state.isCancelled) return;
    await this.#commit(this.#consumer as Consumer, partitions, true);
    await this.#close(partitions);
  }

  async lost(partitions: readonly TopicPartition[]): Promise<void> {
    await this.#close(partitions);
  }

  async #close(partitions: readonly TopicPartition[]): Promise<void> {
    const gone = new Set(partitions);
    this.#batch = this.#batch.filter((record) => !gone.has(TopicPartition.of(record.originalTopic, record.originalKafkaPartition)));
    for (const partition of partitions) {
      this.#batchOffsets.delete(partition);
      this.#offsets.forget(partition);
      this.#parts.context.forget(partition);
    }
    if (partitions.length > 0) await this.#parts.task.close?.(partitions);
  }
}
