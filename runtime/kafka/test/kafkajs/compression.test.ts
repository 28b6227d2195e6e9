import { createRequire } from 'node:module';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CorruptRecordException, UnsupportedCompressionTypeException } from '../../src/errors.ts';
import { checkCompression, codecFor, codecOfCode, compressionTypes, decompressRecords } from '../../src/kafkajs/records/compression.ts';
import { compressXerial, decompressXerial } from '../../src/kafkajs/records/xerial-snappy.ts';

const writesZstd = 'zstdCompressSync' in zlib;
type Transform = (this: void, bytes: Buffer) => Buffer;
const snappy = createRequire(import.meta.url)('snappy') as { readonly compressSync: Transform; readonly uncompressSync: Transform };

const contents: readonly [string, Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.from('x')],
  ['a megabyte that is all alike', Buffer.alloc(1_000_000, 'abc')],
  ['bytes without a pattern', Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 2_654_435_761) >>> 24))],
];

describe.each(compressionTypes.filter((type) => type !== 'none' && (type !== 'zstd' || writesZstd)))('%s', (type) => {
  it.each(contents)('brings %s back', (_name, content) => {
    const codec = codecFor(type);
    const compressed = codec?.compress(content) as Buffer;

    expect(codec?.decompress(compressed).equals(content)).toBe(true);
  });

  it('says that cut bytes are corrupt', () => {
    const codec = codecFor(type);
    if (codec === null) throw new Error('a codec was asked for');
    const compressed = codec.compress(Buffer.alloc(1000, 'abcdefg'));

    expect(() => decompressRecords(codec, compressed.subarray(0, compressed.length >> 1), 'The batch')).toThrow(CorruptRecordException);
  });
});

describe('zstd', () => {
  /** By zstd-jni 1.5, from the golden vectors: one record of `k` and `v`. */
  const compressed = Buffer.from('28b52ffd005848000010000000026b027600010000', 'hex');

  it('is read whatever the version of Node', () => {
    expect(codecFor('zstd')?.decompress(compressed).toString('hex')).toBe('10000000026b027600');
  });

  it('is refused for writing with the way out where Node cannot', () => {
    if (writesZstd) expect(() => checkCompression('zstd')).not.toThrow();
    else expect(() => checkCompression('zstd')).toThrow(`Node ${process.versions.node} reads zstd and cannot write it`);
  });
});

describe('compression codes', () => {
  it('are those of Kafka', () => {
    expect(compressionTypes).toEqual(['none', 'gzip', 'snappy', 'lz4', 'zstd']);
    expect(codecOfCode(0)).toBeNull();
    expect(codecOfCode(3)).toBe(codecFor('lz4'));
  });

  it('that Kafka does not know yet are refused with the number', () => {
    expect(() => codecOfCode(5)).toThrow(UnsupportedCompressionTypeException);
    expect(() => codecOfCode(5)).toThrow('unknown compression code 5');
  });
});

describe('snappy as Java frames it', () => {
  it('has a header of 16 bytes and blocks of at most 32 KiB with their lengths', () => {
    const framed = compressXerial(Buffer.alloc(70_000, 1), snappy.compressSync);

    expect(framed.subarray(0, 16).toString('hex')).toBe('82534e41505059000000000100000001');
    const blocks: number[] = [];
    for (let at = 16; at < framed.length; ) {
      const length = framed.readInt32BE(at);
      blocks.push(snappy.uncompressSync(framed.subarray(at + 4, at + 4 + length)).length);
      at += 4 + length;
    }
    expect(blocks).toEqual([32_768, 32_768, 4464]);
  });

  it('is read without frame too, as other clients write it', () => {
    expect(decompressXerial(snappy.compressSync(Buffer.from('bare')), snappy.uncompressSync).toString()).toBe('bare');
  });

  it('is corrupt when it ends within a block', () => {
    const framed = compressXerial(Buffer.from('content'), snappy.compressSync);
    for (const cut of [17, 19, framed.length - 1]) {
      expect(() => decompressXerial(framed.subarray(0, cut), snappy.uncompressSync)).toThrow('A snappy block ends early');
    }
  });
});
