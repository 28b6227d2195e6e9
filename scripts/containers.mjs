/**
 * `pnpm containers`: the tests that run against containers, and the contract of Kafka and the tests of PostgreSQL against services in
 * containers. An engine that answers is used; as root, with dockerd installed, one is started for the while.
 *
 *   pnpm containers            with the public images, pulled when they are not there
 *   pnpm containers --local    with images built here: docker/build-local.sh
 */
import { bootstrap, runScript } from './bootstrap.mjs';
import { withEngine } from './lib/engine.mjs';
import { runVisibly, StepError } from './lib/run.mjs';

/** @type {readonly (readonly [what: string, ...args: string[]])[]} */
const steps = [
  ['test services in containers', '--project', 'containers'],
  ['the contract of Kafka', '--project', 'integration', 'runtime/kafka/test/integration/contract.test.ts'],
  ['JDBC source', '--project', 'integration', 'connectors/jdbc-source'],
];

/** @param {readonly string[]} args */
async function main(args) {
  const isLocal = args.includes('--local');
  await bootstrap();
  await withEngine(async (/** @type {Record<string, string>} */ engine) => {
    const prefix = isLocal ? { TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX: 'millrace-local' } : {};
    const env = { ...engine, ...prefix, MILLRACE_TEST_PROVIDER: 'container' };
    if (isLocal) await timed('images', () => runVisibly('docker/build-local.sh', [], { env }));
    const failed = [];
    for (const [what, ...vitestArgs] of steps) {
      const code = await timed(
        what,
        () => runVisibly(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...vitestArgs], { env }),
        false,
      );
      if (code !== 0) failed.push(what);
    }
    if (failed.length > 0) throw new StepError(`failed: ${failed.join(', ')}`);
  });
}

/**
 * @param {string} what
 * @param {() => Promise<number>} work
 * @param {boolean} [isNeeded] Does the rest make no sense without it?
 */
async function timed(what, work, isNeeded = true) {
  const startedAt = performance.now();
  const code = await work();
  console.log(`${code === 0 ? '✓' : '✗'} ${what}, ${Math.round((performance.now() - startedAt) / 1000)} s`);
  if (code !== 0 && isNeeded) throw new StepError(`${what} failed: see above.`);
  return code;
}

await runScript(() => main(process.argv.slice(2)));
