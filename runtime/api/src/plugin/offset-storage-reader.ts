import type { SourceMap } from '../record/source-record.ts';

/** Reads the offsets that the worker stored for a source, as `org.apache.kafka.connect.storage.OffsetStorageReader`. */
export interface OffsetStorageReader {
  /** The last stored offset of a source partition, or null if there is none. */
  offset(partition: SourceMap): Promise<SourceMap | null>;
  /** The same for several partitions, in their order. */
  offsets(partitions: readonly SourceMap[]): Promise<(SourceMap | null)[]>;
}
