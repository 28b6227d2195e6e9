import { readFileSync } from 'node:fs';

/** An answer as the document describes it: a status, and texts that its body contains. */
export interface DescribedAnswer {
  readonly status: number;
  readonly texts: readonly string[];
}

export interface Deviation {
  readonly kafka: DescribedAnswer;
  readonly ours: DescribedAnswer;
  readonly reason: string;
}

const document = readFileSync(new URL('../../../../docs/rest-deviations.md', import.meta.url), 'utf8');

/** Deliberate deviations of `docs/rest-deviations.md`, by capture. */
export function readDeviations(): Map<string, Deviation> {
  const deviations = new Map<string, Deviation>();
  for (const [cases = '', , kafka = '', ours = '', reason = ''] of rowsOf('## Deliberate deviations')) {
    for (const name of casesOf(cases)) deviations.set(name, { kafka: answerOf(kafka), ours: answerOf(ours), reason });
  }
  return deviations;
}

const headings = { standalone: '## Not for a standalone worker', distributed: '## Not for one worker of a cluster alone' } as const;

/** Captures that cannot apply to one worker of this mode on the embedded log, with the reason. */
export function readNotApplicable(mode: keyof typeof headings): Map<string, string> {
  return new Map(rowsOf(headings[mode]).flatMap(([cases = '', reason = '']) => casesOf(cases).map((name) => [name, reason])));
}

/** Cells of the table below a heading, without its head. */
function rowsOf(heading: string): string[][] {
  const section = document.split(/^(?=## )/m).find((part) => part.startsWith(heading));
  if (section === undefined) throw new Error(`docs/rest-deviations.md has no section "${heading}"`);
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}

/** Names in backquotes. Rows that no capture stands for have none. */
function casesOf(cell: string): string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g), ([, name]) => name as string);
}

function answerOf(cell: string): DescribedAnswer {
  const [, status] = /^(\d{3})\b/.exec(cell) ?? [];
  if (status === undefined) throw new Error(`docs/rest-deviations.md: an answer begins with its status, got "${cell}"`);
  return { status: Number(status), texts: casesOf(cell) };
}
