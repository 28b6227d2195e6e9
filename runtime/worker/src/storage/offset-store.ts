import type { SourceMap } from '@millrace/api';

/** A source partition with its offset; a null offset removes the partition. */
export type OffsetEntry = readonly [partition: SourceMap, offset: SourceMap | null];

/** Keeps the offsets of source connectors. Partitions are equal by content, whatever the order of their keys. */
export interface OffsetStore {
  /** @throws ConnectException if what is stored cannot be used. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Offsets in the order of the partitions, null where there is none. */
  read(connector: string, partitions: readonly SourceMap[]): Promise<(SourceMap | null)[]>;
  /** Resolves when the entries are safe. */
  write(connector: string, entries: readonly OffsetEntry[]): Promise<void>;
  /** Everything stored for a connector. */
  readAll(connector: string): Promise<(readonly [SourceMap, SourceMap])[]>;
}
