import { canonicalText, type SourceMap } from '@millrace/api';
import type { OffsetEntry, OffsetStore } from './offset-store.ts';

interface StoredOffset {
  readonly partition: SourceMap;
  readonly offset: SourceMap;
}

/** Offsets that end with the process. */
export class MemoryOffsetStore implements OffsetStore {
  readonly #connectors = new Map<string, Map<string, StoredOffset>>();

  async start(): Promise<void> {
    // Nothing to read.
  }

  async stop(): Promise<void> {
    // Nothing to keep.
  }

  async read(connector: string, partitions: readonly SourceMap[]): Promise<(SourceMap | null)[]> {
    const offsets = this.#connectors.get(connector);
    return partitions.map((partition) => offsets?.get(canonicalText(partition))?.offset ?? null);
  }

  async write(connector: string, entries: readonly OffsetEntry[]): Promise<void> {
    this.apply(connector, entries);
  }

  async readAll(connector: string): Promise<(readonly [SourceMap, SourceMap])[]> {
    return Array.from(this.#connectors.get(connector)?.values() ?? [], ({ partition, offset }) => [partition, offset] as const);
  }

  /** Changes the offsets of one connector at once. */
  protected apply(connector: string, entries: readonly OffsetEntry[]): void {
    const offsets = this.#connectors.get(connector) ?? new Map<string, StoredOffset>();
    this.#connectors.set(connector, offsets);
    for (const [partition, offset] of entries) {
      const key = canonicalText(partition);
      if (offset === null) offsets.delete(key);
      else offsets.set(key, { partition: offsets.get(key)?.partition ?? partition, offset });
    }
  }

  /** Every entry of every connector. */
  protected *entries(): Generator<readonly [connector: string, partition: SourceMap, offset: SourceMap]> {
    for (const [connector, offsets] of this.#connectors) {
      for (const { partition, offset } of offsets.values()) yield [connector, partition, offset];
    }
  }
}
