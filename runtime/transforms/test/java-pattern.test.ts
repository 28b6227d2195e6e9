import { IllegalArgumentException } from '@millrace/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JavaPattern } from '../src/java/regex/java-pattern.ts';

function matches(pattern: string, text: string): boolean {
  return new JavaPattern(pattern).matches(text);
}

describe('JavaPattern', () => {
  test.each([
    ['\\Aorders\\z', 'orders'],
    ['\\Qa.b*\\E+', 'a.b**'],
    ['\\Q1.2', '1.2'],
    ['(?i)ORD(?-i)ers', 'orders'],
    ['(?i:a)b', 'Ab'],
    ['a(?i)b|C', 'c'],
    ['(?iu)É', 'é'],
    ['(?x) a b # comment\n c', 'abc'],
    ['[a-z&&[^x]]+', 'abc'],
    ['[\\w&&[^d]]+', 'or_1'],
    ['[^a[b]]', 'c'],
    ['[]a]+', ']a'],
    ['[a-]+', 'a-'],
    ['\\p{Alpha}+\\p{Punct}', 'ab!'],
    ['\\p{L}+\\p{IsLatin}\\p{IsAlphabetic}\\pL', 'éüäö'],
    ['(?s)a.b', 'a\nb'],
    ['a$', 'a'],
    ['(?m)a$\\nb', 'a\nb'],
    ['a\\Z\\n', 'a\n'],
    ['\\x41\\u0042\\x{43}\\0104\\cA', 'ABCD\u0001'],
    ['a\\R\\h', 'a\r\n\t'],
    ['(a)\\1(?<n>b)\\k<n>', 'aabb'],
    ['(?>ab|a)b', 'abb'],
    ['x?+y{1,2}+z', 'yyz'],
    ['.', '\u{1F600}'],
    ['}]', '}]'],
  ])('%s matches as in Java', (pattern, text) => {
    expect(matches(pattern, text)).toBe(true);
  });

  test.each([
    ['(?>a|ab)c', 'abc'],
    ['a*+a', 'aaa'],
    ['ord', 'orders'],
    ['(?i)é', 'É'],
    ['.', '\u0085'],
    ['\\s', '\u00a0'],
    ['\\d', '٣'],
    ['(?-x)a b', 'ab'],
    ['[\\w&&[^d]]+', 'orders'],
    ['[^a&&b]', ''],
  ])('%s does not match %s', (pattern, text) => {
    expect(matches(pattern, text)).toBe(false);
  });

  test.each([
    ['(', 'Unclosed group near index 1'],
    ['a)', "Unmatched closing ')' near index 1"],
    ['[a', 'Unclosed character class near index 2'],
    ['*', "Dangling meta character '*' near index 1"],
    ['a{2,1}', 'Illegal repetition range near index 6'],
    ['a{x}', 'Illegal repetition near index 2'],
    ['[z-a]', 'Illegal character range near index 4'],
    ['\\y', 'Illegal/unsupported escape sequence near index 2'],
    ['\\p{Foo}', 'Unknown character property name {Foo} near index 7'],
    ['(?<1>a)', 'capturing group name does not start with a Latin letter near index 4'],
    ['(?<a>.)(?<a>.)', 'Named capturing group <a> is already defined near index 12'],
    ['(?q)', 'Unknown inline modifier near index 3'],
  ])('refuses %s with "%s"', (pattern, message) => {
    expect(() => new JavaPattern(pattern)).toThrow(new IllegalArgumentException(message));
  });

  test.each(['\\G', '\\X', '(?U)\\w', '\\p{InGreek}', '(?<=a++)b', '(?i)(a)\\1', '(a\\1)', '(?:(a)|b)\\1'])(
    'says that it cannot translate %s',
    (pattern) => {
      expect(() => new JavaPattern(pattern)).toThrow(/^Millrace cannot translate .* write the pattern without near index \d+$/);
    },
  );

  test('replaces the first match, which may be shorter than the text', () => {
    const pattern = new JavaPattern('o|orders');

    expect(pattern.replaceFirst('orders', pattern.replacement('<$0>'))).toBe('<o>rders');
    expect(pattern.replaceFirst('xyz', pattern.replacement('y'))).toBe('xyz');
  });

  test('agrees with JavaScript where both dialects are the same', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '[ab]',
      '[^a]',
      '(a)',
      '(?:ab)',
      '\\d',
      '\\w',
      '(b|c)',
      '^',
      '\\.',
      '(?=a)',
      '(?!b)',
      '(?<=a)',
      '\\-',
    );
    const quantifier = fc.constantFrom('', '', '*', '+', '?', '*?', '{2}', '{1,2}');
    const pattern = fc
      .array(fc.tuple(atom, quantifier), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.map(([source, times]) => (/^(?:\^|\(\?)/.test(source) ? source : source + times)).join(''));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '.', '-'), maxLength: 6 });

    fc.assert(
      fc.property(pattern, text, (source, input) => {
        expect(matches(source, input)).toBe(new RegExp(`^(?:${source})$`).test(input));
      }),
    );
  });

  test('matches every text by its quotation', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\\E')),
        (text) => {
          expect(matches(`\\Q${text}\\E`, text)).toBe(true);
        },
      ),
    );
  });
});
