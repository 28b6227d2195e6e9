import type { RawHeader, RecordMetadata, TimestampType } from '@millrace/api';
import type { ConsumedRecord, ProducerRecord } from '../port.ts';

/** Heap that one record takes besides its buffers: the object, its boxed timestamp, its place in a list. Measured on Node 20. */
const recordOverheadBytes = 120;
/** Heap that one `Buffer` object takes besides its bytes. */
const bufferOverheadBytes = 112;
/** Heap that one header takes besides its key's characters and its value. */
const headerOverheadBytes = 64;

/** A record of the log, for whoever reads it, and for its producer as metadata of the acknowledgement. */
export class LogRecord implements ConsumedRecord, RecordMetadata {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly timestampType: TimestampType;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RawHeader[];

  constructor(home: RecordHome, offset: number, timestamp: number, source: RecordContents) {
    this.topic = home.topic;
    this.partition = home.partition;
    this.offset = offset;
    this.timestamp = timestamp;
    this.timestampType = home.timestampType;
    this.key = source.key;
    this.value = source.value;
    this.headers = source.headers;
  }
}

/** What a producer says of a record that does not depend on where it comes to lie. */
export type RecordContents = Pick<ProducerRecord, 'key' | 'value' | 'headers'>;

/** What all records of a partition have in common. */
export interface RecordHome {
  readonly topic: string;
  readonly partition: number;
  readonly timestampType: TimestampType;
}

/** Memory, in bytes, that the record takes as an object. */
export function memorySize(record: ProducerRecord): number {
  const { key, value, headers } = record;
  let size = recordOverheadBytes;
  if (key !== null) size += bufferOverheadBytes + key.length;
  if (value !== null) size += bufferOverheadBytes + value.length;
  for (const header of headers) {
    size += headerOverheadBytes + header.key.length;
    if (header.value !== null) size += bufferOverheadBytes + header.value.length;
  }
  return size;
}
