import type { TimestampType } from '@millrace/api';
import type { ProducerRecord } from '../port.ts';
import { Compaction } from './compaction.ts';
import { LogRecord } from './log-record.ts';
import type { PackedSegment } from './packed-segment.ts';
import { PackedSegments } from './packed-segments.ts';
import type { PartitionLog } from './partition-log.ts';
import { type RetainedLog, Retention } from './retention.ts';
import type { TopicConfig } from './topic-config.ts';
import { WaitList } from '../waiting/wait-list.ts';

/** A log with a small limit has this many segments at least, so that it forgets little at a time. */
const segmentsPerLimit = 16;

const noRecords: readonly LogRecord[] = [];

/** A partition in memory. */
export class MemoryPartition implements PartitionLog, RetainedLog {
  readonly topic: string;
  readonly partition: number;
  readonly timestampType: TimestampType;
  readonly retention: Retention;
  /** Wait for the next record. */
  readonly dataWaiters = new WaitList();
  readonly failures = 0;
  readonly failure = null;
  readonly #compaction: Compaction | null;
  readonly #segmentBytes: number;
  #segments: PackedSegments;
  #startOffset = 0;
  #endOffset = 0;
  #isDeleted = false;

  constructor(topic: string, partition: number, config: TopicConfig) {
    this.topic = topic;
    this.partition = partition;
    this.timestampType = config.timestampType;
    this.retention = new Retention(this, config.retention);
    this.#compaction = config.isCompacted ? new Compaction(config.deleteRetentionMs) : null;
    this.#segmentBytes = Math.floor(config.retention.bytes / segmentsPerLimit);
    this.#segments = new PackedSegments(this, this.#segmentBytes);
  }

  get isDeleted(): boolean {
    return this.#isDeleted;
  }

  get isCompacted(): boolean {
    return this.#compaction !== null;
  }

  /** Memory, in bytes. */
  get bytes(): number {
    return this.#segments.bytes;
  }

  get segments(): readonly PackedSegment[] {
    return this.#segments.list;
  }

  get startOffset(): number {
    return this.#startOffset;
  }

  get endOffset(): number {
    return this.#endOffset;
  }

  append(source: ProducerRecord, _bytes: number, now: number): LogRecord {
    const timestamp = this.timestampType === 'LogAppendTime' ? now : (source.timestamp ?? now);
    const record = new LogRecord(this, this.#endOffset, timestamp, source);
    this.#endOffset += 1;
    const isNewSegment = this.#segments.add(record.offset, timestamp, source);
    if (this.#compaction !== null) this.#compact(this.#compaction, record, now);
    if (isNewSegment || this.bytes > this.retention.limitBytes) this.retention.enforce(now);
    this.dataWaiters.wake();
    return record;
  }

  writeOut(): null {
    return null;
  }

  read(offset: number, max: number): readonly LogRecord[] {
    return offset >= this.#endOffset ? noRecords : this.#segments.read(offset, max);
  }

  dropOldestSegment(): void {
    const segment = this.#segments.dropOldest();
    if (segment === undefined) return;
    this.#startOffset = this.segments[0]?.firstOffset ?? this.#endOffset;
    if (this.#compaction === null) return;
    for (const record of segment.read(0, segment.recordCount)) this.#compaction.dropped(record);
  }

  delete(): void {
    this.#isDeleted = true;
    this.#segments = new PackedSegments(this, this.#segmentBytes);
    this.dataWaiters.wake();
    this.retention.roomWaiters.wake();
  }

  #compact(compaction: Compaction, record: LogRecord, now: number): void {
    compaction.appended(record, now);
    if (!compaction.isDue(this.#segments.recordCount, now)) return;
    const compacted = new PackedSegments(this, this.#segmentBytes);
    compaction.compact(this.segments, now, (kept) => compacted.add(kept.offset, kept.timestamp, kept));
    this.#segments = compacted;
  }
}
