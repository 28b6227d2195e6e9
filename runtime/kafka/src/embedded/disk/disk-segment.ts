import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { CorruptRecordException } from '../../errors.ts';
import type { RecordHome } from '../log-record.ts';
import { Segment } from '../segment.ts';
import { decodeRecords } from './batch-decoder.ts';
import { batchTargetBytes, type BatchHeader } from './batch-format.ts';
import { readFully, type ScannedBatch, scanBatches } from './batch-scan.ts';
import { checkedText, readCheckedFile } from './checked-file.ts';
import { SparseIndex } from './sparse-index.ts';

/** Bytes of records that one read takes from the file, unless one batch alone is larger. */
const runBytes = 256 * 1024;
/** What such a read takes in: the run, and the batches before it that the index does not tell apart. */
const readChunkBytes = runBytes + 2 * batchTargetBytes;
const indexKind = 'index';

/** What the file beside a segment remembers of it. */
interface StoredIndex {
  readonly bytes: number;
  readonly recordCount: number;
  readonly lastOffset: number;
  readonly maxTimestamp: number;
  readonly offsets: number[];
  readonly positions: number[];
}

/** Records of a file in memory, and the offset up to which there are no others. */
export interface RecordRun {
  readonly segment: Segment;
  readonly from: number;
  readonly end: number;
}

/** One file of a partition: batches in offset order. Its name is the first offset that may be in it. */
export class DiskSegment {
  readonly baseOffset: number;
  #path: string;
  #descriptor: number | null = null;
  #bytes = 0;
  #recordCount = 0;
  #lastOffset: number;
  #maxTimestamp = -1;
  #firstWrittenAt: number | null = null;
  #index = new SparseIndex();

  /** A file that is there; {@link recover} finds out what it holds. */
  constructor(path: string, baseOffset: number) {
    this.#path = path;
    this.baseOffset = baseOffset;
    this.#lastOffset = baseOffset - 1;
  }

  /** A new, empty file. @throws what the file system says */
  static create(path: string, baseOffset: number): DiskSegment {
    closeSync(openSync(path, 'wx'));
    return new DiskSegment(path, baseOffset);
  }

  get path(): string {
    return this.#path;
  }

  /** File size, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  get recordCount(): number {
    return this.#recordCount;
  }

  /** Newest timestamp of a record, -1 without any. */
  get maxTimestamp(): number {
    return this.#maxTimestamp;
  }

  /** Offset of the last record; one less than the base offset without any. */
  get lastOffset(): number {
    return this.#lastOffset;
  }

  get isEmpty(): boolean {
    return this.#recordCount === 0;
  }

  /** When the first batch was written; null if that is not known. */
  get firstWrittenAt(): number | null {
    return this.#firstWrittenAt;
  }

  /**
   * Finds out what the file holds: by its index, as far as that goes, and by reading the rest. What comes after the last intact batch is cut off.
   * @returns what was cut off, for the log; null if nothing was
   */
  recover(): string | null {
    const descriptor = openSync(this.path, 'r+');
    try {
      const fileBytes = fstatSync(descriptor).size;
      this.#useStoredIndex(fileBytes);
      for (const { header } of scanBatches(descriptor, this.#bytes, fileBytes)) this.#added(header);
      if (this.#bytes === fileBytes) return null;
      return this.#cutOff(descriptor, fileBytes);
    } finally {
      closeSync(descriptor);
    }
  }

  /**
   * Writes batches behind those that are there.
   * @throws what the file system says; the file holds what it held before then, or else {@link append} must not be called again
   */
  append(buffer: Buffer, batches: readonly BatchHeader[]): void {
    this.#descriptor ??= openSync(this.path, 'r+');
    let done = 0;
    while (done < buffer.length) done += writeSync(this.#descriptor, buffer, done, buffer.length - done, this.#bytes + done);
    for (const batch of batches) this.#added(batch);
  }

  /** Takes back what a failed {@link append} left in the file. @throws what the file system says */
  truncate(): void {
    if (this.#descriptor !== null) ftruncateSync(this.#descriptor, this.#bytes);
  }

  /** Makes everything written so far survive a loss of power. */
  async sync(): Promise<void> {
    const file = await open(this.path, 'r+');
    try {
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  /** Saves the next start from reading the file. Only once the file is synced: an index must not know more than its file. */
  storeIndex(): void {
    const index: StoredIndex = {
      bytes: this.#bytes,
      recordCount: this.#recordCount,
      lastOffset: this.#lastOffset,
      maxTimestamp: this.#maxTimestamp,
      offsets: [...this.#index.offsets],
      positions: [...this.#index.positions],
    };
    writeFileSync(indexPath(this.path), checkedText(indexKind, index));
  }

  /** Lets go of the file. Reading opens it again, and so does writing. */
  close(): void {
    if (this.#descriptor === null) return;
    closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  /** Gives the file another name, in place of the file that may have it. @throws what the file system says */
  rename(path: string): void {
    this.close();
    renameSync(this.#path, path);
    this.#path = path;
  }

  /** Removes the file. */
  remove(): void {
    this.close();
    rmSync(indexPath(this.path), { force: true });
    rmSync(this.path, { force: true });
  }

  /**
   * Records around the offset, which is one of this segment.
   * @throws CorruptRecordException if the file is damaged there
   */
  read(home: RecordHome, offset: number): RecordRun {
    const descriptor = this.#descriptor ?? openSync(this.path, 'r');
    try {
      return this.#readRun(descriptor, home, offset);
    } finally {
      if (descriptor !== this.#descriptor) closeSync(descriptor);
    }
  }

  /** Every batch, in order. @throws CorruptRecordException if the file is damaged */
  *batches(): Generator<ScannedBatch> {
    const descriptor = openSync(this.path, 'r');
    try {
      let end = 0;
      for (const batch of scanBatches(descriptor, 0, this.#bytes)) {
        yield batch;
        end = batch.position + batch.header.bytes;
      }
      if (end !== this.#bytes) throw this.#corrupt(end);
    } finally {
      closeSync(descriptor);
    }
  }

  #readRun(descriptor: number, home: RecordHome, offset: number): RecordRun {
    const segment = new Segment();
    let from = -1;
    let end = offset;
    let taken = 0;
    let position = this.#index.positionFor(offset);
    for (const batch of scanBatches(descriptor, position, this.#bytes, readChunkBytes)) {
      position = batch.position + batch.header.bytes;
      if (batch.header.lastOffset < offset) continue;
      if (taken > 0 && taken + batch.header.bytes > runBytes) break;
      if (from < 0) from = Math.min(offset, batch.header.baseOffset);
      taken += batch.header.bytes;
      end = batch.header.lastOffset + 1;
      for (const record of decodeRecords(home, batch.buffer, batch.at, batch.header)) segment.add(record, 0);
    }
    if (taken === 0) throw this.#corrupt(position);
    return { segment, from, end };
  }

  #corrupt(position: number): CorruptRecordException {
    return new CorruptRecordException(
      `${this.path} is damaged at byte ${position}: no intact batch begins there. Seek beyond offset ${this.#lastOffset}, or restore the file from a copy`,
    );
  }

  #added(header: BatchHeader): void {
    this.#index.add(header.baseOffset, this.#bytes);
    this.#bytes += header.bytes;
    this.#recordCount += header.recordCount;
    this.#lastOffset = header.lastOffset;
    this.#firstWrittenAt ??= header.writtenAt;
    if (header.maxTimestamp > this.#maxTimestamp) this.#maxTimestamp = header.maxTimestamp;
  }

  #useStoredIndex(fileBytes: number): void {
    const path = indexPath(this.path);
    const index = existsSync(path) ? readCheckedFile<StoredIndex>(path, indexKind) : null;
    if (index === null || index.bytes > fileBytes) return;
    this.#bytes = index.bytes;
    this.#recordCount = index.recordCount;
    this.#lastOffset = index.lastOffset;
    this.#maxTimestamp = index.maxTimestamp;
    this.#index = new SparseIndex(index.offsets, index.positions);
  }

  /** What a crash left unfinished goes. What lies behind a batch that is damaged in another way was promised to somebody: it is kept aside. */
  #cutOff(descriptor: number, fileBytes: number): string {
    const rest = readFully(descriptor, this.#bytes, fileBytes - this.#bytes);
    const isUnfinished = rest.length < 4 || rest.readUInt32BE(0) + 4 >= rest.length;
    const where = `${this.path}: no intact batch from byte ${this.#bytes} on, after offset ${this.#lastOffset}`;
    let what = `the last ${rest.length} bytes, a batch that was not written to its end, are cut off`;
    if (!isUnfinished) {
      const aside = `${this.path}.damaged-${this.#bytes}`;
      writeFileSync(aside, rest);
      what = `the last ${rest.length} bytes are damaged; they are kept as ${basename(aside)} and cut off`;
    }
    ftruncateSync(descriptor, this.#bytes);
    return `${where}; ${what}`;
  }
}

const extension = '.log';

/** First offset of the segment with this file name; null if it is none of a segment. */
export function segmentOffset(name: string): number | null {
  return /^\d{20}\.log$/.test(name) ? Number(name.slice(0, -extension.length)) : null;
}

/** File name of a segment, as Kafka has it. */
export function segmentName(baseOffset: number, ending: string = extension): string {
  return `${String(baseOffset).padStart(20, '0')}${ending}`;
}

function indexPath(path: string): string {
  return path.replace(/\.[^.]*$/, '.index');
}
