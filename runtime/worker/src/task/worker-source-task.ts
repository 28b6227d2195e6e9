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
import type { Clock } from './clock.ts';
import type { ErrorHandling, Stage } from './error-handling.ts';
import { EventLoopTurn } from './event-loop-turn.ts';
import { checkedTimestamp } from './record-timestamp.ts';
import { headersToBytes, noHeaders, type RecordConverters } from './record-converters.ts';
import { SubmittedRecords, type SubmittedRecord } from './submitted-records.ts';
import { whilePaused, type TargetStateSwitch } from './target-state-switch.ts';
import { taskIdText, type TaskId } from './task-id.ts';
import type { TaskCounters } from './task-counters.ts';
import type { TaskMetrics, TaskServices } from './task-services.ts';
import type { TopicCreation } from './topic-creation.ts';
import { TopicTracking } from './topic-tracking.ts';
import type { TransformationChain } from './transformation-chain.ts';

/** Wait before records that the producer refused for the moment are offered again, as in Kafka Connect. */
const sendRetryMs = 100;
/** Longest pause after a poll that had nothing and did not wait itself. */
const maxIdlePauseMs = 32;

export interface WorkerSourceTaskParts {
  readonly id: TaskId;
  readonly task: SourceTask;
  readonly converters: RecordConverters;
  readonly chain: TransformationChain;
  readonly producer: Producer;
  /** Null when the worker or the connector leaves topic creation to the broker. */
  readonly topicCreation: TopicCreation | null;
  readonly errors: ErrorHandling;
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
  #stage: Stage = 'TRANSFORMATION';

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
    const startedAt = performance.now();
    let records: readonly SourceRecord[] | null;
    try {
      records = await task.poll(state.signal);
    } catch (error) {
      if (state.signal.aborted && isAbort(error)) return false;
      if (!(error instanceof RetriableException)) throw error;
      this.#parts.services.log('warn', `Task ${taskIdText(this.#parts.id)} failed to poll and will retry`, { error: error.message });
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
      const outgoing = this.#process(record);
      if (outgoing === null) {
        this.#drop(record);
        continue;
      }
      if (topicCreation !== null && !topicCreation.isKnown(outgoing.topic)) await topicCreation.ensure(outgoing.topic);
      const submitted = this.#submitted.submit(record);
      let hasRoom: boolean;
      try {
        hasRoom = producer.append(outgoing, this, submitted);
      } catch (error) {
        this.#submitted.withdraw(submitted);
        if (isRetriable(error)) return false;
        throw new ConnectException(`Unrecoverable exception trying to send from task ${taskIdText(this.#parts.id)}`, { cause: error });
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
    try {
      await this.#parts.producer.ready(this.#parts.state.signal);
      return true;
    } catch (error) {
      if (this.#parts.state.signal.aborted) return false;
      throw error;
    }
  }

  #drop(record: SourceRecord): void {
    this.#sendFrom += 1;
    this.#parts.counters.recordsDropped += 1;
    this.#parts.task.commitRecord?.(record, null);
  }

  /** Transforms and converts. Null when the record is dropped or its failure is tolerated. */
  #process(record: SourceRecord): ProducerRecord | null {
    const { chain, converters } = this.#parts;
    try {
      this.#stage = 'TRANSFORMATION';
      const transformed = chain.isEmpty ? record : chain.apply(record);
      if (transformed === null) return null;
      const { topic } = transformed;
      const headers = transformed.hasHeaders ? transformed.headers : undefined;
      this.#stage = 'HEADER_CONVERTER';
      const rawHeaders = headers === undefined ? noHeaders : headersToBytes(topic, headers, converters.header.converter);
      this.#stage = 'KEY_CONVERTER';
      const key = converters.key.converter.fromConnectData(topic, transformed.keySchema, transformed.key, headers);
      this.#stage = 'VALUE_CONVERTER';
      const value = converters.value.converter.fromConnectData(topic, transformed.valueSchema, transformed.value, headers);
      return {
        topic,
        partition: transformed.kafkaPartition,
        key,
        value,
        timestamp: checkedTimestamp(transformed.timestamp),
        headers: rawHeaders,
      };
    } catch (error) {
      if (error instanceof InvalidRecordException) throw error;
      this.#fail(record, error, this.#stage);
      return null;
    }
  }

  #fail(record: SourceRecord | null, error: unknown, stage: Stage): void {
    this.#parts.errors.handle({
      stage,
      executingClass: this.#executingClass(stage),
      error,
      describe: () =>
        `source partition ${JSON.stringify(record?.sourcePartition ?? null)}, source offset ${JSON.stringify(record?.sourceOffset ?? null)}`,
    });
  }

  #executingClass(stage: Stage): string {
    const { chain, converters, task } = this.#parts;
    switch (stage) {
      case 'TRANSFORMATION':
        return chain.currentClassName;
      case 'KEY_CONVERTER':
        return converters.key.className;
      case 'VALUE_CONVERTER':
        return converters.value.className;
      case 'HEADER_CONVERTER':
        return converters.header.className;
      default:
        return task.constructor.name;
    }
  }

  acknowledged(submitted: SubmittedRecord, metadata: RecordMetadata): void {
    this.#parts.counters.recordsOut += 1;
    this.#submitted.acknowledge(submitted);
    this.#topics.note(metadata.topic);
    if (submitted.record !== null) this.#parts.task.commitRecord?.(submitted.record, metadata);
  }

  failed(submitted: SubmittedRecord, error: Error): void {
    if (!this.#parts.errors.toleratesAll) {
      // Invariant 1: the record stays unacknowledged, so no offset at or after it is ever stored.
      this.#producerError ??= error;
      return;
    }
    this.#fail(submitted.record, error, 'KAFKA_PRODUCE');
    this.#parts.counters.recordsDropped += 1;
    this.#submitted.acknowledge(submitted);
    if (submitted.record !== null) this.#parts.task.commitRecord?.(submitted.record, null);
  }

  #failOnProducerError(): void {
    if (this.#producerError === null) return;
    throw new ConnectException(`Unrecoverable exception from producer send callback of task ${taskIdText(this.#parts.id)}`, {
      cause: this.#producerError,
    });
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
    const { counters } = this.#parts;
    const startedAt = performance.now();
    const offsets: [SourceMap, SourceMap | null][] = this.#submitted.takeCommittable();
    if (offsets.length > 0) {
      try {
        await withDeadline(this.#parts.services.writeOffsets(offsets), this.#parts.offsetFlushTimeoutMs, this.#parts.clock);
      } catch (error) {
        this.#submitted.giveBack(offsets);
        counters.commitFailures += 1;
        throw error;
      }
    }
    counters.committed(performance.now() - startedAt);
    await this.#parts.task.commit?.();
  }

  /** Waits a while for what is under way, then stores offsets a last time: also for a task that failed, since what is in Kafka is in Kafka. */
  async #finalCommit(): Promise<void> {
    const { producer, clock, offsetFlushTimeoutMs, state } = this.#parts;
    if (state.isCancelled) return;
    const flushed = new AbortController();
    await Promise.race([producer.flush(), clock.sleep(offsetFlushTimeoutMs, flushed.signal)]);
    // A timer that is left keeps the process alive.
    flushed.abort();
    if (!state.isCancelled) await this.#commitQuietly();
  }
}

function isRetriable(error: unknown): boolean {
  return error instanceof RetriableException || error instanceof KafkaRetriableException;
}

/** Whether an error only says that a signal fired. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

async function withDeadline(work: Promise<void>, timeoutMs: number, clock: Clock): Promise<void> {
  const finished = new AbortController();
  const timeout = clock.sleep(timeoutMs, finished.signal).then(() => {
    if (!finished.signal.aborted) throw new ConnectException(`Storing offsets took longer than offset.flush.timeout.ms=${timeoutMs}`);
  });
  try {
    await Promise.race([work, timeout]);
  } finally {
    finished.abort();
  }
}
