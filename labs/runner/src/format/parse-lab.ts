import { fromMarkdown } from 'mdast-util-from-markdown';
import { LabFormatError, type Refuse } from './format-error.ts';
import { readFrontMatter } from './front-matter.ts';
import type { Lab } from './lab.ts';
import { checkSections } from './section-rules.ts';
import { readSections } from './sections.ts';

/**
 * Reads a README as a lab. Everything that the runner would do otherwise than its author meant is refused.
 *
 * @param file Its path, for messages.
 * @throws LabFormatError with line and advice.
 */
export function parseLab(file: string, markdown: string): Lab {
  const refuse: Refuse = (line, wrong, advice) => new LabFormatError(file, line, wrong, advice);
  const text = markdown.replaceAll('\r\n', '\n');
  const { facts, lineCount } = readFrontMatter(text, refuse);
  // Blank lines in place of the front matter, which is no Markdown, keep all line numbers.
  const body = '\n'.repeat(lineCount) + text.split('\n').slice(lineCount).join('\n');
  const blocks = fromMarkdown(body).children;
  const [first] = blocks;
  if (first?.type !== 'heading' || first.depth !== 1) {
    throw refuse(
      first?.position?.start.line ?? lineCount + 1,
      'a lab begins with its title',
      'Write "# What it streams" below the front matter',
    );
  }
  const sections = readSections({ blocks: blocks.slice(1), lines: body.split('\n'), refuse });
  checkSections(sections, facts, refuse);
  const title = body.split('\n')[(first.position?.start.line ?? 1) - 1] ?? '';
  return { file, title: title.replace(/^#\s*/, ''), facts, sections };
}
