import { propertyClass } from './character-property.ts';
import type { PatternCursor } from './pattern-cursor.ts';
import type { PatternFlags } from './pattern-flags.ts';

/** What an escape stands for: one code point, or a class of them as JavaScript source. */
export type Escape = { readonly kind: 'point'; readonly point: number } | { readonly kind: 'class'; readonly source: string };

/** Classes by their letter, as class content. Java's are ASCII, unlike those of JavaScript. */
const classes: Readonly<Record<string, string>> = {
  d: '0-9',
  w: 'A-Za-z0-9_',
  s: ' \\t\\n\\x0b\\f\\r',
  h: ' \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000',
  v: '\\n\\x0b\\f\\r\\x85\\u2028\\u2029',
};

const controls: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, r: 0x0d, f: 0x0c, a: 0x07, e: 0x1b };

/** Reads what follows a backslash, inside or outside of a class. Assertions and back references are read by others before. */
export function readEscape(cursor: PatternCursor, flags: PatternFlags): Escape {
  const letter = cursor.next();
  if (letter === '') throw cursor.error('Unexpected internal error: a backslash at the end');
  const lower = letter.toLowerCase();
  if (Object.hasOwn(classes, lower)) {
    return { kind: 'class', source: `[${letter === lower ? '' : '^'}${classes[lower]}]` };
  }
  if (lower === 'p') return { kind: 'class', source: propertyClass(cursor, letter === 'P', flags) };
  if (Object.hasOwn(controls, letter)) return { kind: 'point', point: controls[letter] as number };
  const numeric = numericEscape(cursor, letter);
  if (numeric !== null) return { kind: 'point', point: numeric };
  if (letter === 'X' || letter === 'N' || letter === 'G') throw cursor.unsupported(`\\${letter}`);
  if (/[A-Za-z1-9]/.test(letter)) throw cursor.error('Illegal/unsupported escape sequence');
  return { kind: 'point', point: letter.codePointAt(0) as number };
}

function numericEscape(cursor: PatternCursor, letter: string): number | null {
  switch (letter) {
    case '0':
      return octal(cursor);
    case 'x':
      return cursor.accept('{') ? bracedHex(cursor) : hex(cursor, 2, 'Illegal hexadecimal escape sequence');
    case 'u':
      return unicode(cursor);
    case 'c':
      if (cursor.isAtEnd) throw cursor.error('Illegal control escape sequence');
      return (cursor.next().codePointAt(0) as number) ^ 64;
    default:
      return null;
  }
}

function octal(cursor: PatternCursor): number {
  const digits = cursor.takeWhile(/[0-7]/, /[0-3]/.test(cursor.peek()) ? 3 : 2);
  if (digits === '') throw cursor.error('Illegal octal escape sequence');
  return Number.parseInt(digits, 8);
}

function hex(cursor: PatternCursor, length: number, description: string): number {
  const digits = cursor.takeWhile(/[0-9A-Fa-f]/, length);
  if (digits.length < length) throw cursor.error(description);
  return Number.parseInt(digits, 16);
}

function bracedHex(cursor: PatternCursor): number {
  const point = Number.parseInt(cursor.takeWhile(/[0-9A-Fa-f]/), 16);
  if (!(point <= 0x10ffff)) throw cursor.error('Hexadecimal codepoint is too big');
  if (!cursor.accept('}')) throw cursor.error('Unclosed hexadecimal escape sequence');
  return point;
}

/** Two escapes that are the halves of a surrogate pair are one code point. */
function unicode(cursor: PatternCursor): number {
  const description = 'Illegal Unicode escape sequence';
  const first = hex(cursor, 4, description);
  const isHigh = first >= 0xd800 && first <= 0xdbff;
  if (!isHigh || cursor.peek() !== '\\' || cursor.peek(1) !== 'u' || !/[Dd]/.test(cursor.peek(2))) return first;
  if (!/[C-Fc-f]/.test(cursor.peek(3))) return first;
  cursor.accept('\\u');
  return 0x10000 + ((first - 0xd800) << 10) + (hex(cursor, 4, description) - 0xdc00);
}
