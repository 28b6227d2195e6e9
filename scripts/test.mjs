/**
 * `npm test`: makes the clone ready, then runs everything and closes with one line, `N passed, N failed`.
 *
 *   npm test                  everything
 *   npm test -- --quick       unit tests only
 *   npm test -- ARGUMENTS     vitest only, with these arguments (a file name, -t NAME, ...)
 *
 * What counts: every vitest test, every golden vector case, and one for each other check (build, types, lint, format, unused code,
 * documentation, packages, the unit tests on Node 24, the REST clients of others, integration tests of Apache Kafka's own). A skipped test that gives no reason counts as failed, in CI any skipped test that
 * test/not-applicable.json does not list.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runApacheTests } from './apache-it.mjs';
import { prepare, runScript } from './bootstrap.mjs';
import { build } from './lib/build.mjs';
import { ensurePrograms } from './lib/programs.mjs';
import { root, run, StepError } from './lib/run.mjs';
import { runStaticChecks } from './lib/static-checks.mjs';
import { isCi, Tally } from './lib/tally.mjs';
import { runVitest } from './lib/vitest.mjs';
import { runOnNode24, whyNotNode24 } from './node24.mjs';
import { runRestClients, whyNoRestClients } from './rest-clients.mjs';

const vectorsProgram = join(root, 'test/vectors/dist/cli.js');

/** @param {readonly string[]} args */
async function main(args) {
  const isQuick = args.includes('--quick');
  const vitestArgs = args.filter((arg) => arg !== '--quick');
  const isFull = !isQuick && vitestArgs.length === 0;
  const tally = new Tally();
  try {
    await prepare();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    tally.check('the clone is ready to run', false, error.message);
    tally.close();
    return;
  }
  const needsPrograms = isFull || vitestArgs.includes('integration');
  if (needsPrograms) for (const reason of await ensurePrograms()) console.log(`- ${reason}`);
  // Plug-ins are loaded as they are published, so that unit tests need the build too.
  const { code, output } = await build();
  tally.check('build', code === 0, output);
  if (isFull) await runStaticChecks(tally);
  // The clients have a step of their own, since they have to be fetched; containers need an engine (pnpm containers).
  const projects = isQuick ? ['unit'] : isFull ? ['unit', 'e2e', 'integration'] : [];
  await runTests(tally, [...projects.flatMap((project) => ['--project', project]), ...vitestArgs]);
  if (isFull) {
    await runVectors(tally);
    await runSecondNode(tally);
    await runClients(tally);
    await runApache(tally);
    tally.checkList();
  }
  tally.close();
}

/**
 * @param {Tally} tally
 * @param {readonly string[]} args
 */
async function runTests(tally, args) {
  const counts = await runVitest(args);
  tally.add(counts.passed, counts.failed.length);
  for (const name of counts.failed) console.log(`✗ ${name}`);
  // With -t vitest reports every other test as skipped.
  const isNarrowed = args.some((arg) => arg === '-t' || arg.startsWith('--testNamePattern'));
  if (!isNarrowed) for (const { id, reason } of counts.skipped) tally.skipped(id, reason);
}

/** @param {Tally} tally */
async function runVectors(tally) {
  if (!existsSync(vectorsProgram)) {
    if (isCi) tally.check('golden vectors: the build made no test/vectors/dist/cli.js', false);
    return;
  }
  const { code, output } = await run(process.execPath, [vectorsProgram], { label: 'golden vectors' });
  const lines = output.trimEnd().split('\n');
  const closing = /^(\d+) passed, (\d+) failed/.exec(lines.at(-1) ?? '');
  const [passed, failed] = [Number(closing?.[1] ?? 0), Number(closing?.[2] ?? 0)];
  if (code !== 0) console.log(lines.slice(0, closing === null ? undefined : -1).join('\n'));
  // An exit code that its own counts do not explain is one failure more.
  tally.add(passed, code !== 0 && failed === 0 ? 1 : failed);
  const notYet = [...output.matchAll(/not yet \((\d+) cases\)/g)].reduce((sum, match) => sum + Number(match[1]), 0);
  const remark = notYet === 0 ? '' : `, ${notYet} more of components that are not built yet`;
  console.log(`${code === 0 ? '✓' : '✗'} golden vectors: ${passed} of ${passed + failed} cases${remark}`);
}

/** @param {Tally} tally */
async function runSecondNode(tally) {
  const name = 'unit tests on Node 24';
  const why = whyNotNode24();
  if (why !== null) {
    tally.notApplicable(name, why);
    return;
  }
  try {
    const { code, output } = await runOnNode24();
    tally.check(name, code === 0, output);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    tally.check(name, false, error.message);
  }
}

/** @param {Tally} tally */
async function runClients(tally) {
  const name = 'REST clients of others';
  const why = await whyNoRestClients();
  if (why !== null) {
    tally.notApplicable(name, why);
    return;
  }
  try {
    const { code, output } = await runRestClients();
    tally.check(name, code === 0, output);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    tally.check(name, false, error.message);
  }
}

/** @param {Tally} tally */
async function runApache(tally) {
  try {
    const { results, output } = await runApacheTests();
    if (results.length === 0) tally.check('tests of Apache Kafka’s own', false, output);
    for (const { name, isPassed, reason, expected } of results) {
      const title = `Apache Kafka’s ${name}`;
      if (expected === null) tally.check(title, isPassed, reason);
      else if (!isPassed) tally.notApplicable(title, expected);
      else tally.check(`${title} passes: take it out of scripts/apache-it.mjs and test/apache-it/README.md`, false);
    }
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    tally.check('tests of Apache Kafka’s own', false, error.message);
  }
}

await runScript(() => main(process.argv.slice(2)));
