import type { TimestampType } from '@millrace/api';
import type { ProducerRecord } from '../port.ts';
import { Compaction } from './compaction.ts';
import { LogRecord } from './log-record.ts';
import type { PartitionLog } from './partition-log.ts';
import { type RetainedLog, Retention } from './retention.ts';
import { maxSegmentRecords, Segment } from './segment.ts';
import type { TopicConfig } from './topic-config.ts';
import { WaitList } from './wait-list.ts';

/** Memory of a segment at most, in bytes, unless one record alone is larger. */
const maxSegmentBytes = 1024 * 1024;
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
  #segments: Segment[] = [];
  #recordCount = 0;
  #bytes = 0;
  #startOffset = 0;
  #endOffset = 0;
  #isDeleted = false;

  constructor(topic: string, partition: number, config: TopicConfig) {
    this.topic = topic;
    this.partition = partition;
    this.timestampType = config.timestampType;
    this.retention = new Retention(this, config.retention);
    this.#compaction = config.isCompacted ? new Compaction(config.deleteRetentionMs) : null;
    this.#segmentBytes = Math.min(maxSegmentBytes, config.retention.bytes / segmentsPerLimit);
  }

  get isDeleted(): boolean {
    return this.#isDeleted;
  }

  get isCompacted(): boolean {
    return this.#compaction !== null;
  }

  /** Memory, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  get startOffset(): number {
    return this.#startOffset;
  }

  get endOffset(): number {
    return this.#endOffset;
  }

  append(source: ProducerRecord, bytes: number, now: number): LogRecord {
    const timestamp = this.timestampType === 'LogAppendTime' ? now : (source.timestamp ?? now);
    const record = new LogRecord(this, this.#endOffset, timestamp, source);
    this.#endOffset += 1;
    let segment = this.#segments.at(-1);
    const isNewSegment = segment === undefined || segment.bytes >= this.#segmentBytes || segment.records.length >= maxSegmentRecords;
    if (segment === undefined || isNewSegment) {
      segment = new Segment();
      this.#segments.push(segment);
    }
    segment.add(record, bytes);
    this.#bytes += bytes;
    this.#recordCount += 1;
    if (this.#compaction !== null) this.#compact(this.#compaction, record, now);
    if (isNewSegment || this.#bytes > this.retention.limitBytes) this.retention.enforce(now);
    this.dataWaiters.wake();
    return record;
  }

  writeOut(): null {
    return null;
  }

  read(offset: number, max: number): readonly LogRecord[] {
    if (offset >= this.#endOffset) return noRecords;
    return this.#segmentFrom(offset)?.slice(offset, max) ?? noRecords;
  }

  dropOldestSegment(): void {
    const segment = this.#segments.shift();
    if (segment === undefined) return;
    this.#bytes -= segment.bytes;
    this.#recordCount -= segment.records.length;
    this.#startOffset = this.#segments[0]?.records[0]?.offset ?? this.#endOffset;
    if (this.#compaction === null) return;
    for (const record of segment.records) this.#compaction.dropped(record);
  }

  delete(): void {
    this.#isDeleted = true;
    this.#segments = [];
    this.#bytes = 0;
    this.dataWaiters.wake();
    this.retention.roomWaiters.wake();
  }

  #compact(compaction: Compaction, record: LogRecord, now: number): void {
    compaction.appended(record, now);
    if (!compaction.isDue(this.#recordCount, now)) return;
    this.#segments = compaction.compact(this.#segments, now);
    this.#bytes = 0;
    this.#recordCount = 0;
    for (const segment of this.#segments) {
      this.#bytes += segment.bytes;
      this.#recordCount += segment.records.length;
    }
  }

  /** The first segment with a record at or after the offset. */
  #segmentFrom(offset: number): Segment | undefined {
    const segments = this.#segments;
    let low = 0;
    let high = segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((segments[middle] as Segment).lastOffset < offset) low = middle + 1;
      else high = middle;
    }
    return segments[low];
  }
}
