import type { ConfigDef } from './config-def.ts';
import type { ConfigKey } from './config-key.ts';
import { convertToString } from './convert-to-string.ts';

/**
 * The options of a definition as a Markdown table: name, type with what its validator allows, default, importance and meaning, in the order
 * of `sortedKeys`. Internal keys are left out. READMEs are generated from it.
 */
export function configTable(definition: ConfigDef): string {
  const rows = definition.sortedKeys().filter(({ internal }) => !internal);
  const lines = rows.map((key) => row([code(key.name), typeCell(key), defaultCell(key), key.importance, key.doc]));
  return [row(['Name', 'Type', 'Default', 'Importance', 'Meaning']), row(['---', '---', '---', '---', '---']), ...lines, ''].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells
    .map((cell) =>
      cell
        .trim()
        .replace(/\s*\n\s*/g, ' ')
        .replaceAll('|', '\\|'),
    )
    .join(' | ')} |`;
}

function typeCell({ type, validator }: ConfigKey): string {
  const allowed = validator?.toString() ?? '';
  return allowed === '' ? type : `${type}, ${code(allowed)}`;
}

function defaultCell(key: ConfigKey): string {
  if (key.required) return '*required*';
  const text = convertToString(key.default, key.type);
  if (text === null) return '*none*';
  return text === '' ? '*empty*' : code(text);
}

/** A code span, fenced by more backticks than the text holds. */
function code(text: string): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? fence + text + fence : `${fence} ${text} ${fence}`;
}
