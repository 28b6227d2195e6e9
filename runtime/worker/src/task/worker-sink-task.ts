import { ConnectException, NullPointerException, RetriableException, TopicPartition, type SinkRecord, type SinkTask } from '@millrace/api';
import {
  RebalanceInProgressException,
  TimeoutException,
  type ConsumedRecord,
  type Consumer,
  type Offsets,
  type RebalanceListener,
} from '@millrace/kafka';
import { isAbort, settlesWithin, untilAborted } from './abort.ts';
import type { Clock } from './clock.ts';
import { messageOf } from './error-message.ts';
import { FailureContext } from './errors/failure-context.ts';
import { recover } from './errors/recover.ts';
import type { RetryWithToleranceOperator } from './errors/retry-with-tolerance-operator.ts';
import type { WorkerErrantRecordReporter } from './errors/worker-errant-record-reporter.ts';
import { EventLoopTurn } from './event-loop-turn.ts';
import type { SinkConversion } from './sink-conversion.ts';
import { SinkOffsetTracking } from './sink-offsets.ts';
import type { TargetStateSwitch } from './target-state-switch.ts';
import { taskIdText, type TaskId } from './task-id.ts';
import type { TaskCounters } from './task-counters.ts';
import type { TaskMetrics, TaskServices } from './task-services.ts';
import { TopicTracking } from './topic-tracking.ts';
import type { WorkerSinkTaskContext } from './worker-sink-task-context.ts';

/** Back-off, in milliseconds, of a batch that the task could not take, unless it asked for a timeout of its own. */
const minRedeliveryMs = 100;
const maxRedeliveryMs = 10_000;
/** When, in milliseconds, a commit is tried again that came between two generations of the group. */
const rebalanceRetryMs = 1000;

export interface WorkerSinkTaskParts {
  readonly id: TaskId;
  readonly task: SinkTask;
  readonly context: WorkerSinkTaskContext;
  readonly conversion: SinkConversion;
  readonly operator: RetryWithToleranceOperator;
  /** Null when the connector has no place for such reports. */
  readonly errantRecords: WorkerErrantRecordReporter | null;
  readonly counters: TaskCounters;
  readonly services: TaskServices;
  readonly state: TargetStateSwitch;
  readonly clock: Clock;
  readonly offsetFlushIntervalMs: number;
  readonly offsetFlushTimeoutMs: number;
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
  /** What the consumer was told last: deliveries are held while this holds. */
  #paused = false;

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
      if (records.length > 0) await this.#convert(records);
      await this.#deliver();
      await this.#turn.yieldIfDue();
    }
  }

  async #iterate(consumer: Consumer): Promise<void> {
    const { state, context, clock } = this.#parts;
    if (state.isPaused !== this.#paused) this.#followTargetState();
    if (context.takeCommitRequest() || clock.now() >= this.#nextCommitAt) await this.#commit(consumer, consumer.assignment(), false);
    this.#rewind(consumer);
    const untilCommit = Math.max(0, this.#nextCommitAt - clock.now());
    const records = await consumer.poll(Math.min(untilCommit, this.#waitMs()));
    if (records.length > 0) await this.#convert(records);
    if (state.isStopping) return;
    await this.#deliver();
  }

  /** Longest wait for records: what the task asked for, else the back-off of a batch that it could not take. */
  #waitMs(): number {
    const asked = this.#parts.context.takeTimeout();
    if (asked !== null) return asked;
    return this.#redelivering ? this.#redeliveryMs : Number.POSITIVE_INFINITY;
  }

  /** A pause stops deliveries, but not the loop: a paused task keeps its partitions, its empty `put` calls and its commits. */
  #followTargetState(): void {
    const { context, services, state } = this.#parts;
    this.#paused = state.isPaused;
    if (this.#paused) {
      context.holdDeliveries();
      context.requestCommit();
    } else if (!this.#redelivering) context.releaseDeliveries();
    services.status({ state: this.#paused ? 'PAUSED' : 'RUNNING' });
  }

  #rewind(consumer: Consumer): void {
    for (const [partition, offset] of this.#parts.context.takeRewinds()) {
      if (offset === null || offset === undefined) {
        this.#parts.services.log('warn', `Cannot rewind ${partition} to a null offset`, {});
        continue;
      }
      consumer.seek(partition, offset);
      this.#offsets.rewound(partition, offset);
      // A batch that waits for redelivery must not move the position ahead again.
      this.#batchOffsets.delete(partition);
    }
  }

  /** Invariant 1: positions move on only behind a record that is converted, dropped, or reported as failed. */
  async #convert(records: readonly ConsumedRecord[]): Promise<void> {
    const { conversion, counters } = this.#parts;
    counters.recordsIn += records.length;
    let last: ConsumedRecord | null = null;
    for (const record of records) {
      if (last !== null && (last.partition !== record.partition || last.topic !== record.topic)) this.#noteConsumed(last);
      last = record;
      let converted: SinkRecord | null;
      try {
        converted = conversion.convert(record);
      } catch (error) {
        converted = await this.#recover(record, error);
      }
      if (converted === null) counters.recordsDropped += 1;
      else this.#batch.push(converted);
    }
    if (last !== null) this.#noteConsumed(last);
  }

  /** Dropped records count too: their offsets move on with the batch. */
  #noteConsumed({ topic, partition, offset }: ConsumedRecord): void {
    this.#topics.note(topic);
    this.#batchOffsets.set(TopicPartition.of(topic, partition), offset + 1);
  }

  #recover(record: ConsumedRecord, error: unknown): Promise<SinkRecord | null> {
    const { conversion, operator } = this.#parts;
    const context = FailureContext.ofConsumed(record, conversion.stage, conversion.executingClass);
    return recover(conversion, context, operator, error);
  }

  async #deliver(): Promise<void> {
    const { task, context, state, services, id, counters, errantRecords } = this.#parts;
    const batch = this.#batch;
    const startedAt = performance.now();
    try {
      await task.put(batch, state.stopSignal);
    } catch (error) {
      if (state.stopSignal.aborted && isAbort(error)) return;
      if (!(error instanceof RetriableException)) throw this.#unrecoverable(batch, error);
      services.log('warn', `Task ${taskIdText(id)} could not put ${batch.length} records and will retry`, { error: error.message });
      this.#redeliveryMs = this.#redelivering ? Math.min(this.#redeliveryMs * 2, maxRedeliveryMs) : minRedeliveryMs;
      if (!this.#redelivering) context.holdDeliveries();
      this.#redelivering = true;
      return;
    }
    if (batch.length > 0) counters.transferred(batch.length, performance.now() - startedAt);
    errantRecords?.throwIfRefused();
    counters.recordsOut += batch.length;
    this.#offsets.delivered(this.#batchOffsets);
    this.#batch = [];
    this.#batchOffsets = new Map();
    if (this.#redelivering) {
      this.#redelivering = false;
      if (!state.isPaused) context.releaseDeliveries();
    }
  }

  #unrecoverable(batch: readonly SinkRecord[], error: unknown): ConnectException {
    const [first] = batch;
    const where =
      first === undefined
        ? ''
        : ` while it put ${batch.length} records from topic ${first.originalTopic}, partition ${first.originalKafkaPartition}, offset ${first.originalKafkaOffset} on`;
    const message = `Exiting WorkerSinkTask ${taskIdText(this.#parts.id)} due to unrecoverable exception${where}: ${messageOf(error)}`;
    return new ConnectException(message, { cause: error });
  }

  /** Commits what the task allows. @param closing whether the partitions are about to go: a failure is then only logged */
  async #commit(consumer: Consumer, partitions: readonly TopicPartition[], closing: boolean): Promise<void> {
    const { services, clock, id, offsetFlushIntervalMs, counters, state } = this.#parts;
    const startedAt = performance.now();
    this.#nextCommitAt = clock.now() + offsetFlushIntervalMs;
    if (!closing) this.#topics.repeat();
    const current = this.#offsets.current(partitions);
    if (current.size === 0 || !(await this.#reportsAreSafe(closing))) return;
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
    const offsets = this.#committable(allowed, current);
    if (offsets.size === 0 || state.isCancelled) return;
    counters.commitSequence += 1;
    try {
      await this.#commitInTime(consumer, offsets, closing);
      this.#offsets.committed(offsets);
      counters.committed(performance.now() - startedAt);
    } catch (error) {
      this.#commitFailed(error, closing);
    }
  }

  #commitFailed(error: unknown, closing: boolean): void {
    const { counters, services, clock, id } = this.#parts;
    if (!closing && error instanceof RebalanceInProgressException) {
      // The partitions are kept, and the next generation takes the commit.
      this.#nextCommitAt = Math.min(this.#nextCommitAt, clock.now() + rebalanceRetryMs);
      services.log('debug', `Task ${taskIdText(id)} commits its offsets after the rebalance of its group`, {});
      return;
    }
    counters.commitFailures += 1;
    services.log('error', `Committing offsets of task ${taskIdText(id)} failed${closing ? '' : ' and will be tried again'}`, {
      error: messageOf(error),
    });
  }

  /**
   * Invariant 1: records that failed are in the dead letter queue before their offsets are committed.
   * @returns false if they are not and nobody is left to fail for it
   */
  async #reportsAreSafe(closing: boolean): Promise<boolean> {
    const { operator, services, id } = this.#parts;
    try {
      await operator.pendingReports.settled();
      return true;
    } catch (error) {
      const message = `Offsets of task ${taskIdText(id)} are not committed, because a failed record could not be reported: ${messageOf(error)}`;
      if (!closing) throw new ConnectException(message, { cause: error });
      services.log('error', message, {});
      return false;
    }
  }

  #committable(allowed: ReadonlyMap<TopicPartition, number> | null | undefined, current: ReadonlyMap<TopicPartition, number>): Offsets {
    const { task, services, id } = this.#parts;
    if (allowed === null || allowed === undefined) {
      throw new NullPointerException(`preCommit of ${task.constructor.name} returned null; return an empty map to commit nothing`);
    }
    return this.#offsets.committable(allowed, current, (partition, offset) =>
      services.log('warn', `Task ${taskIdText(id)} asked to commit ${partition} at ${offset}, which was not delivered to it; ignored`, {}),
    );
  }

  /** A commit that outlives its time counts as failed, and its outcome as that of no commit: the next one repeats its offsets. */
  async #commitInTime(consumer: Consumer, offsets: Offsets, closing: boolean): Promise<void> {
    const commit = consumer.commit(offsets);
    if (closing) return commit;
    const { clock, offsetFlushTimeoutMs, counters } = this.#parts;
    const inTime = await settlesWithin(commit, offsetFlushTimeoutMs, clock);
    if (inTime) return;
    commit.then(
      () => void (counters.commitSkips += 1),
      () => void (counters.commitSkips += 1),
    );
    throw new TimeoutException(`No answer within offset.flush.timeout.ms=${offsetFlushTimeoutMs}`);
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

  assigned(partitions: readonly TopicPartition[]): Promise<void> {
    return this.#unlessCancelled(async () => {
      const consumer = this.#consumer as Consumer;
      for (const partition of partitions) this.#offsets.assigned(partition, consumer.position(partition));
      this.#parts.context.assigned(partitions);
      await this.#parts.task.open?.(partitions);
      this.#rewind(consumer);
    });
  }

  revoked(partitions: readonly TopicPartition[]): Promise<void> {
    return this.#unlessCancelled(async () => {
      try {
        await this.#commit(this.#consumer as Consumer, partitions, true);
      } finally {
        await this.#close(partitions);
      }
    });
  }

  lost(partitions: readonly TopicPartition[]): Promise<void> {
    return this.#unlessCancelled(async () => {
      this.#parts.operator.pendingReports.forget();
      await this.#close(partitions);
    });
  }

  /** A task that was cut off must not keep its consumer in the group: the partitions would stay with it until its session ends. */
  async #unlessCancelled(work: () => Promise<void>): Promise<void> {
    const { cancelSignal } = this.#parts.state;
    if (cancelSignal.aborted) return;
    await untilAborted(work(), cancelSignal);
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
