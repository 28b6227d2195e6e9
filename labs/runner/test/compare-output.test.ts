import { describe, expect, it } from 'vitest';
import { compareOutput } from '../src/check/compare-output.ts';
import type { MatchName } from '../src/format/lab.ts';

function compare(expected: readonly string[], output: string, match: MatchName = 'lines'): string | null {
  return compareOutput({ line: 40, lines: expected, match }, output);
}

describe('lines', () => {
  it('fit when they are equal, whatever blanks stand at their end', () => {
    expect(compare(['one', 'two'], 'one  \ntwo\n\n')).toBeNull();
    expect(compare([], '')).toBeNull();
  });

  it('do not fit in another order, or when one is missing or too many', () => {
    expect(compare(['one', 'two'], 'two\none')).not.toBeNull();
    expect(compare(['one', 'two'], 'one')).not.toBeNull();
    expect(compare(['one'], 'one\ntwo')).not.toBeNull();
    expect(compare([], 'one')).not.toBeNull();
  });

  it('have an ellipsis for any text, and all other characters mean themselves', () => {
    expect(compare(['took ... ms (of 5.0)'], 'took 12 ms (of 5.0)')).toBeNull();
    expect(compare(['took ... ms (of 5.0)'], 'took 12 ms (of 5x0)')).not.toBeNull();
    expect(compare(['[a] $1 *'], '[a] $1 *')).toBeNull();
  });

  it('have an ellipsis alone for any lines, or none', () => {
    expect(compare(['first', '...', 'last'], 'first\nsecond\nthird\nlast')).toBeNull();
    expect(compare(['first', '...', 'last'], 'first\nlast')).toBeNull();
    expect(compare(['first', '...'], 'first')).toBeNull();
    expect(compare(['...', 'a', '...', 'b'], 'x\na\na\nb\ny')).not.toBeNull();
    expect(compare(['...', 'a', '...', 'b'], 'x\na\na\nb\nb')).toBeNull();
  });

  it('that do not fit are shown with the lines of the README', () => {
    expect(compare(['one', 'two', 'three'], 'one\n2\nthree')).toBe(
      ['    40   | one', '    41 - | two', '       + | 2', '    42   | three'].join('\n'),
    );
  });

  it('that do not fit are shown up to sixty', () => {
    const long = compare([], Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n'));

    expect(long?.split('\n')).toHaveLength(61);
    expect(long).toContain('and 40 lines more');
  });
});

describe('lines in any order', () => {
  it('fit when each finds one of its own', () => {
    expect(compare(['a ...', 'b', 'b'], 'b\na 1\nb', 'unordered')).toBeNull();
    expect(compare(['b', 'b', 'c'], 'b\nc\nc', 'unordered')).not.toBeNull();
    expect(compare(['b'], 'b\nb', 'unordered')).not.toBeNull();
  });

  it('keep the numbers of their lines in the README', () => {
    expect(compare(['z', 'a'], 'a\ny', 'unordered')).toBe(['    41   | a', '    40 - | z', '       + | y'].join('\n'));
  });
});

describe('JSON lines', () => {
  it('fit whatever the order of keys and the spaces', () => {
    expect(compare(['{"a": 1, "b": [true, null, 2.0]}'], '{"b":[true,null,2],"a":1}', 'json')).toBeNull();
  });

  it.each([
    ['another value', '{"a": 1}', '{"a":2}'],
    ['a text for a number', '{"a": 1}', '{"a":"1"}'],
    ['a key more', '{"a": 1}', '{"a":1,"b":2}'],
    ['a key less', '{"a": 1, "b": 2}', '{"a":1}'],
    ['a shorter list', '[1, 2]', '[1]'],
    ['no object', '{"a": 1}', 'null'],
    ['no list', '[]', '{}'],
    ['no JSON', '{"a": 1}', '{"a":'],
  ])('do not fit with %s', (_, expected, actual) => {
    expect(compare([expected], actual, 'json')).not.toBeNull();
  });

  it('have "..." for any value, and as a key for keys that are not named', () => {
    expect(compare(['{"a": "...", "b": {"c": 1, "...": "..."}}'], '{"a":[9],"b":{"c":1,"d":2}}', 'json')).toBeNull();
    expect(compare(['{"a": "..."}'], '{"b":1}', 'json')).not.toBeNull();
  });
});
