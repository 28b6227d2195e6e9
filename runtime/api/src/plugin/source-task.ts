import type { SourceRecord } from '../record/source-record.ts';
import type { Properties } from './configurable.ts';
import type { Logger } from './logger.ts';
import type { OffsetStorageReader } from './offset-storage-reader.ts';

/** Where a record came to lie in Kafka. */
export interface RecordMetadata {
  readonly topic: string;
  readonly partition: number;
  /** -1 when the producer does not wait for the broker. */
  readonly offset: number;
  readonly timestamp: number;
}

/** What a source task may ask of its worker. */
export interface SourceTaskContext {
  readonly log: Logger;
  /** The task's configuration with every `${provider:…}` resolved. */
  configs(): Properties;
  readonly offsetStorageReader: OffsetStorageReader;
}

/**
 * Reads from an external system, as `org.apache.kafka.connect.source.SourceTask`.
 * No two methods of one task run at the same time, but for `stop`'s signal.
 */
export interface SourceTask {
  version?(): string;
  initialize?(context: SourceTaskContext): void;
  /** @throws ConnectException: the task becomes FAILED. */
  start(props: Properties, signal: AbortSignal): Promise<void> | void;
  /**
   * The next records; null or an empty array when there are none at the moment. May wait for data, but no longer than until the signal
   * fires, which happens when the task is to stop or to pause. Order within a source partition is kept all the way.
   * @throws RetriableException to be called again after a moment.
   */
  poll(signal: AbortSignal): Promise<SourceRecord[] | null> | SourceRecord[] | null;
  /** The record is in Kafka (or was dropped or skipped: metadata null). Synchronous, since it runs once a record. */
  commitRecord?(record: SourceRecord, metadata: RecordMetadata | null): void;
  /** Offsets were stored up to now. */
  commit?(): Promise<void> | void;
  /** Called once, also after a failed start. */
  stop(): Promise<void> | void;
}
