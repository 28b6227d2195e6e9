import { crc32c } from '@node-rs/crc32';
import type { TimestampType } from '@millrace/api';
import { CorruptRecordException } from '../../errors.ts';
import { BatchAttribute, BatchLayout, lengthOverhead } from './batch-layout.ts';
import { codecOfCode, compressionTypes, decompressRecords, type CompressionType } from './compression.ts';
import { ReadRecord } from './read-record.ts';
import { RecordReader } from './record-reader.ts';

/** What a control batch may say, in the order of Kafka's codes: `org.apache.kafka.common.record.ControlRecordType`. */
const controlTypes = ['abort', 'commit', 'leader_change', 'snapshot_header', 'snapshot_footer', 'kraft_version', 'kraft_voters'] as const;
type ControlType = (typeof controlTypes)[number] | 'unknown';

/** A record batch, version 2, where it lies in the bytes that a broker sent. Reading a field costs nothing but the read. */
export class RecordBatch {
  readonly #bytes: Buffer;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly producerId: bigint;
  readonly #attributes: number;

  /** @param bytes the batch as a whole, its length field checked */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.baseOffset = readInt64(bytes, BatchLayout.baseOffset);
    this.lastOffset = this.baseOffset + bytes.readInt32BE(BatchLayout.lastOffsetDelta);
    this.producerId = bytes.readBigInt64BE(BatchLayout.producerId);
    this.#attributes = bytes.readInt16BE(BatchLayout.attributes);
  }

  get sizeInBytes(): number {
    return this.#bytes.length;
  }

  get partitionLeaderEpoch(): number {
    return this.#bytes.readInt32BE(BatchLayout.partitionLeaderEpoch);
  }

  get magic(): number {
    return this.#bytes.readInt8(BatchLayout.magic);
  }

  get crc(): number {
    return this.#bytes.readUInt32BE(BatchLayout.crc);
  }

  get compression(): CompressionType {
    return compressionTypes[this.#attributes & BatchAttribute.compressionMask] ?? 'none';
  }

  get timestampType(): TimestampType {
    return (this.#attributes & BatchAttribute.logAppendTime) === 0 ? 'CreateTime' : 'LogAppendTime';
  }

  get isTransactional(): boolean {
    return (this.#attributes & BatchAttribute.transactional) !== 0;
  }

  /** Whether it holds a marker of the broker in place of records. */
  get isControl(): boolean {
    return (this.#attributes & BatchAttribute.control) !== 0;
  }

  get maxTimestamp(): number {
    return readInt64(this.#bytes, BatchLayout.maxTimestamp);
  }

  get producerEpoch(): number {
    return this.#bytes.readInt16BE(BatchLayout.producerEpoch);
  }

  /** -1: the producer is not idempotent. */
  get baseSequence(): number {
    return this.#bytes.readInt32BE(BatchLayout.baseSequence);
  }

  get recordCount(): number {
    return this.#bytes.readInt32BE(BatchLayout.recordCount);
  }

  /** @throws CorruptRecordException if the bytes are not those that the producer or broker wrote */
  checkCrc(): void {
    const computed = crc32c(this.#bytes.subarray(BatchLayout.attributes));
    if (computed !== this.crc) {
      throw new CorruptRecordException(`${this.#name()} is corrupt (stored crc = ${this.crc}, computed crc = ${computed})`);
    }
  }

  /** What a control batch says. */
  controlType(): ControlType {
    const reader = new RecordReader(this.#bytes, BatchLayout.records, this.#name());
    reader.beginRecord();
    // Time and offset stand before the key.
    reader.varint();
    reader.varint();
    const key = reader.bytes();
    const code = key === null || key.length < 4 ? -1 : key.readInt16BE(2);
    return controlTypes[code] ?? 'unknown';
  }

  /**
   * Adds the records from an offset on to a list, in order.
   * @throws CorruptRecordException, UnsupportedCompressionTypeException
   */
  readInto(records: ReadRecord[], topic: string, partition: number, fromOffset: number): void {
    const count = this.recordCount;
    if (count <= 0) return;
    const codec = codecOfCode(this.#attributes & BatchAttribute.compressionMask);
    const name = this.#name();
    const reader =
      codec === null
        ? new RecordReader(this.#bytes, BatchLayout.records, name)
        : new RecordReader(decompressRecords(codec, this.#bytes.subarray(BatchLayout.records), name), 0, name);
    const baseTimestamp = readInt64(this.#bytes, BatchLayout.baseTimestamp);
    const home = { topic, partition, timestampType: this.timestampType };
    const appendTime = home.timestampType === 'LogAppendTime' ? this.maxTimestamp : null;
    for (let n = 0; n < count; n++) {
      const end = reader.beginRecord();
      const timestamp = baseTimestamp + reader.varint();
      const offset = this.baseOffset + reader.varint();
      if (offset < fromOffset) {
        reader.offset = end;
        continue;
      }
      const record = new ReadRecord(home, offset, appendTime ?? timestamp, reader.bytes(), reader.bytes());
      const headerCount = reader.varint();
      if (headerCount !== 0) record.headers = reader.headers(headerCount);
      reader.endRecord(end);
      records.push(record);
    }
  }

  #name(): string {
    return `Record batch of ${this.#bytes.length} bytes at offset ${this.baseOffset}`;
  }
}

/**
 * The whole batches in a piece of a log; a part of one at the end, as brokers send it, is left out.
 * @throws CorruptRecordException for a length that no batch can have and for another version than 2
 */
export function* recordBatches(bytes: Buffer): Generator<RecordBatch> {
  let at = 0;
  while (bytes.length - at >= BatchLayout.magic + 1) {
    const length = bytes.readInt32BE(at + BatchLayout.length);
    if (length < BatchLayout.records - lengthOverhead) {
      const minimum = BatchLayout.records - lengthOverhead;
      throw new CorruptRecordException(`Record batch at offset ${readInt64(bytes, at)} says it has ${length} bytes, fewer than ${minimum}`);
    }
    const end = at + lengthOverhead + length;
    const magic = bytes.readInt8(at + BatchLayout.magic);
    if (magic !== 2) {
      throw new CorruptRecordException(
        `Record batch at offset ${readInt64(bytes, at)} has version ${magic}; Millrace reads version 2 (Kafka 0.11)`,
      );
    }
    if (end > bytes.length) return;
    yield new RecordBatch(bytes.subarray(at, end));
    at = end;
  }
}

function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
}
