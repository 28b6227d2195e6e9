/** Running vitest and learning what became of each test. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COUNTS_FILE_VARIABLE } from './count-reporter.mjs';
import { root, run, runVisibly } from './run.mjs';

const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const reporter = join(root, 'scripts/lib/count-reporter.mjs');

/**
 * Runs vitest once; what it prints goes to this terminal.
 *
 * @param {readonly string[]} args
 * @returns {Promise<import('./count-reporter.mjs').TestCounts>}
 */
export async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-tests-'));
  const file = join(folder, 'counts.json');
  try {
    const reporters = ['--reporter=default', `--reporter=${reporter}`];
    const code = await runVisibly(process.execPath, [vitest, 'run', ...reporters, ...args], { env: { [COUNTS_FILE_VARIABLE]: file } });
    return readCounts(file, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs vitest once on another Node and keeps what it prints.
 *
 * @param {string} node Path of the Node.
 * @param {readonly string[]} args
 * @param {string} label Announced when it takes longer than a second.
 */
export function runVitestOn(node, args, label) {
  return run(node, [vitest, 'run', ...args], { label });
}

/**
 * @param {string} file
 * @param {number} code
 * @returns {import('./count-reporter.mjs').TestCounts}
 */
function readCounts(file, code) {
  if (!existsSync(file)) return { passed: 0, failed: [`vitest ended with code ${code} before it counted`], skipped: [] };
  const counts = /** @type {import('./count-reporter.mjs').TestCounts} */ (JSON.parse(readFileSync(file, 'utf8')));
  if (code === 0 || counts.failed.length > 0) return counts;
  return { ...counts, failed: [`vitest ended with code ${code}`] };
}
