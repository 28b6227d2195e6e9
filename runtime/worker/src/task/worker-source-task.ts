import {
  ConnectException,
  InvalidRecordException,
  RetriableException,
  type RecordMetadata,
  type SourceMap,
  type SourceRecord,
  type SourceTask,
} from '@millrace/api';
import { KafkaRetriableException, type DeliveryListener, type Producer, type ProducerRecord } from '@millrace/kafka';
import { isAbort, settlesWithin } from './abort.ts';
import type { Clock } from './clock.ts';
import { messageOf } from './error-message.ts';
import { FailureContext, sourcePlace } from './errors/failure-context.ts';
import { recover } from './errors/recover.ts';
import type { RetryWithToleranceOperator } from './errors/retry-with-tolerance-operator.ts';
import { EventLoopTurn } from './event-loop-turn.ts';
import { checkedTimestamp } from './record-timestamp.ts';
import type { SourceConversion } from './source-conversion.ts';
import { SubmittedRecords, type SubmittedRecord } from './submitted-records.ts';
import { whilePaused, type TargetStateSwitch } from './target-state-switch.ts';
import { taskIdText, type TaskId } from './task-id.ts';
import type { TaskCounters } from './task-counters.ts';
import type { TaskMetrics, TaskServices } from './task-services.ts';
import type { TopicCreation } from './topic-creation.ts';
import { TopicTracking } from './topic-tracking.ts';
import { traceOf } from './trace.ts';

/** Wait before records that the producer refused for the moment are offered again, as in Kafka Connect. */
const sendRetryMs = 100;
/** Longest pause after a poll that had nothing and did not wait itself. */
const maxIdlePauseMs = 32;
/** Class under which a record that Kafka refused is reported. */
const workerSourceTaskClass = 'org.apache.kafka.connect.runtime.WorkerSourceTask';

export interface WorkerSourceTaskParts {
  readonly id: TaskId;
  readonly task: SourceTask;
  readonly conversion: SourceConversion;
  readonly producer: Producer;
  /** Null when the worker or the connector leaves topic creation to the broker. */
  readonly topicCreation: TopicCreation | null;
  readonly operator: RetryWithToleranceOperator;
  readonly counters: TaskCounters;
  readonly services: TaskServices;
  readonly state: TargetStateSwitch;
  readonly clock: Clock;
  readonly offsetFlushIntervalMs: number;
  readonly offsetFlushTimeoutMs: number;
}

/**
 * Runs a source task: poll, transform, convert, send, and store the offsets of what Kafka has acknowledged,
 * as `org.apache.kafka.connect.runtime.WorkerSourceTask`.
 */
export class WorkerSourceTask implements DeliveryListener<SubmittedRecord> {
  readonly #parts: WorkerSourceTaskParts;
  readonly #submitted: SubmittedRecords;
  readonly #turn = new EventLoopTurn();
  readonly #topics: TopicTracking;
  #toSend: readonly SourceRecord[] = [];
  #sendFrom = 0;
  #producerError: Error | null = null;
  #committing: Promise<void> | null = null;
  #idlePauseMs = 1;

  constructor(parts: WorkerSourceTaskParts) {
    this.#parts = parts;
    this.#topics = new TopicTracking(parts.services);
    this.#submitted = new SubmittedRecords(parts.task.commitRecord !== undefined);
  }

  /** Counts up to now, see {@link TaskCounters.take}. */
  takeMetrics(): TaskMetrics {
    const { counters } = this.#parts;
    counters.active = counters.recordsIn - counters.recordsOut - counters.recordsDropped;
    return counters.take();
  }

  /** Runs until the state switch says stop. @throws whatever ends the task early. */
  async run(): Promise<void> {
    const commitTimer = setInterval(() => void this.#commitQuietly(), this.#parts.offsetFlushIntervalMs);
    this.#parts.state.cancelSignal.addEventListener('abort', () => clearInterval(commitTimer), { once: true });
    try {
      await this.#loop();
    } finally {
      clearInterval(commitTimer);
      await this.#finalCommit();
    }
  }

  async #loop(): Promise<void> {
    const { state } = this.#parts;
    while (!state.isStopping) {
      if (state.isPaused) {
        await whilePaused(state, this.#parts.services);
        continue;
      }
      if (this.#sendFrom === this.#toSend.length && !(await this.#poll())) continue;
      this.#failOnProducerError();
      const complete = await this.#send();
      if (!complete) await this.#parts.clock.sleep(sendRetryMs, state.signal);
      await this.#turn.yieldIfDue();
    }
  }

  /** Fetches the next batch. @returns false if there is none. */
  async #poll(): Promise<boolean> {
    this.#failOnProducerError();
    const { task, state } = this.#parts;
    const { signal } = state;
    const startedAt = performance.now();
    let records: readonly SourceRecord[] | null;
    try {
      records = await task.poll(signal);
    } catch (error) {
      if (signal.aborted && isAbort(error)) return false;
      if (!isRetriable(error)) throw error;
      this.#parts.services.log('warn', `Task ${taskIdText(this.#parts.id)} failed to poll and will retry`, { error: messageOf(error) });
      records = null;
    }
    if (records === null || records === undefined || records.length === 0) {
      await this.#idle(performance.now() - startedAt);
      return false;
    }
    this.#idlePauseMs = 1;
    this.#parts.counters.recordsIn += records.length;
    this.#parts.counters.transferred(records.length, performance.now() - startedAt);
    this.#toSend = records;
    this.#sendFrom = 0;
    return true;
  }

  /** A task that returns nothing at once must not turn its loop into a busy one. */
  async #idle(polledMs: number): Promise<void> {
    if (polledMs >= this.#idlePauseMs) {
      await this.#turn.yield();
      return;
    }
    await this.#parts.clock.sleep(this.#idlePauseMs, this.#parts.state.signal);
    this.#idlePauseMs = Math.min(this.#idlePauseMs * 2, maxIdlePauseMs);
  }

  /** Sends what is left of the batch. @returns false if the producer refused a record for the moment. */
  async #send(): Promise<boolean> {
    const { producer, topicCreation, state } = this.#parts;
    const records = this.#toSend;
    while (this.#sendFrom < records.length) {
      const record = records[this.#sendFrom] as SourceRecord;
      const converted = this.#convert(record);
      const outgoing = converted instanceof Promise ? await converted : converted;
      if (outgoing === null) {
        this.#drop(record);
        continue;
      }
      if (topicCreation !== null && !topicCreation.isKnown(outgoing.topic) && !(await this.#ensureTopic(topicCreation, outgoing.topic))) {
        return false;
      }
      const submitted = this.#submitted.submit(record);
      let hasRoom: boolean;
      try {
        hasRoom = producer.append(outgoing, this, submitted);
      } catch (error) {
        this.#submitted.withdraw(submitted);
        if (isRetriable(error)) return false;
        throw this.#unsendable(record, error);
      }
      this.#sendFrom += 1;
      if (!hasRoom && !(await this.#waitForRoom())) return true;
      const turn = this.#sendFrom % 512 === 0 ? this.#turn.yieldIfDue() : null;
      if (turn !== null) await turn;
      if (state.isStopping) return true;
    }
    this.#toSend = [];
    this.#sendFrom = 0;
    return true;
  }

  /** @returns false if the task is to stop or to pause first; what is left of the batch stays. */
  async #waitForRoom(): Promise<boolean> {
    const { signal } = this.#parts.state;
    try {
      await this.#parts.producer.ready(signal);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  }

  /** @returns false if the topic cannot be created for the moment. @throws ConnectException if it cannot be at all */
  async #ensureTopic(topicCreation: TopicCreation, topic: string): Promise<boolean> {
    try {
      await topicCreation.ensure(topic);
      return true;
    } catch (error) {
      if (!isRetriable(error)) throw error;
      this.#parts.services.log('warn', `Task ${taskIdText(this.#parts.id)} could not create topic ${topic} and will retry`, {
        error: messageOf(error),
      });
      return false;
    }
  }

  #drop(record: SourceRecord): void {
    this.#sendFrom += 1;
    this.#parts.counters.recordsDropped += 1;
    this.#tellTask(record, null);
  }

  /** Transforms and converts; a promise only if that failed at first. Null when the record is dropped or its failure is tolerated. */
  #convert(record: SourceRecord): ProducerRecord | null | Promise<ProducerRecord | null> {
    let outgoing: ProducerRecord | null;
    try {
      outgoing = this.#parts.conversion.convert(record);
    } catch (error) {
      return this.#recover(record, error);
    }
    return outgoing === null ? null : this.#withCheckedTimestamp(record, outgoing);
  }

  async #recover(record: SourceRecord, error: unknown): Promise<ProducerRecord | null> {
    const { conversion, operator } = this.#parts;
    const context = FailureContext.ofSource(record, conversion.stage, conversion.executingClass);
    const outgoing = await recover(conversion, context, operator, error);
    return outgoing === null ? null : this.#withCheckedTimestamp(record, outgoing);
  }

  /** @throws InvalidRecordException whatever the tolerance, as in Kafka Connect: the task is to blame, and not what it read */
  #withCheckedTimestamp(record: SourceRecord, outgoing: ProducerRecord): ProducerRecord {
    if (outgoing.timestamp === null || outgoing.timestamp >= 0) return outgoing;
    try {
      return { ...outgoing, timestamp: checkedTimestamp(outgoing.timestamp) };
    } catch (error) {
      throw new InvalidRecordException(`${messageOf(error)} from task ${taskIdText(this.#parts.id)}, ${sourcePlace(record)}`, {
        cause: error,
      });
    }
  }

  #unsendable(record: SourceRecord, error: unknown): ConnectException {
    const message = `Unrecoverable exception trying to send from task ${taskIdText(this.#parts.id)}, ${sourcePlace(record)}: ${messageOf(error)}`;
    return new ConnectException(message, { cause: error });
  }

  /** What the task throws here concerns it alone, as in Kafka Connect. */
  #tellTask(record: SourceRecord, metadata: RecordMetadata | null): void {
    try {
      this.#parts.task.commitRecord?.(record, metadata);
    } catch (error) {
      this.#parts.services.log(
        'error',
        `commitRecord of task ${taskIdText(this.#parts.id)} failed, ${sourcePlace(record)}: ${messageOf(error)}`,
        {
          error: traceOf(error),
        },
      );
    }
  }

  acknowledged(submitted: SubmittedRecord, metadata: RecordMetadata): void {
    this.#parts.counters.recordsOut += 1;
    this.#submitted.acknowledge(submitted);
    this.#topics.note(metadata.topic);
    if (submitted.record !== null) this.#tellTask(submitted.record, metadata);
  }

  failed(submitted: SubmittedRecord, error: Error): void {
    const { operator, counters, id, state } = this.#parts;
    const origin = { sourcePartition: submitted.queue.sourcePartition, sourceOffset: submitted.sourceOffset };
    // A record that is given up because its task stops is read again; it must not count as dealt with.
    if (!operator.toleratesAll || state.isStopping) {
      // Invariant 1: the record stays unacknowledged, so no offset at or after it is ever stored.
      this.#producerError ??= new ConnectException(
        `Unrecoverable exception from producer send callback of task ${taskIdText(id)}, ${sourcePlace(origin)}: ${error.message}`,
        { cause: error },
      );
      // A poll may wait for data for hours; until then nobody would know.
      state.interrupt();
      return;
    }
    operator.pendingReports.add(operator.executeFailed(FailureContext.ofSource(origin, 'KAFKA_PRODUCE', workerSourceTaskClass), error));
    counters.recordsDropped += 1;
    this.#submitted.acknowledge(submitted);
    if (submitted.record !== null) this.#tellTask(submitted.record, null);
  }

  #failOnProducerError(): void {
    if (this.#producerError !== null) throw this.#producerError;
  }

  async #commitQuietly(): Promise<void> {
    try {
      await this.commitOffsets();
    } catch (error) {
      this.#parts.services.log('error', `Storing offsets of task ${taskIdText(this.#parts.id)} failed and will be tried again`, {
        error: (error as Error).message,
      });
    }
  }

  /** Stores the offsets of everything that Kafka has acknowledged. One store at a time. @throws what the store throws. */
  async commitOffsets(): Promise<void> {
    while (this.#committing !== null) await this.#committing.catch(() => undefined);
    this.#committing = this.#commit();
    try {
      await this.#committing;
    } finally {
      this.#committing = null;
    }
  }

  async #commit(): Promise<void> {
    const { counters, services, state, clock, offsetFlushTimeoutMs } = this.#parts;
    if (state.isCancelled) return;
    if (!state.isStopping) this.#topics.repeat();
    const startedAt = performance.now();
    const offsets: [SourceMap, SourceMap | null][] = this.#submitted.takeCommittable();
    if (offsets.length > 0) {
      try {
        if (!(await settlesWithin(services.writeOffsets(offsets), offsetFlushTimeoutMs, clock))) {
          throw new ConnectException(`Storing offsets took longer than offset.flush.timeout.ms=${offsetFlushTimeoutMs}`);
        }
      } catch (error) {
        this.#submitted.giveBack(offsets);
        counters.commitFailures += 1;
        throw error;
      }
    }
    counters.committed(performance.now() - startedAt);
    await this.#tellTaskOfCommit();
  }

  async #tellTaskOfCommit(): Promise<void> {
    const { task, services, id } = this.#parts;
    try {
      await task.commit?.();
    } catch (error) {
      services.log('error', `commit of task ${taskIdText(id)} failed after its offsets were stored: ${messageOf(error)}`, {
        error: traceOf(error),
      });
    }
  }

  /** Waits a while for what is under way, then stores offsets a last time: also for a task that failed, since what is in Kafka is in Kafka. */
  async #finalCommit(): Promise<void> {
    const { producer, clock, offsetFlushTimeoutMs, state, services, id } = this.#parts;
    if (state.isCancelled) return;
    try {
      await settlesWithin(producer.flush(), offsetFlushTimeoutMs, clock);
    } catch (error) {
      services.log('error', `Flushing the producer of task ${taskIdText(id)} failed`, { error: messageOf(error) });
    }
    if (!state.isCancelled) await this.#commitQuietly();
  }
}

function isRetriable(error: unknown): boolean {
  return error instanceof RetriableException || error instanceof KafkaRetriableException;
}
