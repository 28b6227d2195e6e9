import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { castNumber } from '../src/java/cast-number.ts';
import { parseNumber } from '../src/java/parse-number.ts';
import { unixMillis, unixTime } from '../src/java/unix-time.ts';

describe('castNumber', () => {
  test.each([
    [300, 'int8', false, 44],
    [-129, 'int8', false, 127],
    [9_007_199_254_740_993n, 'int32', false, 1],
    [-0.9, 'int64', true, 0],
    [-1e300, 'int64', true, -9_223_372_036_854_775_808n],
    [1e300, 'float32', true, Infinity],
    [9_007_199_791_611_905n, 'float32', false, 9_007_200_328_482_816],
  ] as const)('casts %s to %s', (value, type, isFloat, expected) => {
    expect(castNumber(value, type, isFloat)).toBe(expected);
  });

  test('keeps the lower bits of every long', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (long) => {
        const number = Number(long);
        const value = Number.isSafeInteger(number) ? number : long;
        expect(castNumber(value, 'int8')).toBe(Number(BigInt.asIntN(8, long)));
        expect(castNumber(value, 'int16')).toBe(Number(BigInt.asIntN(16, long)));
        expect(castNumber(value, 'int32')).toBe(Number(BigInt.asIntN(32, long)));
        expect(castNumber(value, 'int64')).toBe(value);
      }),
    );
  });
});

describe('parseNumber', () => {
  test.each([
    ['+7', 'int8', 7],
    ['128', 'int8', null],
    ['9223372036854775807', 'int64', 9_223_372_036_854_775_807n],
    ['٣٤', 'int32', 34],
    [' 1e5\n', 'float64', 100_000],
    ['0x1p3', 'float32', 8],
    ['1d', 'float32', 1],
    ['16777217.0000001', 'float32', 16_777_218],
    ['16777217', 'float32', 16_777_216],
    ['1_0', 'float64', null],
  ] as const)('reads "%s" as %s', (text, type, expected) => {
    expect(parseNumber(text, type)).toBe(expected);
  });
});

describe('Unix timestamps', () => {
  test('stop at the limits of a long and are cut off towards zero', () => {
    expect(unixMillis(-1500, 'microseconds')).toBe(-1);
    expect(unixTime(-1500, 'seconds')).toBe(-1);
    expect(unixTime(9_223_372_036_854_775n, 'nanoseconds')).toBe(9_223_372_036_854_775_807n);
    expect(unixMillis(-9_223_372_036_854_775_808n, 'seconds')).toBe(-9_223_372_036_854_775_808n);
  });
});
