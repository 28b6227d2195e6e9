import type { SinkRecord } from '../record/sink-record.ts';
import type { TopicPartition } from '../record/topic-partition.ts';
import type { Properties } from './configurable.ts';
import type { Logger } from './logger.ts';

/** Next offset to read by topic partition. Topic partitions are interned, so `get(TopicPartition.of(topic, n))` finds its entry. */
export type SinkOffsets = ReadonlyMap<TopicPartition, number>;

/** Reports records that the external system refused, as `org.apache.kafka.connect.sink.ErrantRecordReporter` (KIP-610). */
export interface ErrantRecordReporter {
  /** Resolves when the report is safe. @throws ConnectException when `errors.tolerance` is `none`: the task fails. */
  report(record: SinkRecord, error: unknown): Promise<void>;
}

/** What a sink task may ask of its worker. */
export interface SinkTaskContext {
  readonly log: Logger;
  /** The task's configuration with every `${provider:…}` resolved. */
  configs(): Properties;
  /** Goes back (or ahead) to these offsets before the next `put`. */
  offset(offsets: SinkOffsets): void;
  /** Longest wait, in milliseconds, before the next `put`; holds for one call. */
  timeout(timeoutMs: number): void;
  /** The topic partitions that this task reads at the moment. */
  assignment(): readonly TopicPartition[];
  /** Stops delivery of these partitions until {@link resume}. @throws IllegalWorkerStateException if one is not assigned. */
  pause(...partitions: TopicPartition[]): void;
  resume(...partitions: TopicPartition[]): void;
  /** Asks the worker to commit offsets as soon as it can. */
  requestCommit(): void;
  /** Null when the worker has no error reporting for this connector. */
  readonly errantRecordReporter: ErrantRecordReporter | null;
}

/** Writes to an external system, as `org.apache.kafka.connect.sink.SinkTask`. No two methods of one task run at the same time. */
export interface SinkTask {
  version?(): string;
  initialize?(context: SinkTaskContext): void;
  /** @throws ConnectException: the task becomes FAILED. */
  start(props: Properties, signal: AbortSignal): Promise<void> | void;
  /** Partitions were assigned. */
  open?(partitions: readonly TopicPartition[]): Promise<void> | void;
  /** Partitions are taken away; whatever was written of them has been asked for by `preCommit` before. */
  close?(partitions: readonly TopicPartition[]): Promise<void> | void;
  /**
   * Takes the next records, in order within each topic partition; called with an empty array when there are none.
   * @param signal fires when the task is to stop; a put that throws the signal's reason then has not failed, and its records are read again
   * @throws RetriableException to get the same records again. Any other error fails the task.
   */
  put(records: readonly SinkRecord[], signal: AbortSignal): Promise<void> | void;
  /** Makes everything durable that was put so far. */
  flush?(offsets: SinkOffsets): Promise<void> | void;
  /**
   * The offsets that may be committed: what is durable in the external system. Default: `flush`, then the offsets as given.
   * @throws any error: the partitions are read again from the last committed offset.
   */
  preCommit?(offsets: SinkOffsets): Promise<SinkOffsets> | SinkOffsets;
  /** Called once, also after a failed start. */
  stop(): Promise<void> | void;
}
