import { canonicalText, type Logger, type SourceMap } from '@millrace/api';
import type { OffsetEntry, OffsetStore } from './offset-store.ts';

export interface ConnectorOffsetStoreOptions {
  /** The connector's own topic, `offsets.storage.topic`. */
  readonly primary: OffsetStore;
  /** The worker's. It is started and stopped by whoever made it. */
  readonly secondary: OffsetStore;
  readonly log: Logger;
}

/**
 * Offsets of a connector with a topic of its own, which wins over the worker's: `ConnectorOffsetBackingStore`. The worker's topic is kept up
 * to date, so that the connector can go back to it.
 */
export class ConnectorOffsetStore implements OffsetStore {
  readonly #primary: OffsetStore;
  readonly #secondary: OffsetStore;
  readonly #log: Logger;

  constructor({ primary, secondary, log }: ConnectorOffsetStoreOptions) {
    this.#primary = primary;
    this.#secondary = secondary;
    this.#log = log;
  }

  async start(): Promise<void> {
    await this.#primary.start();
  }

  async stop(): Promise<void> {
    await this.#primary.stop();
  }

  async read(connector: string, partitions: readonly SourceMap[]): Promise<(SourceMap | null)[]> {
    const [own, shared] = await Promise.all([this.#primary.read(connector, partitions), this.#secondary.read(connector, partitions)]);
    return own.map((offset, index) => offset ?? shared[index] ?? null);
  }

  /** @throws what the connector's topic throws, and the worker's when an offset is removed */
  async write(connector: string, entries: readonly OffsetEntry[]): Promise<void> {
    const removals = entries.filter(([, offset]) => offset === null);
    // An offset that is left in the worker's topic alone would be found there: it goes first.
    if (removals.length > 0) await this.#secondary.write(connector, removals);
    await this.#primary.write(connector, entries);
    const copies = entries.filter(([, offset]) => offset !== null);
    if (copies.length > 0) void this.#copy(connector, copies);
  }

  async readAll(connector: string): Promise<(readonly [SourceMap, SourceMap])[]> {
    const [own, shared] = await Promise.all([this.#primary.readAll(connector), this.#secondary.readAll(connector)]);
    const merged = new Map([...shared, ...own].map((entry) => [canonicalText(entry[0]), entry]));
    return [...merged.values()];
  }

  /** Nobody waits for the copy: the connector's own topic has the offsets. */
  async #copy(connector: string, entries: readonly OffsetEntry[]): Promise<void> {
    try {
      await this.#secondary.write(connector, entries);
    } catch (error) {
      this.#log.warn(`Offsets of connector ${connector} were not copied to the worker's topic: ${(error as Error).message}`);
    }
  }
}
