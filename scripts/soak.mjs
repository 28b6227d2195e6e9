/**
 * `pnpm soak`: kills and stops workers at random moments, for 100 rounds each, and says what came of it.
 *
 *   FAULT_ROUNDS   rounds, default 100
 *   FAULT_SEED     the seed of an earlier run, to have its moments again
 */
import { runScript } from './bootstrap.mjs';
import { build } from './lib/build.mjs';
import { StepError } from './lib/run.mjs';
import { runVitest } from './lib/vitest.mjs';

await runScript(async () => {
  const { code, output } = await build();
  if (code !== 0) throw new StepError(output);
  process.env['FAULT_ROUNDS'] ??= '100';
  const { failed } = await runVitest(['--project', 'e2e', 'test/e2e/test/kills.test.ts']);
  if (failed.length > 0) process.exitCode = 1;
});
