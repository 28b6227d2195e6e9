/** `kafka.jsonl`: what producers compute, and the bytes of record batches. */

import { type RawHeader, TopicPartition } from '@millrace/api';
import { murmur2, partitionForKey } from '@millrace/kafka';
import {
  BatchAttribute,
  BatchBuilder,
  BatchLayout,
  codecFor,
  CompletedFetch,
  type CompressionType,
  crc32c,
  type ReadRecord,
  type RecordBatch,
  recordBatches,
  restamp,
} from '@millrace/kafka/record-batches';
import { decodeBytes, encodeBytes } from '../codec.ts';
import type { Component, Components, VectorCase } from '../component.ts';

interface VectorRecord {
  readonly timestamp: string;
  readonly key: unknown;
  readonly value: unknown;
  readonly headers: readonly [string, unknown][];
}

interface EncodeConfig {
  readonly compression: CompressionType;
  readonly timestampType: 'CreateTime' | 'LogAppendTime';
  readonly baseOffset: string;
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly transactional: boolean;
  readonly logAppendTime: string;
  readonly partitionLeaderEpoch: number;
}

interface FetchConfig {
  readonly isolationLevel: 'read_committed' | 'read_uncommitted';
  readonly fetchOffset: string;
  readonly abortedTransactions: readonly [producerId: string, firstOffset: string][];
}

const partition = TopicPartition.of('t', 0);

function bytesOf({ input }: VectorCase): Buffer {
  return decodeBytes(input) as Buffer;
}

const encode: Component = ({ config, input, output }) => {
  const settings = config as EncodeConfig;
  const batch = written(settings, input as VectorRecord[]);
  const expected = decodeBytes(output) as Buffer;
  // Compressors differ: then the batches are the same if they are so without compression.
  const isSame = settings.compression !== 'none' && plain(batch, settings.compression).equals(plain(expected, settings.compression));
  return isSame ? output : encodeBytes(batch);
};

/** A batch by our producer, with what the broker that takes it writes into it: offset, epoch of the leader and time. */
function written(settings: EncodeConfig, records: readonly VectorRecord[]): Buffer {
  const builder = new BatchBuilder(Number.POSITIVE_INFINITY, { take: (size) => Buffer.alloc(size), give: () => undefined });
  for (const { timestamp, key, value, headers } of records) {
    const rawHeaders: RawHeader[] = headers.map(([name, bytes]) => ({ key: name, value: decodeBytes(bytes) }));
    builder.append(Number(timestamp), { key: decodeBytes(key), value: decodeBytes(value), headers: rawHeaders });
  }
  const stamp = {
    producerId: BigInt(settings.producerId),
    producerEpoch: settings.producerEpoch,
    baseSequence: settings.baseSequence,
    isTransactional: settings.transactional,
  };
  const batch = builder.finish(settings.compression, stamp);
  batch.writeBigInt64BE(BigInt(settings.baseOffset), BatchLayout.baseOffset);
  batch.writeInt32BE(settings.partitionLeaderEpoch, BatchLayout.partitionLeaderEpoch);
  if (settings.timestampType === 'LogAppendTime') {
    batch.writeInt16BE(batch.readInt16BE(BatchLayout.attributes) | BatchAttribute.logAppendTime, BatchLayout.attributes);
    batch.writeBigInt64BE(BigInt(settings.logAppendTime), BatchLayout.maxTimestamp);
    restamp(batch, stamp);
  }
  return batch;
}

/** The batch without compression, length and checksum. @throws CorruptRecordException */
function plain(batch: Buffer, compression: CompressionType): Buffer {
  for (const whole of recordBatches(batch)) whole.checkCrc();
  const header = Buffer.from(batch.subarray(0, BatchLayout.records));
  header.fill(0, BatchLayout.length, BatchLayout.partitionLeaderEpoch);
  header.fill(0, BatchLayout.crc, BatchLayout.attributes);
  const records = batch.subarray(BatchLayout.records);
  return Buffer.concat([header, codecFor(compression)?.decompress(records) ?? records]);
}

const decode: Component = (testCase) => ({ batches: Array.from(recordBatches(bytesOf(testCase)), encodeBatch) });

function encodeBatch(batch: RecordBatch): unknown {
  batch.checkCrc();
  const records: ReadRecord[] = [];
  batch.readInto(records, partition.topic, partition.partition, 0);
  return {
    baseOffset: String(batch.baseOffset),
    lastOffset: String(batch.lastOffset),
    partitionLeaderEpoch: batch.partitionLeaderEpoch,
    magic: batch.magic,
    crc: String(batch.crc),
    compression: batch.compression,
    timestampType: batch.timestampType,
    transactional: batch.isTransactional,
    control: batch.isControl,
    maxTimestamp: String(batch.maxTimestamp),
    producerId: String(batch.producerId),
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    lastSequence: lastSequence(batch),
    count: batch.recordCount,
    sizeInBytes: batch.sizeInBytes,
    records: records.map((record) => ({ ...encodeRecord(record), ...(batch.isControl ? encodeMarker(batch, record) : {}) })),
  };
}

/** Sequence numbers begin again at 0 after the largest INT32. */
function lastSequence({ baseSequence, baseOffset, lastOffset }: RecordBatch): number {
  return baseSequence < 0 ? -1 : (baseSequence + lastOffset - baseOffset) % 2 ** 31;
}

function encodeRecord({ offset, timestamp, key, value, headers }: ReadRecord): object {
  return {
    offset: String(offset),
    timestamp: String(timestamp),
    key: encodeBytes(key),
    value: encodeBytes(value),
    headers: headers.map((header) => [header.key, encodeBytes(header.value)]),
  };
}

function encodeMarker(batch: RecordBatch, { value }: ReadRecord): object {
  const type = batch.controlType();
  const isOfTransaction = type === 'abort' || type === 'commit';
  return { controlType: type.toUpperCase(), ...(isOfTransaction ? { coordinatorEpoch: value?.readInt32BE(2) } : {}) };
}

const fetchRecords: Component = (testCase) => {
  const { isolationLevel, fetchOffset, abortedTransactions } = testCase.config as FetchConfig;
  const fetch = new CompletedFetch({
    partition,
    fetchOffset: Number(fetchOffset),
    records: bytesOf(testCase),
    isolation: isolationLevel,
    abortedTransactions: abortedTransactions.map(([producerId, firstOffset]) => ({
      producerId: BigInt(producerId),
      firstOffset: Number(firstOffset),
    })),
    checkCrcs: true,
  });
  const records: unknown[] = [];
  for (let run = fetch.next(); run !== null; run = fetch.next()) {
    for (const { offset, key, value } of run) records.push([String(offset), key?.toString() ?? null, value?.toString() ?? null]);
  }
  return { records, nextFetchOffset: String(fetch.nextOffset) };
};

export const kafka: Components = {
  'Utils.murmur2': (testCase) => murmur2(bytesOf(testCase)),
  'BuiltInPartitioner.partitionForKey': (testCase) =>
    partitionForKey(bytesOf(testCase), (testCase.config as { numPartitions: number }).numPartitions),
  'Crc32C.compute': (testCase) => String(crc32c(bytesOf(testCase))),
  'Crc32C.batch': (testCase) => String(crc32c(bytesOf(testCase).subarray((testCase.config as { from: number }).from))),
  'MemoryRecords.encode': encode,
  'MemoryRecords.decode': decode,
  'CompletedFetch.fetchRecords': fetchRecords,
};
