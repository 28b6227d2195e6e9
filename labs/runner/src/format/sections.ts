import { type fromMarkdown } from 'mdast-util-from-markdown';
import { readFence } from './fence.ts';
import type { Refuse } from './format-error.ts';
import { type Part, type RunStep, type Section, type SectionName, sectionNames } from './lab.ts';

type Block = ReturnType<typeof fromMarkdown>['children'][number];
type Code = Extract<Block, { readonly type: 'code' }>;

/** A README below its title. */
export interface Body {
  readonly blocks: readonly Block[];
  /** All lines of the README. */
  readonly lines: readonly string[];
  readonly refuse: Refuse;
}

const ORDER = `The order is ${sectionNames.join(', ')}`;

/** The sections of a README, all of them, in their order. @throws LabFormatError */
export function readSections({ blocks, lines, refuse }: Body): Section[] {
  const starts = blocks.flatMap((block, index) => (block.type === 'heading' && block.depth === 2 ? [index] : []));
  const first = blocks[0];
  if (first !== undefined && starts[0] !== 0) throw refuse(lineOf(first), 'text before the first section', 'Put it below "## Goal"');
  const sections = starts.map((start, index) => {
    const next = starts[index + 1];
    const endLine = next === undefined ? lines.length : lineOf(blocks[next]) - 1;
    const name = nameOf(lineOf(blocks[start]), lines, index, refuse);
    return { ...name, parts: new PartReader(lines, refuse).read(blocks.slice(start + 1, next), name.line + 1, endLine) };
  });
  const missing = sectionNames[sections.length];
  if (missing !== undefined) throw refuse(lines.length, `the section "${missing}" is missing`, `Add "## ${missing}". ${ORDER}`);
  return sections;
}

function nameOf(line: number, lines: readonly string[], index: number, refuse: Refuse): Omit<Section, 'parts'> {
  const heading = (lines[line - 1] ?? '').replace(/^##\s*/, '').trimEnd();
  const found = heading.split(':')[0]?.trim();
  const wanted = sectionNames[index];
  if (found === wanted && wanted !== undefined) return { name: wanted, line, heading };
  if (wanted === undefined) throw refuse(line, `"${heading}" comes after the last section`, ORDER);
  const isKnown = sectionNames.includes(found as SectionName);
  throw refuse(
    line,
    isKnown ? `"${found}" stands where "${wanted}" belongs` : `"${heading}" is no section of a lab; "${wanted}" belongs here`,
    `Write "## ${wanted}" or "## ${wanted}: and what it is about". ${ORDER}`,
  );
}

/** Reads what stands in one section. */
class PartReader {
  readonly #lines: readonly string[];
  readonly #refuse: Refuse;
  readonly #parts: Part[] = [];

  constructor(lines: readonly string[], refuse: Refuse) {
    this.#lines = lines;
    this.#refuse = refuse;
  }

  read(blocks: readonly Block[], firstLine: number, lastLine: number): Part[] {
    let proseFrom = firstLine;
    for (const block of blocks) {
      if (block.type !== 'code') {
        refuseHiddenSteps(block, this.#refuse);
        continue;
      }
      const fence = readFence(block.lang ?? '', block.meta ?? '', lineOf(block), this.#refuse);
      if (fence.kind === 'text') {
        if (block.lang === 'sh') this.#refuseIdleCommands(block);
        continue;
      }
      this.#prose(proseFrom, lineOf(block) - 1);
      proseFrom = (block.position?.end.line ?? lineOf(block)) + 1;
      const line = lineOf(block) + 1;
      if (fence.kind === 'file') this.#parts.push({ kind: 'file', line, name: fence.name, text: `${block.value}\n` });
      else if (fence.kind === 'output') this.#expect({ line, lines: linesOf(block.value), match: fence.match });
      else this.#parts.push({ ...fence, line, command: block.value, expected: { line, lines: [], match: 'lines' } });
    }
    this.#prose(proseFrom, lastLine);
    return this.#parts;
  }

  #prose(from: number, to: number): void {
    const text = this.#lines
      .slice(from - 1, to)
      .join('\n')
      .trim();
    if (text !== '') this.#parts.push({ kind: 'prose', text });
  }

  /** Gives the command above its expected output; text may stand between the two. */
  #expect(expected: RunStep['expected']): void {
    const index = this.#parts.findLastIndex(({ kind }) => kind !== 'prose');
    const step = this.#parts[index];
    if (step?.kind !== 'run' || step.expected.lines.length > 0) {
      throw this.#refuse(expected.line - 1, 'this output belongs to no command', 'Put it below the block "sh run" that prints it');
    }
    this.#parts[index] = { ...step, expected };
  }

  #refuseIdleCommands(block: Code): void {
    throw this.#refuse(
      lineOf(block),
      'nothing runs these commands',
      'Write "sh run", so that they are tested; commands only to be read are a "text" block',
    );
  }
}

function refuseHiddenSteps(block: Block, refuse: Refuse): void {
  if (!('children' in block)) return;
  for (const child of block.children as readonly Block[]) {
    if (child.type === 'code' && (child.lang === 'output' || (child.meta ?? '') !== '')) {
      throw refuse(lineOf(child), 'a step stands inside of a list or a quotation', 'Move it out to the margin');
    }
    refuseHiddenSteps(child, refuse);
  }
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

function lineOf(block: Block | undefined): number {
  return block?.position?.start.line ?? 1;
}
