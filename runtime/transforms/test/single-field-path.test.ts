import { ConfigException, NullPointerException } from '@millrace/api';
import { SingleFieldPath } from '@millrace/transforms';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

describe('SingleFieldPath', () => {
  test.each([
    ['a.b.c', ['a', 'b', 'c']],
    ['a..b', ['a', '', 'b']],
    ['.a', ['', 'a']],
    ['a.', ['a', '']],
    ['a.b`c', ['a', 'b`c']],
    ['`a.b`.c', ['a.b', 'c']],
    ['a.`b.c`', ['a', 'b.c']],
    ['`a`b.c`', ['a`b.c']],
    ['`a\\`.b`.c', ['a`.b', 'c']],
    ['`a.b``.c', ['a.b`', 'c']],
    ['`a\\.b`', ['a\\.b']],
    ['', []],
  ])('reads %s by syntax V2', (path, steps) => {
    expect(new SingleFieldPath(path, 'V2').steps).toEqual(steps);
    expect(new SingleFieldPath(path, 'V1').steps).toEqual([path]);
  });

  test.each([
    ['`a.b`c', 0],
    ['a.`', 2],
    ['`a\\`', 0],
  ])('names the backtick of %s that has no partner', (path, position) => {
    expect(() => new SingleFieldPath(path, 'v2')).toThrow(
      new ConfigException(
        `Incomplete backtick pair in path: [${path}], consider adding a backslash before backtick at position ${position} to escape it`,
      ),
    );
  });

  test('takes no null by syntax V2', () => {
    expect(() => new SingleFieldPath(null, 'V2')).toThrow(NullPointerException);
  });

  test('reads back every list of names that was written in backticks', () => {
    // A backslash before a closing backtick would escape it, so such a name cannot be written.
    const name = fc.string({ unit: fc.constantFrom('a', '.', '`', '\\', 'ü') }).filter((text) => !/\\$|\\`(?:\.|$)/.test(text));

    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        const path = names.map((text) => `\`${text.replaceAll(/`(?=\.)/g, '\\`')}\``).join('.');
        expect(new SingleFieldPath(path, 'V2').steps).toEqual(names);
      }),
    );
  });
});
