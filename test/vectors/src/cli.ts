import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Components } from './component.ts';
import { report } from './report.ts';
import { runFolder } from './runner.ts';

const usage = `Usage: pnpm vectors [folder] [--all] [--only COMPONENT]

Runs every *.jsonl of a folder of golden vectors; without one, the project's own copy.

  --all             components that are not built yet count as failed
  --only COMPONENT  only components whose name starts with this`;

const ownVectors = fileURLToPath(new URL('../data', import.meta.url));

async function loadComponents(): Promise<Components> {
  const folder = new URL('./components/', import.meta.url);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  const loaded = await Promise.all(files.map((name) => import(new URL(name, folder).href) as Promise<Record<string, Components>>));
  return Object.assign({}, ...loaded.flatMap((exports) => Object.values(exports))) as Components;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { all: { type: 'boolean' }, only: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help === true) {
    console.log(usage);
    return 0;
  }
  const components = await loadComponents();
  const files = await runFolder(positionals[0] ?? ownVectors, { components, ...(values.only === undefined ? {} : { only: values.only }) });
  const { failed } = report(files, values.all === true, (line) => console.log(line));
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`vectors: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
});
