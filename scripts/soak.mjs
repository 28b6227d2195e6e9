/**
 * `pnpm soak`: ends workers at random moments and lets brokers fail in every way, for many rounds, and says what came of it.
 *
 *   FAULT_ROUNDS   rounds of each. Default: 100 for workers, 20 for brokers
 *   LARGE_TABLE_MB size of the table that the JDBC source reads within 64 MB. Default: 1000
 *   FAULT_SEED     the seed of an earlier run, to have its moments again
 */
import { runScript } from './bootstrap.mjs';
import { build } from './lib/build.mjs';
import { StepError } from './lib/run.mjs';
import { runVitest } from './lib/vitest.mjs';

const parts = [
  { project: 'e2e', file: 'test/e2e/test/kills.test.ts', rounds: '100' },
  { project: 'integration', file: 'runtime/kafka/test/integration/faults/random-faults.test.ts', rounds: '20' },
  { project: 'integration', file: 'test/e2e/test/integration/distributed-faults.test.ts', rounds: '20' },
  { project: 'integration', file: 'connectors/jdbc-source/test/integration/safe-mode.test.ts', rounds: '100' },
  { project: 'integration', file: 'connectors/jdbc-source/test/integration/memory.test.ts', rounds: '1' },
];

await runScript(async () => {
  const { code, output } = await build();
  if (code !== 0) throw new StepError(output);
  const wanted = process.env['FAULT_ROUNDS'];
  process.env['LARGE_TABLE_MB'] ??= '1000';
  process.env['FAULT_FROZEN_MS'] ??= '30000';
  for (const { project, file, rounds } of parts) {
    process.env['FAULT_ROUNDS'] = wanted ?? rounds;
    const { failed } = await runVitest(['--project', project, file]);
    if (failed.length > 0) process.exitCode = 1;
  }
});
