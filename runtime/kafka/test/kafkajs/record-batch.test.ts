import { describe, expect, it } from 'vitest';
import { CorruptRecordException } from '../../src/errors.ts';
import { BatchBuilder, notIdempotent, restamp, type BatchRecord, type Buffers } from '../../src/kafkajs/records/batch-builder.ts';
import { BatchLayout } from '../../src/kafkajs/records/batch-layout.ts';
import type { ReadRecord } from '../../src/kafkajs/records/read-record.ts';
import { recordBatches, type RecordBatch } from '../../src/kafkajs/records/record-batch.ts';

/** Counts what is taken and given back. */
class CountingBuffers implements Buffers {
  readonly taken: number[] = [];
  readonly given: number[] = [];

  take(size: number): Buffer {
    this.taken.push(size);
    return Buffer.alloc(size);
  }

  give(buffer: Buffer): void {
    this.given.push(buffer.length);
  }
}

function record(value: string | number): BatchRecord {
  return { key: Buffer.from('k'), value: typeof value === 'number' ? Buffer.alloc(value, 1) : Buffer.from(value), headers: [] };
}

function batchOf(values: readonly (string | number)[]): Buffer {
  const builder = new BatchBuilder(Number.POSITIVE_INFINITY, new CountingBuffers());
  for (const [index, value] of values.entries()) builder.append(1000 + index, record(value));
  return builder.finish('none', notIdempotent);
}

function readUnchecked(bytes: Buffer): ReadRecord[] {
  const records: ReadRecord[] = [];
  for (const batch of recordBatches(bytes)) batch.readInto(records, 't', 0, 0);
  return records;
}

function errorOf(action: () => unknown): Error | null {
  try {
    action();
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** Reads everything in a piece of a log, with checks. */
function read(bytes: Buffer): ReadRecord[] {
  const records: ReadRecord[] = [];
  for (const batch of recordBatches(bytes)) {
    batch.checkCrc();
    batch.readInto(records, 't', 0, 0);
  }
  return records;
}

describe('BatchBuilder', () => {
  it('takes records up to its limit, to the byte, and says no to the next one', () => {
    const sizeOfTwo = batchOf([100, 100]).length;
    for (const [limit, isAccepted] of [
      [sizeOfTwo, true],
      [sizeOfTwo - 1, false],
    ] as const) {
      const builder = new BatchBuilder(limit, new CountingBuffers());
      expect(builder.append(1000, record(100))).toBe(true);
      expect(builder.append(1001, record(100))).toBe(isAccepted);
      expect(read(builder.finish('none', notIdempotent))).toHaveLength(isAccepted ? 2 : 1);
    }
  });

  it('takes a first record that is larger than the limit, alone', () => {
    const builder = new BatchBuilder(100, new CountingBuffers());

    expect(builder.append(1000, record(50_000))).toBe(true);
    expect(builder.append(1000, record('x'))).toBe(false);
    expect(read(builder.finish('none', notIdempotent))[0]?.value).toHaveLength(50_000);
  });

  it('doubles its buffer as it grows, keeps what it holds, and gives each buffer back once', () => {
    const buffers = new CountingBuffers();
    const builder = new BatchBuilder(Number.POSITIVE_INFINITY, buffers);
    for (let n = 0; n < 100; n++) builder.append(n, record(String(n).padEnd(1000)));
    const records = read(builder.finish('none', notIdempotent));
    builder.release();
    builder.release();

    expect(buffers.taken).toEqual([16_384, 32_768, 65_536, 131_072]);
    expect(buffers.given).toEqual(buffers.taken);
    expect(records.map(({ value }) => value?.toString().trim())).toEqual(Array.from({ length: 100 }, (_, n) => String(n)));
    expect(() => builder.append(0, record('late'))).toThrow('The buffer of a record batch has been given back');
  });

  it('notes the time of the first record and the latest one, whatever their order', () => {
    const builder = new BatchBuilder(1000, new CountingBuffers());
    for (const timestamp of [5000, 9000, 1000]) builder.append(timestamp, record('v'));
    const bytes = builder.finish('none', notIdempotent);

    expect(bytes.readBigInt64BE(BatchLayout.baseTimestamp)).toBe(5000n);
    expect(bytes.readBigInt64BE(BatchLayout.maxTimestamp)).toBe(9000n);
    expect(read(bytes).map(({ timestamp }) => timestamp)).toEqual([5000, 9000, 1000]);
  });

  it('keeps null apart from empty, and any header', () => {
    const headers = [
      { key: '', value: null },
      { key: 'é😀', value: Buffer.alloc(0) },
      { key: 'x', value: Buffer.alloc(300, 7) },
    ];
    const builder = new BatchBuilder(10_000, new CountingBuffers());
    builder.append(1, { key: null, value: Buffer.alloc(0), headers });
    builder.append(2, { key: Buffer.alloc(0), value: null, headers: [] });
    const [first, second] = read(builder.finish('none', notIdempotent));

    expect(first).toMatchObject({ key: null, value: Buffer.alloc(0), headers });
    expect(second).toMatchObject({ key: Buffer.alloc(0), value: null, headers: [] });
  });

  it('is stamped anew with another producer, epoch and number, and nothing else', () => {
    const bytes = batchOf(['a', 'b']);
    const before = Buffer.from(bytes);
    restamp(bytes, { producerId: 2n ** 40n, producerEpoch: 7, baseSequence: 2 ** 31 - 1, isTransactional: true });
    const [batch] = [...recordBatches(bytes)] as [RecordBatch];

    batch.checkCrc();
    expect(batch).toMatchObject({ producerId: 2n ** 40n, producerEpoch: 7, baseSequence: 2 ** 31 - 1, isTransactional: true });
    expect(read(bytes).map(({ value }) => value?.toString())).toEqual(['a', 'b']);
    restamp(bytes, notIdempotent);
    expect(bytes).toEqual(before);
  });
});

describe('a piece of a log', () => {
  const whole = batchOf(['first', 'second']);
  const next = batchOf(['third']);

  it('that ends anywhere within a batch has the batches before it', () => {
    for (let cut = 0; cut < next.length; cut++) {
      const records = read(Buffer.concat([whole, next.subarray(0, cut)]));
      expect(records.map(({ value }) => value?.toString())).toEqual(['first', 'second']);
    }
    expect(read(Buffer.concat([whole, next]))).toHaveLength(3);
  });

  it('with any bit of a batch changed behind its length is corrupt, but for offset and leader epoch, which brokers write', () => {
    for (let bit = BatchLayout.magic * 8; bit < whole.length * 8; bit++) {
      const damaged = Buffer.from(whole);
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => read(damaged), `bit ${bit}`).toThrow(CorruptRecordException);
    }
  });

  it('with a length that no batch can have is corrupt', () => {
    for (const length of [-1, 0, 48]) {
      const damaged = Buffer.from(whole);
      damaged.writeInt32BE(length, BatchLayout.length);
      expect(() => read(damaged)).toThrow(`says it has ${length} bytes, fewer than 49`);
    }
  });

  it('of an older format is refused with the version', () => {
    const old = Buffer.from(whole);
    old.writeInt8(1, BatchLayout.magic);

    expect(() => read(old)).toThrow('has version 1; Millrace reads version 2 (Kafka 0.11)');
  });

  it('whose records do not keep to their lengths is corrupt even when nobody checks sums', () => {
    const errors = new Set<unknown>();
    for (let at = BatchLayout.records; at < whole.length; at++) {
      for (const value of [0x00, 0x7f, 0xff]) {
        const damaged = Buffer.from(whole);
        damaged[at] = value;
        errors.add(errorOf(() => readUnchecked(damaged))?.constructor);
      }
    }

    // Damage within a key or value cannot be told without the sum.
    expect(errors).toEqual(new Set([undefined, CorruptRecordException]));
  });

  it('gives the records from an offset on', () => {
    const records: ReadRecord[] = [];
    const moved = Buffer.from(whole);
    moved.writeBigInt64BE(2n ** 40n, BatchLayout.baseOffset);
    for (const batch of recordBatches(moved)) batch.readInto(records, 't', 3, 2 ** 40 + 1);

    expect(records).toMatchObject([{ topic: 't', partition: 3, offset: 2 ** 40 + 1, timestamp: 1001, value: Buffer.from('second') }]);
  });
});
