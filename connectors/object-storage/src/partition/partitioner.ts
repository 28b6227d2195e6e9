import type { SinkRecord } from '@millrace/api';

/** Decides which records share a file: those of one topic partition with the same encoded partition. */
export interface Partitioner {
  /**
   * The directory of the record's file, below that of its topic; may hold delimiters. Values are not escaped, as in Confluent's partitioners.
   * @throws ConnectException or DataException if the record has no place.
   */
  encode(record: SinkRecord): string;
  /** Milliseconds since the epoch that stand for the record, where the partitioner goes by time; absent elsewhere. */
  readonly timestamp?: TimestampExtractor;
  /** Whether the same record always gets the same directory. */
  readonly isDeterministic: boolean;
}

/** Tells the time of a record, as `io.confluent.connect.storage.partitioner.TimestampExtractor`. */
export interface TimestampExtractor {
  /** Milliseconds since the epoch. @throws ConnectException or DataException if the record has none. */
  extract(record: SinkRecord): number;
  /** Whether the same record always has the same time. */
  readonly isDeterministic: boolean;
}
