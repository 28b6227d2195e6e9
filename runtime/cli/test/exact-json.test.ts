import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { exactJson, ExactNumber, parseExact, withDigits } from '../src/client/exact-json.ts';

it.each(['9007199254740993', '25.0', '-0', '1e3', '123456789012345678901234567890', '0.1000', '7', '-7', '2.5'])(
  'keeps the digits of %s',
  (number) => {
    const text = `{"a":[${number},{"b":${number}}],"c":"${number}"}`;
    expect(exactJson(parseExact(text))).toBe(text);
  },
);

it('gives numbers that JavaScript can hold as numbers, and the others as their text', () => {
  expect(parseExact('[1,2.5,-3]')).toEqual([1, 2.5, -3]);
  expect(parseExact('[9007199254740993]')).toEqual([new ExactNumber('9007199254740993')]);
});

it('leaves digits inside strings alone, also behind quotes that are escaped', () => {
  const text = JSON.stringify({ 'k"1.0': 'a \\" 25.0 "', n: '\\' });
  expect(parseExact(text)).toEqual(JSON.parse(text));
  expect(exactJson(parseExact(text))).toBe(text);
});

it('writes the digits in YAML as well', () => {
  expect(withDigits(stringify({ offset: new ExactNumber('9007199254740993') }))).toBe('offset: 9007199254740993\n');
});

it('refuses what is no JSON', () => {
  expect(() => parseExact('{"a":01}')).toThrow(SyntaxError);
  expect(() => parseExact('{')).toThrow(SyntaxError);
});
