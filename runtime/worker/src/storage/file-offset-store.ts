import type { SourceMap } from '@millrace/api';
import { DurableFile } from './durable-file.ts';
import { MemoryOffsetStore } from './memory-offset-store.ts';
import type { OffsetEntry } from './offset-store.ts';

export interface FileOffsetStoreOptions {
  /**
   * Awaited before offsets are written: the records that they stand for must be as safe as the offsets. Default: nothing, since brokers have
   * acknowledged them.
   */
  readonly beforeWrite?: () => Promise<void>;
}

/** Offsets in one file (`offset.storage.file.filename`), which each write replaces as a whole; see {@link DurableFile}. */
export class FileOffsetStore extends MemoryOffsetStore {
  readonly #file: DurableFile;

  constructor(path: string, options: FileOffsetStoreOptions = {}) {
    super();
    this.#file = new DurableFile({
      ...options,
      path,
      kind: 'offsets',
      label: `offset.storage.file.filename=${path}`,
      withoutIt: 'start without offsets',
      lines: () => this.entries(),
    });
  }

  override async start(): Promise<void> {
    const entries = (await this.#file.read()) as [connector: string, partition: SourceMap, offset: SourceMap][];
    for (const [connector, partition, offset] of entries) this.apply(connector, [[partition, offset]]);
  }

  override async stop(): Promise<void> {
    await this.#file.settled();
  }

  override async write(connector: string, entries: readonly OffsetEntry[]): Promise<void> {
    this.apply(connector, entries);
    await this.#file.save();
  }
}
