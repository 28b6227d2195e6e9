/** Running vitest and learning what became of each test. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COUNTS_FILE_VARIABLE } from './count-reporter.mjs';
import { root, runVisibly } from './run.mjs';

const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const reporter = join(root, 'scripts/lib/count-reporter.mjs');

/**
 * Runs vitest once; what it prints goes to this terminal.
 *
 * @param {readonly string[]} args
 * @param {{ node?: string }} [options] `node`: the Node to run on. Default: this one.
 * @returns {Promise<{ code: number, counts: import('./count-reporter.mjs').TestCounts }>}
 */
export async function runVitest(args, { node = process.execPath } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-tests-'));
  const file = join(folder, 'counts.json');
  try {
    const reporters = ['--reporter=default', `--reporter=${reporter}`];
    const code = await runVisibly(node, [vitest, 'run', ...reporters, ...args], { env: { [COUNTS_FILE_VARIABLE]: file } });
    return { code, counts: readCounts(file, code) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
