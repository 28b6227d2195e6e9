/** `pnpm check`: builds, then all checks that run no code of ours. */
import { prepare, runScript } from './bootstrap.mjs';
import { build } from './lib/build.mjs';
import { runStaticChecks } from './lib/static-checks.mjs';
import { Tally } from './lib/tally.mjs';

await runScript(async () => {
  await prepare();
  const tally = new Tally();
  const { code, output } = await build();
  tally.check('build', code === 0, output);
  await runStaticChecks(tally);
  tally.close();
});
