import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integerText } from '../../src/json/integer-text.ts';
import { quoted } from '../../src/json/json-text.ts';

describe('the text of an integer', () => {
  it('is that of String for every number and bigint', () => {
    const near = [
      0,
      -0,
      2 ** 31,
      2 ** 31 - 1,
      999_999_999_999,
      1e12,
      1_704_067_201_234,
      Number.MAX_SAFE_INTEGER,
      2 ** 53,
      1e21,
      -(2 ** 40),
    ];
    for (const value of near) expect(integerText(value)).toBe(String(value));
    fc.assert(fc.property(fc.oneof(fc.maxSafeInteger(), fc.bigInt()), (value) => integerText(value) === String(value)));
  });
});

describe('a string in quotes', () => {
  it('reads back as itself, with any mixture of quotes, controls and surrogates', () => {
    const unit = fc.constantFrom('"', '\\', '\n', '\u0001', '\u001f', '\u007f', 'a', 'é', '\u2028', '😀', '\ud800');
    fc.assert(fc.property(fc.string({ unit }), (text) => JSON.parse(quoted(text)) === text));
  });

  it('is escaped as Jackson does, whether or not it holds what JSON.stringify writes otherwise', () => {
    expect(quoted('{"a": "\\\n\t"}')).toBe('"{\\"a\\": \\"\\\\\\n\\t\\"}"');
    expect(quoted('"\u001f')).toBe('"\\"\\u001F"');
    expect(quoted('"😀')).toBe('"\\"\\uD83D\\uDE00"');
  });
});
