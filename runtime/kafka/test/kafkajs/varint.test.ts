import { describe, expect, it } from 'vitest';
import { RecordReader } from '../../src/kafkajs/records/record-reader.ts';
import { varintSize, writeVarint } from '../../src/kafkajs/records/varint.ts';

/** Values and bytes by hand from the zigzag encoding of Protocol Buffers, which Kafka's ByteUtils follows. */
const known: readonly [value: number, hex: string][] = [
  [0, '00'],
  [-1, '01'],
  [1, '02'],
  [63, '7e'],
  [-64, '7f'],
  [64, '8001'],
  [-65, '8101'],
  [8191, 'fe7f'],
  [-8192, 'ff7f'],
  [8192, '808001'],
  [300, 'd804'],
  [2 ** 31 - 1, 'feffffff0f'],
  [-(2 ** 31), 'ffffffff0f'],
  [2 ** 31, '8080808010'],
  [-(2 ** 31) - 1, '8180808010'],
  [Number.MAX_SAFE_INTEGER, 'feffffffffffff1f'],
  [Number.MIN_SAFE_INTEGER, 'fdffffffffffff1f'],
];

describe('a varint', () => {
  it.each(known)('of %i is %s', (value, hex) => {
    const bytes = Buffer.alloc(12, 0xee);

    expect(writeVarint(bytes, 1, value)).toBe(1 + hex.length / 2);
    expect(bytes.toString('hex')).toBe(`ee${hex}${'ee'.repeat(11 - hex.length / 2)}`);
    expect(varintSize(value)).toBe(hex.length / 2);
    const reader = new RecordReader(Buffer.from(hex, 'hex'), 0, 'test');
    expect(reader.varint()).toBe(value);
    expect(reader.offset).toBe(hex.length / 2);
  });

  it('around every power of two comes back, in as many bytes as its size says', () => {
    const bytes = Buffer.alloc(10);
    for (let power = 0; power < 53; power++) {
      for (const value of [2 ** power - 1, 2 ** power, -(2 ** power), -(2 ** power) + 1]) {
        const end = writeVarint(bytes, 0, value);
        expect([value, varintSize(value)]).toEqual([value, end]);
        expect(new RecordReader(bytes.subarray(0, end), 0, 'test').varint()).toBe(value);
      }
    }
  });

  it('that ends early or does not end is corrupt', () => {
    expect(() => new RecordReader(Buffer.from('80', 'hex'), 0, 'The batch').varint()).toThrow('The batch holds a number that ends early');
    expect(() => new RecordReader(Buffer.alloc(0), 0, 'The batch').varint()).toThrow('The batch holds a number that ends early');
    expect(() => new RecordReader(Buffer.alloc(12, 0xff), 0, 'The batch').varint()).toThrow('The batch holds a number that does not end');
  });
});
