import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LogRecord, RecordHome } from '../log-record.ts';
import { decodeRecords } from './batch-decoder.ts';
import type { ScannedBatch } from './batch-scan.ts';
import { BatchWriter } from './batch-writer.ts';
import { DiskSegment, segmentName } from './disk-segment.ts';

/** What the event loop gives to a compaction in one piece, in bytes of the log. */
const pieceBytes = 1024 * 1024;

export interface CompactionOptions {
  readonly home: RecordHome;
  readonly folder: string;
  /** Size up to which small segments become one, in bytes. */
  readonly segmentBytes: number;
  /** How long a tombstone stays for slow readers to see, as `delete.retention.ms`. */
  readonly deleteRetentionMs: number;
  readonly now: () => number;
  /** Whether the result is not wanted any more. */
  readonly isCancelled: () => boolean;
}

/** Segments in a row, and the file that is to take their place. */
export interface CompactedGroup {
  readonly old: readonly DiskSegment[];
  readonly clean: DiskSegment;
}

/**
 * Rewrites segments without the records that a later one of the same key supersedes, and without tombstones that were there long enough, as
 * Kafka's log cleaner does. It only reads the segments and writes files beside them; {@link swapIn} puts those in place.
 * Lets others work in between, since a log may be large.
 */
export class DiskCompaction {
  readonly #options: CompactionOptions;
  readonly #latest = new Map<string, number>();
  #pieceBytes = 0;

  constructor(options: CompactionOptions) {
    this.#options = options;
  }

  /**
   * @param segments all that are not written to any more
   * @returns null if it was cancelled
   * @throws CorruptRecordException and what the file system says; nothing is left behind then
   */
  async run(segments: readonly DiskSegment[]): Promise<CompactedGroup[] | null> {
    const groups: CompactedGroup[] = [];
    try {
      await this.#findLatest(segments);
      for (const old of this.#grouped(segments)) {
        const clean = this.#createClean(old[0] as DiskSegment);
        groups.push({ old, clean });
        await this.#rewrite(old, clean);
        await clean.sync();
      }
    } catch (error) {
      discard(groups);
      throw error;
    }
    if (!this.#options.isCancelled()) return groups;
    discard(groups);
    return null;
  }

  async #findLatest(segments: readonly DiskSegment[]): Promise<void> {
    for (const segment of segments) {
      for (const batch of segment.batches()) {
        for (const record of this.#decode(batch)) this.#latest.set(keyText(record), record.offset);
        await this.#giveWay(batch.header.bytes);
        if (this.#options.isCancelled()) return;
      }
    }
  }

  async #rewrite(old: readonly DiskSegment[], clean: DiskSegment): Promise<void> {
    const writer = new BatchWriter();
    const flush = (): void => {
      const { buffer, batches } = writer.finish();
      clean.append(buffer, batches);
      writer.clear();
    };
    for (const segment of old) {
      for (const batch of segment.batches()) {
        if (this.#options.isCancelled()) return;
        this.#rewriteBatch(batch, writer);
        if (writer.bytes >= pieceBytes) flush();
        await this.#giveWay(batch.header.bytes);
      }
    }
    flush();
  }

  /** A batch stays a batch, and keeps its time: that of tombstones counts from when they were written. */
  #rewriteBatch(batch: ScannedBatch, writer: BatchWriter): void {
    const { writtenAt } = batch.header;
    for (const record of this.#decode(batch)) if (this.#keep(record, writtenAt)) writer.add(record, writtenAt);
    writer.endBatch();
  }

  #keep(record: LogRecord, writtenAt: number): boolean {
    if (this.#latest.get(keyText(record)) !== record.offset) return false;
    return record.value !== null || this.#options.now() < writtenAt + this.#options.deleteRetentionMs;
  }

  #decode({ buffer, at, header }: ScannedBatch): LogRecord[] {
    return decodeRecords(this.#options.home, buffer, at, header);
  }

  /** Segments in a row whose sum is not larger than a segment may be, so that many small ones become few. */
  #grouped(segments: readonly DiskSegment[]): DiskSegment[][] {
    const groups: DiskSegment[][] = [];
    let bytes = 0;
    for (const segment of segments) {
      const group = groups.at(-1);
      bytes += segment.bytes;
      if (group === undefined || bytes > this.#options.segmentBytes) {
        groups.push([segment]);
        bytes = segment.bytes;
      } else {
        group.push(segment);
      }
    }
    return groups;
  }

  #createClean(first: DiskSegment): DiskSegment {
    return DiskSegment.create(join(this.#options.folder, segmentName(first.baseOffset, '.clean')), first.baseOffset);
  }

  async #giveWay(bytes: number): Promise<void> {
    this.#pieceBytes += bytes;
    if (this.#pieceBytes < pieceBytes) return;
    this.#pieceBytes = 0;
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}

/**
 * Puts the new file in the place of the old ones. The first renaming decides: from then on {@link finishSwap} completes the rest at the next
 * start if the process dies.
 */
export function swapIn({ old, clean }: CompactedGroup, folder: string): DiskSegment {
  const end = (old.at(-1) as DiskSegment).lastOffset + 1;
  clean.rename(join(folder, segmentName(clean.baseOffset, `-${end}.swap`)));
  for (const segment of old) segment.remove();
  clean.rename(join(folder, segmentName(clean.baseOffset)));
  return clean;
}

/** Completes swaps that a crash interrupted, and removes what it left of a compaction that had not come to that. */
export function finishSwap(folder: string, names: readonly string[]): void {
  for (const name of names) if (name.endsWith('.clean')) rmSync(join(folder, name));
  for (const name of names) {
    const [, base, end] = /^(\d{20})-(\d+)\.swap$/.exec(name) ?? [];
    if (base === undefined) continue;
    for (const other of names) {
      const [, offset] = /^(\d{20})\.(?:log|index)$/.exec(other) ?? [];
      const isReplaced = offset !== undefined && Number(offset) >= Number(base) && Number(offset) < Number(end);
      if (isReplaced) rmSync(join(folder, other), { force: true });
    }
    new DiskSegment(join(folder, name), Number(base)).rename(join(folder, segmentName(Number(base))));
  }
}

function discard(groups: readonly CompactedGroup[]): void {
  for (const { clean } of groups) clean.remove();
}

/** One character a byte: equal for equal bytes, and quicker to hash than anything else that is. */
function keyText(record: LogRecord): string {
  return (record.key as Buffer).toString('latin1');
}
