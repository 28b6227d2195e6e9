import type { PatternFlags } from './pattern-flags.ts';

/** JavaScript source of one code point, inside or outside of a class. */
export function pointSource(point: number): string {
  const text = String.fromCodePoint(point);
  return /[A-Za-z0-9]/.test(text) ? text : `\\u{${point.toString(16)}}`;
}

/** JavaScript source of one code point under the flags. */
export function literalSource(point: number, flags: PatternFlags): string {
  const variants = caseVariants(point, flags);
  return variants.length === 1 ? pointSource(point) : `[${variants.map(pointSource).join('')}]`;
}

/** The code points that a code point matches, itself first. */
export function caseVariants(point: number, { i, u }: PatternFlags): number[] {
  if (!i || (point > 0x7f && !u)) return [point];
  const text = String.fromCodePoint(point);
  const others = [text.toLowerCase(), text.toUpperCase()].filter((other) => Array.from(other).length === 1);
  return [...new Set([point, ...others.map((other) => other.codePointAt(0) as number)])];
}

/** Code points in a case-insensitive range whose variants are listed one by one. */
const maxVariants = 0x3000;

/** JavaScript source, for the inside of a class, of a range under the flags. */
export function rangeSource(first: number, last: number, flags: PatternFlags): string {
  const range = `${pointSource(first)}-${pointSource(last)}`;
  if (!flags.i) return range;
  const variants: string[] = [];
  const end = Math.min(last, flags.u ? first + maxVariants : 0x7f);
  for (let point = first; point <= end; point++) {
    const added = caseVariants(point, flags).filter((variant) => variant < first || variant > last);
    variants.push(...added.map(pointSource));
  }
  return range + variants.join('');
}
