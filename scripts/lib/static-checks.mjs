/** The checks that run no code of ours. Each counts as one in the closing line. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tsc } from './build.mjs';
import { root, run } from './run.mjs';
import { isCi } from './tally.mjs';
import { workspacePackages } from './workspace.mjs';

const node = process.execPath;
const bin = (/** @type {string} */ path) => join(root, 'node_modules', path);

/** @type {readonly { name: string, args: readonly string[] }[]} */
const checks = [
  { name: 'types of tests and scripts', args: [tsc, '-p', 'tsconfig.test.json', '--pretty', 'false'] },
  { name: 'lint', args: [bin('oxlint/bin/oxlint'), '--type-aware'] },
  { name: 'format', args: [bin('@biomejs/biome/bin/biome'), 'format', '.'] },
  { name: 'unused files, exports and dependencies', args: [bin('knip/bin/knip.js'), '--no-progress', '--no-config-hints'] },
];

const docsScript = 'scripts/generate-docs.mjs';

/** @param {import('./tally.mjs').Tally} tally */
export async function runStaticChecks(tally) {
  for (const { name, args } of checks) await runCheck(tally, name, args);
  if (isCi || existsSync(join(root, docsScript))) await runCheck(tally, 'generated documentation is fresh', [docsScript, '--check']);
  const failures = await publintFailures();
  tally.check('packages as they will be published', failures === '', failures);
}

/**
 * @param {import('./tally.mjs').Tally} tally
 * @param {string} name
 * @param {readonly string[]} args
 */
async function runCheck(tally, name, args) {
  const { code, output } = await run(node, args, { label: name });
  tally.check(name, code === 0, output);
}

/** What publint says about the tarballs that pnpm would publish; empty when all is well. */
async function publintFailures() {
  const published = workspacePackages().filter(({ manifest }) => manifest.private !== true);
  const path = `${join(root, '.tools/node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  const results = await Promise.all(
    published.map(({ folder }) =>
      run(node, [bin('publint/src/cli.js'), 'run', folder, '--strict', '--pack', 'pnpm'], { env: { PATH: path } }),
    ),
  );
  return results
    .filter(({ code }) => code !== 0)
    .map(({ output }) => output.trim())
    .join('\n');
}
