/**
 * Fills the options tables in the READMEs of the connectors, and the tables of docs/metrics.md, from the definitions that their built code gives.
 *
 * A table stands between `<!-- options -->` and `<!-- /options -->`; where a package has several connectors, each table is named by the
 * connector's export: `<!-- options: FileStreamSinkConnector -->`. The README of the testkit gets the cases of its contract. With `--check` nothing is written, and a stale table is an error.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './lib/run.mjs';
import { workspacePackages } from './lib/workspace.mjs';

/**
 * @typedef {typeof import('../runtime/api/src/index.ts')} Api
 * @typedef {import('./lib/workspace.mjs').WorkspacePackage} WorkspacePackage
 * @typedef {Record<string, new () => { config(): import('../runtime/api/src/index.ts').ConfigDef }>} Plugins
 */

const check = process.argv.includes('--check');
/** @type {string[]} */
const problems = [];
const { configTable } = /** @type {Api} */ (await load('runtime/api'));

for (const workspacePackage of workspacePackages()) {
  if (workspacePackage.folder.startsWith('connectors/') && workspacePackage.manifest.millrace) await generate(workspacePackage);
}
await generateMetrics();
generateContract(/** @type {{ contractTable(): string }} */ (await load('runtime/testkit')).contractTable());
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

/** @param {WorkspacePackage} workspacePackage */
async function generate({ folder, manifest }) {
  const readme = join(folder, 'README.md');
  if (!existsSync(join(root, readme))) {
    problems.push(`${readme} is missing`);
    return;
  }
  const plugins = /** @type {Plugins} */ (await load(folder));
  const names = (manifest.millrace?.plugins ?? []).map((plugin) => plugin.export);
  const before = readFileSync(join(root, readme), 'utf8');
  let after = before;
  for (const name of names) after = withTable(readme, after, { name, isOnly: names.length === 1, plugins });
  save(readme, before, after);
}

async function generateMetrics() {
  const { metricsTables } = /** @type {typeof import('../runtime/worker/src/index.ts')} */ (await load('runtime/worker'));
  const page = 'docs/metrics.md';
  const before = readFileSync(join(root, page), 'utf8');
  const [begin, end] = ['<!-- metrics -->', '<!-- /metrics -->'];
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from < 0 || to < from) problems.push(`${page} has no place between ${begin} and ${end}`);
  else save(page, before, `${before.slice(0, from + begin.length)}\n\n${metricsTables()}\n${before.slice(to)}`);
}

/**
 * @param {string} page
 * @param {string} before
 * @param {string} after
 */
function save(page, before, after) {
  if (after === before) return;
  if (check) problems.push(`${page} is stale: run \`node scripts/generate-docs.mjs\``);
  else writeFileSync(join(root, page), after);
}

/** @param {string} table */
function generateContract(table) {
  const readme = 'runtime/testkit/README.md';
  const before = readFileSync(join(root, readme), 'utf8');
  const after = before.replace(
    /(<!-- generated: contract -->\n\n)[\s\S]*?(\n\n<!-- \/generated -->)/,
    (_all, begin, end) => `${begin}${table}${end}`,
  );
  if (after === before) return;
  if (check) problems.push(`${readme} is stale: run \`node scripts/generate-docs.mjs\``);
  else writeFileSync(join(root, readme), after);
}

/**
 * @param {string} readme
 * @param {string} text
 * @param {{ name: string, isOnly: boolean, plugins: Plugins }} plugin
 */
function withTable(readme, text, { name, isOnly, plugins }) {
  const Plugin = plugins[name];
  if (Plugin === undefined) {
    problems.push(`${readme}: the package exports no ${name}, which its manifest names`);
    return text;
  }
  const begin = isOnly ? '<!-- options -->' : `<!-- options: ${name} -->`;
  const end = '<!-- /options -->';
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) {
    problems.push(`${readme} has no table between ${begin} and ${end}`);
    return text;
  }
  return `${text.slice(0, from + begin.length)}\n\n${configTable(new Plugin().config())}\n${text.slice(to)}`;
}

/**
 * The built code of a package.
 *
 * @param {string} folder
 * @returns {Promise<unknown>}
 */
async function load(folder) {
  const path = join(root, folder, 'dist/index.js');
  if (!existsSync(path)) throw new Error(`${folder} is not built: run \`pnpm build\` first`);
  return import(pathToFileURL(path).href);
}
