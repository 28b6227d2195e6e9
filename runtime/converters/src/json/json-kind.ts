import { Char } from './json-scanner.ts';

/** Kind of a JSON value, as Kafka's messages name it. */
export type JsonKind = 'ARRAY' | 'OBJECT' | 'STRING' | 'NUMBER' | 'BOOLEAN' | 'NULL';

/** The kind of value that begins with this character. */
export function kindOf(code: number): JsonKind {
  switch (code) {
    case Char.OPEN_BRACE:
      return 'OBJECT';
    case Char.OPEN_BRACKET:
      return 'ARRAY';
    case Char.QUOTE:
      return 'STRING';
    case Char.LOWER_T:
    case Char.LOWER_F:
      return 'BOOLEAN';
    case Char.LOWER_N:
      return 'NULL';
    default:
      return 'NUMBER';
  }
}

/** Whether this character begins a number. */
export function isNumberStart(code: number): boolean {
  return (code >= Char.ZERO && code <= Char.NINE) || code === Char.MINUS;
}
