import { caseVariants, pointSource, rangeSource } from './literal-source.ts';
import type { PatternCursor } from './pattern-cursor.ts';
import { type Escape, readEscape } from './pattern-escape.ts';
import type { PatternFlags } from './pattern-flags.ts';

/**
 * Reads a class behind its opening bracket and returns JavaScript source in the syntax of the flag `v`, which has unions and intersections
 * of classes as Java has them.
 */
export function readClass(cursor: PatternCursor, flags: PatternFlags): string {
  const isNegated = cursor.accept('^');
  const operands: string[][] = [[]];
  for (;;) {
    skipIgnored(cursor, flags);
    if (cursor.isAtEnd) throw cursor.error('Unclosed character class');
    const isEmpty = operands.every((operand) => operand.length === 0);
    if (cursor.peek() === ']' && (!isEmpty || operands.length > 1)) break;
    if (cursor.accept('&&')) operands.push([]);
    else operands.at(-1)?.push(readItem(cursor, flags));
  }
  cursor.next();
  const sources = operands.filter((operand) => operand.length > 0).map((operand) => operand.join(''));
  if (sources.length === 0) throw cursor.error('Bad class syntax');
  const content = sources.length === 1 ? sources[0] : sources.map((source) => `[${source}]`).join('&&');
  return `[${isNegated ? '^' : ''}${content}]`;
}

function readItem(cursor: PatternCursor, flags: PatternFlags): string {
  if (cursor.accept('[')) return readClass(cursor, flags);
  const first = readMember(cursor, flags);
  if (first.kind === 'class') return first.source;
  if (cursor.peek() !== '-' || cursor.peek(1) === '[' || cursor.peek(1) === ']' || cursor.peek(1) === '') {
    return caseVariants(first.point, flags).map(pointSource).join('');
  }
  cursor.next();
  skipIgnored(cursor, flags);
  const last = readMember(cursor, flags);
  if (last.kind === 'class' || last.point < first.point) throw cursor.error('Illegal character range');
  return rangeSource(first.point, last.point, flags);
}

function readMember(cursor: PatternCursor, flags: PatternFlags): Escape {
  if (cursor.accept('\\')) return readEscape(cursor, flags);
  return { kind: 'point', point: cursor.next().codePointAt(0) as number };
}

/** Skips white space and comments where the flag `x` says so. */
export function skipIgnored(cursor: PatternCursor, { x }: PatternFlags): void {
  if (!x) return;
  for (;;) {
    cursor.takeWhile(/[ \t\n\v\f\r]/);
    if (cursor.peek() !== '#') return;
    cursor.takeWhile(/[^\n\r\u0085\u2028\u2029]/u);
  }
}
