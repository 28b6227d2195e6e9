import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { IllegalStateException, type TimestampType } from '@millrace/api';
import { KafkaStorageException } from '../../errors.ts';
import type { ProducerRecord } from '../../port.ts';
import { LogRecord } from '../log-record.ts';
import type { PartitionLog } from '../partition-log.ts';
import { type RetainedLog, Retention } from '../retention.ts';
import type { TopicConfig } from '../topic-config.ts';
import { WaitList } from '../../waiting/wait-list.ts';
import { BatchWriter } from './batch-writer.ts';
import { DiskCompaction, finishSwap, swapIn } from './disk-compaction.ts';
import { DiskSegment, type RecordRun, segmentName, segmentOffset } from './disk-segment.ts';
import { PartitionSync } from './partition-sync.ts';
import { RunCache } from './run-cache.ts';
import { TailCache } from './tail-cache.ts';

/** Encoded records that are written although their producer goes on appending, in bytes. */
const earlyWriteBytes = 1024 * 1024;
/** A log with a small limit has this many segments at least, so that it forgets little at a time. */
const segmentsPerLimit = 16;
const minSegmentBytes = 4096;
/** Smaller logs are not worth a compaction. */
const minCompactedRecords = 64;

const noRecords: readonly LogRecord[] = [];

export interface DiskPartitionOptions {
  readonly topic: string;
  readonly partition: number;
  readonly folder: string;
  readonly config: TopicConfig;
  readonly now: () => number;
  /** Hears what a start found damaged, and what went wrong in the background. */
  readonly warn: (message: string) => void;
}

/**
 * A partition in the files of a folder. What was appended lies in memory until {@link writeOut}, and nobody reads it before that; so whatever
 * was acknowledged, read or committed survives the death of the process. The newest records are also kept in memory, older ones are
 * read from the files.
 */
export class DiskPartition implements PartitionLog, RetainedLog {
  readonly topic: string;
  readonly partition: number;
  readonly timestampType: TimestampType;
  readonly retention: Retention;
  readonly dataWaiters = new WaitList();
  readonly #options: DiskPartitionOptions;
  readonly #segmentBytes: number;
  readonly #writer = new BatchWriter();
  readonly #tail: TailCache;
  readonly #runs = new RunCache();
  readonly #sync: PartitionSync;
  /** Full segments, oldest first. */
  readonly #sealed: DiskSegment[];
  #sealedBytes: number;
  #active: DiskSegment;
  #nextOffset: number;
  #endOffset: number;
  #now = 0;
  #compactedRecords = 0;
  #compaction: Promise<void> | null = null;
  #isDeleted = false;
  #isClosed = false;
  #failures = 0;
  #failure: Error | null = null;
  /** Whether the files are in a state that only the next start can mend. */
  #isBroken = false;

  /** Opens what the folder holds; creates it if need be. @throws what the file system says */
  constructor(options: DiskPartitionOptions) {
    const { config } = options;
    this.#options = options;
    this.topic = options.topic;
    this.partition = options.partition;
    this.timestampType = config.timestampType;
    this.retention = new Retention(this, config.retention);
    this.#segmentBytes = Math.max(minSegmentBytes, Math.min(config.segmentBytes, config.retention.bytes / segmentsPerLimit));
    this.#sync = new PartitionSync({
      folder: options.folder,
      flush: config.flush,
      isSealed: (segment) => this.#sealed.includes(segment),
      failed: (error) => this.#break(error),
    });
    this.#sealed = recoverSegments(options);
    this.#active = this.#sealed.pop() ?? this.#createSegment(0);
    this.#sealedBytes = bytesOf(this.#sealed);
    this.#nextOffset = this.#active.lastOffset + 1;
    this.#endOffset = this.#nextOffset;
    this.#tail = new TailCache(this.#endOffset);
  }

  get isDeleted(): boolean {
    return this.#isDeleted;
  }

  get isCompacted(): boolean {
    return this.#options.config.isCompacted;
  }

  get failures(): number {
    return this.#failures;
  }

  get failure(): Error | null {
    return this.#failure;
  }

  /** Size of the files, in bytes. */
  get bytes(): number {
    return this.#sealedBytes + this.#active.bytes;
  }

  get segments(): readonly DiskSegment[] {
    return this.#active.isEmpty ? this.#sealed : [...this.#sealed, this.#active];
  }

  get startOffset(): number {
    return (this.#sealed[0] ?? this.#active).baseOffset;
  }

  get endOffset(): number {
    return this.#endOffset;
  }

  append(source: ProducerRecord, bytes: number, now: number): LogRecord {
    this.#checkWritable();
    const timestamp = this.timestampType === 'LogAppendTime' ? now : (source.timestamp ?? now);
    const record = new LogRecord(this, this.#nextOffset, timestamp, source);
    this.#nextOffset += 1;
    this.#now = now;
    this.#writer.add(record, now);
    this.#tail.add(record, bytes);
    if (this.#writer.bytes >= earlyWriteBytes) this.#write();
    return record;
  }

  writeOut(): Promise<void> | null {
    if (this.#isDeleted) return null;
    this.#write();
    return this.#sync.due();
  }

  read(offset: number, max: number): readonly LogRecord[] {
    let position = Math.max(offset, this.startOffset);
    if (position >= this.#endOffset || this.#isDeleted) return noRecords;
    while (position < this.#tail.startOffset) {
      const run = this.#runs.find(position) ?? this.#readRun(position);
      if (run === null) break;
      const records = run.segment.slice(position, max);
      if (records.length > 0) return records;
      position = run.end;
    }
    return this.#tail.slice(position, max, this.#endOffset);
  }

  dropOldestSegment(): void {
    let oldest = this.#sealed[0];
    if (oldest === undefined) {
      this.#roll();
      oldest = this.#sealed[0] as DiskSegment;
    }
    this.#sealed.shift();
    this.#sealedBytes -= oldest.bytes;
    oldest.remove();
    this.#runs.clear();
    this.#compactedRecords = Math.max(0, this.#compactedRecords - oldest.recordCount);
  }

  /** Resolves when everything written so far survives a loss of power. @throws KafkaStorageException */
  async sync(): Promise<void> {
    if (!this.#isDeleted) await this.#sync.run();
  }

  delete(): void {
    this.#isDeleted = true;
    this.#sync.stop();
    this.#writer.clear();
    this.#tail.reset(this.#nextOffset);
    this.#runs.clear();
    for (const segment of [...this.#sealed, this.#active]) segment.close();
    this.dataWaiters.wake();
    this.retention.roomWaiters.wake();
  }

  /** Writes and syncs everything, and lets go of the files. Idempotent. @throws KafkaStorageException if something could not be written */
  async close(): Promise<void> {
    if (this.#isClosed || this.#isDeleted) return;
    this.#write();
    this.#isClosed = true;
    try {
      await this.#compaction;
      await this.#sync.run();
      if (!this.#active.isEmpty) this.#active.storeIndex();
    } finally {
      this.#sync.stop();
      this.#active.close();
    }
  }

  #checkWritable(): void {
    if (this.#isClosed) throw new IllegalStateException(`The folder of ${this.topic}-${this.partition} has already been closed`);
    if (!this.#isBroken) return;
    throw new KafkaStorageException(
      `${this.topic}-${this.partition} takes no more records until the next start: ${this.#failure?.message}`,
      { cause: this.#failure },
    );
  }

  /** Invariant 3: only what is in the file may be read, acknowledged or committed. */
  #write(): void {
    const { buffer, batches } = this.#writer.finish();
    if (buffer.length === 0) return;
    try {
      if (this.#isRollDue(buffer.length)) this.#roll();
      this.#active.append(buffer, batches);
    } catch (error) {
      this.#writeFailed(error as Error);
      return;
    }
    this.#sync.written(this.#active, this.#nextOffset - this.#endOffset);
    this.#writer.clear();
    this.#endOffset = this.#nextOffset;
    this.#tail.trim(this.#endOffset);
    if (this.isCompacted) this.#compactIfDue();
    this.#enforceRetention();
    this.dataWaiters.wake();
  }

  /** The records are written; that older ones could not be removed is another matter. */
  #enforceRetention(): void {
    try {
      this.retention.enforce(this.#now);
    } catch (error) {
      this.#options.warn(`Cannot remove old records from ${this.#options.folder}: ${(error as Error).message}`);
    }
  }

  #isRollDue(bytes: number): boolean {
    const { firstWrittenAt, isEmpty } = this.#active;
    if (isEmpty) return false;
    return this.#active.bytes + bytes > this.#segmentBytes || this.#now - (firstWrittenAt ?? this.#now) >= this.#options.config.segmentMs;
  }

  /** Begins another file. */
  #roll(): void {
    const next = this.#createSegment(this.#endOffset);
    this.#active.close();
    this.#sealed.push(this.#active);
    this.#sealedBytes += this.#active.bytes;
    this.#active = next;
    this.#tail.cut();
    this.#sync.inBackground();
  }

  #createSegment(baseOffset: number): DiskSegment {
    const segment = DiskSegment.create(join(this.#options.folder, segmentName(baseOffset)), baseOffset);
    this.#sync.folderChanged();
    return segment;
  }

  /** Nothing that was appended since the last write is in the log: not in the file, and not in memory. */
  #writeFailed(error: Error): void {
    this.#writer.clear();
    this.#nextOffset = this.#endOffset;
    this.#tail.reset(this.#endOffset);
    this.#fail(new KafkaStorageException(`Cannot write ${this.#active.path}: ${error.message}`, { cause: error }));
    try {
      this.#active.truncate();
    } catch (truncateError) {
      this.#break(truncateError as Error);
    }
  }

  #break(error: Error): void {
    if (this.#isDeleted) return;
    this.#isBroken = true;
    this.#fail(new KafkaStorageException(`Cannot keep ${this.#options.folder} in order: ${error.message}`, { cause: error }));
  }

  #fail(error: Error): void {
    this.#failures += 1;
    this.#failure = error;
    this.#options.warn(error.message);
  }

  #readRun(offset: number): RecordRun | null {
    const segment = [...this.#sealed, this.#active].find(({ lastOffset }) => lastOffset >= offset);
    if (segment === undefined) return null;
    const run = segment.read(this, offset);
    this.#runs.add(run);
    return run;
  }

  #compactIfDue(): void {
    const records = this.#sealed.reduce((sum, { recordCount }) => sum + recordCount, this.#active.recordCount);
    const isDue = records - this.#compactedRecords >= Math.max(minCompactedRecords, this.#compactedRecords);
    if (isDue && this.#compaction === null) this.#compaction = this.#compactAll();
  }

  /** Until nothing is due: more was written meanwhile. */
  async #compactAll(): Promise<void> {
    const isDone = await this.#compact();
    this.#compaction = null;
    if (isDone && !this.#isClosed && !this.#isDeleted) this.#compactIfDue();
  }

  /** @returns false if it was cancelled or failed */
  async #compact(): Promise<boolean> {
    try {
      this.#roll();
      const segments = [...this.#sealed];
      const isCancelled = (): boolean =>
        this.#isDeleted || this.#isClosed || segments.some((segment, index) => this.#sealed[index] !== segment);
      const { folder, config, now } = this.#options;
      const { deleteRetentionMs } = config;
      const segmentBytes = this.#segmentBytes;
      const groups = await new DiskCompaction({ home: this, folder, segmentBytes, deleteRetentionMs, now, isCancelled }).run(segments);
      if (groups === null) return false;
      const compacted = groups.map((group) => swapIn(group, folder));
      this.#compactedRecords = compacted.reduce((sum, { recordCount }) => sum + recordCount, 0);
      this.#sealed.splice(0, segments.length, ...compacted);
      this.#sealedBytes = bytesOf(this.#sealed);
      this.#sync.folderChanged();
      this.#runs.clear();
      this.#tail.dropBefore((this.#sealed[compacted.length] ?? this.#active).baseOffset);
      return true;
    } catch (error) {
      // The files of a deleted topic may go at any moment.
      if (!this.#isDeleted) this.#options.warn(`Cannot compact ${this.#options.folder}: ${(error as Error).message}`);
      return false;
    }
  }
}

function bytesOf(segments: readonly DiskSegment[]): number {
  return segments.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The segments of a folder, oldest first, without what a crash left behind. */
function recoverSegments({ folder, warn }: DiskPartitionOptions): DiskSegment[] {
  mkdirSync(folder, { recursive: true });
  finishSwap(folder, readdirSync(folder));
  const names = readdirSync(folder).sort();
  for (const name of names) {
    if (name.endsWith('.index') && !names.includes(name.replace('.index', '.log'))) rmSync(join(folder, name));
  }
  return names.flatMap((name) => {
    const baseOffset = segmentOffset(name);
    if (baseOffset === null) return [];
    const segment = new DiskSegment(join(folder, name), baseOffset);
    const cutOff = segment.recover();
    if (cutOff !== null) warn(cutOff);
    return [segment];
  });
}
