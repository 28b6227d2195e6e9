import { diffArrays } from 'diff';
import type { Expectation } from '../format/lab.ts';
import { sameJson } from './same-json.ts';

/** In an expected line it stands for any text; alone on a line, for any lines or none. */
const ANYTHING = '...';
const LONGEST_DIFF = 60;

/**
 * Compares what was printed with what the README shows.
 *
 * @returns null when it fits, else a diff whose lines name those of the README: `-` is what it shows, `+` what came instead.
 */
export function compareOutput(expected: Expectation, output: string): string | null {
  const actual = linesOf(output);
  const fits = fitting(expected);
  const isGood = expected.match === 'unordered' ? fitsInAnyOrder(expected.lines, actual, fits) : fitsInOrder(expected.lines, actual, fits);
  return isGood ? null : diff(expected, actual, fits);
}

type Fits = (expected: string, actual: string) => boolean;

function fitting({ match }: Expectation): Fits {
  return match === 'json' ? sameJson : (expected, actual) => patternOf(expected).test(actual);
}

function linesOf(output: string): string[] {
  const text = output.replaceAll('\r', '').trimEnd();
  return text === '' ? [] : text.split('\n').map((line) => line.trimEnd());
}

function patternOf(line: string): RegExp {
  const parts = line.trimEnd().split(ANYTHING);
  return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.*')}$`);
}

function fitsInOrder(expected: readonly string[], actual: readonly string[], fits: Fits): boolean {
  // Which numbers of actual lines can have been used up so far; a lone ellipsis allows all from the smallest on.
  let used = new Set([0]);
  for (const line of expected) used = after(line, used, actual, fits);
  return used.has(actual.length);
}

function after(line: string, used: ReadonlySet<number>, actual: readonly string[], fits: Fits): Set<number> {
  if (line.trim() !== ANYTHING) {
    return new Set([...used].filter((count) => count < actual.length && fits(line, actual[count] ?? '')).map((count) => count + 1));
  }
  const all = Array.from({ length: actual.length + 1 }, (_, count) => count);
  return new Set(all.filter((count) => count >= Math.min(...used)));
}

function fitsInAnyOrder(expected: readonly string[], actual: readonly string[], fits: Fits): boolean {
  return leftOver(expected, actual, fits).length === 0 && expected.length === actual.length;
}

/** The expected lines that no actual line is left for. */
function leftOver(expected: readonly string[], actual: readonly string[], fits: Fits): string[] {
  const rest = [...actual];
  return expected.filter((line) => {
    const index = rest.findIndex((candidate) => fits(line, candidate));
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}

function diff({ lines, line, match }: Expectation, actual: readonly string[], fits: Fits): string {
  // Both sides sorted show what is missing, where order does not count.
  const left = match === 'unordered' ? [...lines].sort() : [...lines];
  const right = match === 'unordered' ? [...actual].sort() : [...actual];
  const numbers = lineNumbers(lines, left, line);
  const rows: string[] = [];
  let at = 0;
  for (const part of diffArrays(left, right, { comparator: (one, other) => fits(one, other) })) {
    for (const value of part.value) {
      if (part.added) rows.push(`       + | ${value}`);
      else rows.push(`${String(numbers[at++]).padStart(6)} ${part.removed ? '-' : ' '} | ${value}`);
    }
  }
  const shown = rows.slice(0, LONGEST_DIFF);
  return [...shown, ...(rows.length > shown.length ? [`         | and ${rows.length - shown.length} lines more`] : [])].join('\n');
}

/** The line of the README for each line of a list, whatever its order; equal lines take theirs one after the other. */
function lineNumbers(original: readonly string[], ordered: readonly string[], first: number): number[] {
  const free = original.map((text, index) => ({ text, number: first + index }));
  return ordered.map(
    (text) =>
      free.splice(
        free.findIndex((candidate) => candidate.text === text),
        1,
      )[0]?.number ?? first,
  );
}
