import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubleText, floatText } from '@millrace/api';

describe('doubleText', () => {
  it.each([
    [1, '1.0'],
    [100, '100.0'],
    [-7, '-7.0'],
    [0, '0.0'],
    [-0, '-0.0'],
    [0.5, '0.5'],
    [25.25, '25.25'],
    [0.001, '0.001'],
    [9.999e-4, '9.999E-4'],
    [-0.0001, '-1.0E-4'],
    [9_999_999, '9999999.0'],
    [9_999_999.999, '9999999.999'],
    [1e7, '1.0E7'],
    [-12_345_678, '-1.2345678E7'],
    [123_456_789.125, '1.23456789125E8'],
    [2 ** 53, '9.007199254740992E15'],
    [1e21, '1.0E21'],
    [1e23, '1.0E23'],
    [Number.MAX_VALUE, '1.7976931348623157E308'],
    [2.2250738585072014e-308, '2.2250738585072014E-308'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('prints %d as %s', (value, text) => {
    expect(doubleText(value)).toBe(text);
  });

  it('prints two digits of the smallest numbers, where the closest decimal of two digits is closer than that of one', () => {
    expect(doubleText(Number.MIN_VALUE)).toBe('4.9E-324');
    expect(doubleText(2 * Number.MIN_VALUE)).toBe('9.9E-324');
    expect(doubleText(4 * Number.MIN_VALUE)).toBe('2.0E-323');
  });

  it('prints a text that reads back as the same number, in the notation of its size', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const text = doubleText(value);

        expect(Number(text)).toBe(value);
        if (Number.isFinite(value)) expect(text).toMatch(/^-?\d+\.\d+(E-?\d+)?$/);
        const isPlain = value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e7) || !Number.isFinite(value);
        expect(text.includes('E')).toBe(!isPlain);
      }),
    );
  });
});

describe('floatText', () => {
  it.each([
    [0.1, '0.1'],
    [1, '1.0'],
    [-2.5, '-2.5'],
    [0, '0.0'],
    [-0, '-0.0'],
    [16_777_216, '1.6777216E7'],
    [1e7, '1.0E7'],
    [9_999_999, '9999999.0'],
    [0.001, '0.001'],
    [1e10, '1.0E10'],
    [3.4028234663852886e38, '3.4028235E38'],
    [1.1754943508222875e-38, '1.1754944E-38'],
    [1.401298464324817e-45, '1.4E-45'],
    [7.006492321624085e-45, '7.0E-45'],
    [9.80908925027372e-45, '9.8E-45'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('prints %d as %s', (value, text) => {
    expect(floatText(Math.fround(value))).toBe(text);
  });

  it('prints the shortest text that reads back as the same float', () => {
    fc.assert(
      fc.property(fc.float(), (value) => {
        const text = floatText(value);

        expect(Math.fround(Number(text))).toBe(value);
        if (Number.isFinite(value)) expect(text.length).toBeLessThanOrEqual(doubleText(value).length);
      }),
    );
  });

  it('reads back every power of two, below which floats lie closer together than above', () => {
    for (let exponent = -149; exponent < 128; exponent += 1) {
      expect(Math.fround(Number(floatText(2 ** exponent)))).toBe(2 ** exponent);
    }
  });
});
