import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../format/lab.ts';
import { LabFormatError } from '../format/format-error.ts';
import { parseLab } from '../format/parse-lab.ts';

/** There is no lab of this name. */
export class UnknownLabError extends Error {
  constructor(name: string, known: readonly string[]) {
    super(`there is no lab ${name}; there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`);
    this.name = 'UnknownLabError';
  }
}

/** Names of all labs: the folders of `labs/` with a README, but for this runner's. */
export function labNames(root: string): string[] {
  return readdirSync(join(root, 'labs'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'runner' && existsSync(join(root, 'labs', entry.name, 'README.md')))
    .map(({ name }) => name)
    .sort();
}

/** Reads a lab. @throws UnknownLabError @throws LabFormatError when its README cannot be run */
export function readLab(root: string, name: string): Lab {
  const names = labNames(root);
  if (!names.includes(name)) throw new UnknownLabError(name, names);
  const file = `labs/${name}/README.md`;
  const lab = parseLab(file, readFileSync(join(root, file), 'utf8'));
  if (lab.facts.name === name) return lab;
  throw new LabFormatError(file, 2, `the lab calls itself "${lab.facts.name}"`, `Its folder is ${name}: write "lab: ${name}"`);
}

/** The table of all labs, in Markdown, as labs/README.md has it. */
export function labTable(labs: readonly Lab[]): string {
  const rows = labs.map(({ title, facts }) => {
    const profiles = Object.keys(facts.profiles).join(', ');
    return `| [${facts.name}](${facts.name}/README.md) | ${title} | ${facts.from} → ${facts.to} | ${facts.time} | ${profiles} |`;
  });
  return ['| lab | what it streams | from → to | time | profiles |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}
