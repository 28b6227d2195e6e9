import type { RawHeader, TimestampType } from '@millrace/api';
import type { ConsumedRecord } from '../../port.ts';

/** What the records of a batch have in common. */
export interface RecordHome {
  readonly topic: string;
  readonly partition: number;
  readonly timestampType: TimestampType;
}

const noHeaders: readonly RawHeader[] = [];

/** A record as it was read; its buffers are views into the answer of the broker. */
export class ReadRecord implements ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly timestampType: TimestampType;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  headers: readonly RawHeader[] = noHeaders;

  constructor(home: RecordHome, offset: number, timestamp: number, key: Buffer | null, value: Buffer | null) {
    this.topic = home.topic;
    this.partition = home.partition;
    this.timestampType = home.timestampType;
    this.offset = offset;
    this.timestamp = timestamp;
    this.key = key;
    this.value = value;
  }
}
