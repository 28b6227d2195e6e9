import { open } from 'node:fs/promises';
import type { FlushPolicy } from '../topic-config.ts';
import { maxTimerMs } from '../../waiting/timer.ts';
import { Coalesced } from './coalesced.ts';
import type { DiskSegment } from './disk-segment.ts';

export interface PartitionSyncOptions {
  readonly folder: string;
  readonly flush: FlushPolicy;
  /** Whether nothing more is written to the segment, which is still part of the log. */
  readonly isSealed: (segment: DiskSegment) => boolean;
  /** After a failed sync nobody knows what the disk holds. */
  readonly failed: (error: Error) => void;
}

/** Knows what of a partition a loss of power would take, and syncs it when asked or when the topic's `flush.messages` or `flush.ms` say so. */
export class PartitionSync {
  readonly #options: PartitionSyncOptions;
  readonly #dirty = new Set<DiskSegment>();
  readonly #work = new Coalesced(() => this.#sync());
  #isFolderDirty = false;
  #unsyncedRecords = 0;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(options: PartitionSyncOptions) {
    this.#options = options;
  }

  /** Files were created, renamed or removed. */
  folderChanged(): void {
    this.#isFolderDirty = true;
  }

  /** Records were written to the segment. */
  written(segment: DiskSegment, records: number): void {
    this.#dirty.add(segment);
    this.#unsyncedRecords += records;
    const { ms } = this.#options.flush;
    if (ms === Number.POSITIVE_INFINITY || this.#timer !== null) return;
    this.#timer = setTimeout(() => this.inBackground(), Math.min(ms, maxTimerMs));
    this.#timer.unref();
  }

  /** The sync that the topic wants now, if it does. */
  due(): Promise<void> | null {
    return this.#unsyncedRecords > 0 && this.#unsyncedRecords >= this.#options.flush.messages ? this.run() : null;
  }

  /** Resolves when all that was written before is safe. @throws what the file system says */
  async run(): Promise<void> {
    if (this.#dirty.size > 0 || this.#isFolderDirty || this.#work.isRunning) await this.#work.run();
  }

  /** Syncs without anybody waiting; a failure is told to the partition. */
  inBackground(): void {
    this.run().catch(() => undefined);
  }

  /** Forgets what is unsynced: the files are closed or gone. */
  stop(): void {
    this.#isStopped = true;
    this.#dirty.clear();
    this.#clearTimer();
  }

  async #sync(): Promise<void> {
    const segments = [...this.#dirty];
    const isFolderDirty = this.#isFolderDirty;
    this.#dirty.clear();
    this.#isFolderDirty = false;
    this.#unsyncedRecords = 0;
    this.#clearTimer();
    try {
      for (const segment of segments) await this.#syncSegment(segment);
      if (isFolderDirty && process.platform !== 'win32') await syncFile(this.#options.folder);
    } catch (error) {
      if (this.#isStopped) return;
      this.#options.failed(error as Error);
      throw error;
    }
  }

  async #syncSegment(segment: DiskSegment): Promise<void> {
    try {
      await segment.sync();
    } catch (error) {
      // Retention or compaction may have removed the file.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    // An index must not know more than the disk holds, so not if more was written meanwhile.
    if (!this.#dirty.has(segment) && this.#options.isSealed(segment)) segment.storeIndex();
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
