/**
 * Makes a clone ready to run, with npm alone: brings the pinned pnpm into `.tools`, installs the packages when they are stale, compiles.
 * Silent when there is nothing to do.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './lib/build.mjs';
import { ensureTool, networkAdvice } from './lib/npm.mjs';
import { MINIMUM_NODE, PNPM } from './lib/pins.mjs';
import { root, run, StepError } from './lib/run.mjs';
import { workspacePackages } from './lib/workspace.mjs';

const stampFile = join(root, '.cache/installed');

/** Everything that must be there before a build or a test. @throws {StepError} with one line for the person who runs it. */
export async function prepare() {
  checkNode();
  await ensureTool('pnpm', PNPM, '.tools');
  await installPackages();
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [needMajor = 0, needMinor = 0] = MINIMUM_NODE.split('.').map(Number);
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  throw new StepError(`Millrace needs Node ${MINIMUM_NODE} or later; this is Node ${process.versions.node}.`);
}

async function installPackages() {
  const stamp = installStamp();
  if (existsSync(join(root, 'node_modules')) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  rmSync(stampFile, { force: true });
  // CI=true: pnpm asks nothing, it has no terminal here.
  const retries = ['--config.fetch-retries=1', '--config.fetch-retry-mintimeout=1000'];
  const args = [join(root, '.tools/node_modules/pnpm/bin/pnpm.mjs'), 'install', '--frozen-lockfile', ...retries];
  const { code, output } = await run(process.execPath, args, { label: 'installing packages', env: { CI: 'true' } });
  if (code !== 0) throw new StepError(installAdvice(output));
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** @param {string} output */
function installAdvice(output) {
  if (output.includes('OUTDATED_LOCKFILE')) {
    return 'pnpm-lock.yaml does not match a package.json: run .tools/node_modules/.bin/pnpm install and commit the lockfile.';
  }
  return networkAdvice(output) ?? `${output.trim()}\npnpm could not install the packages: see above.`;
}

/** A hash of everything that decides what an installation looks like. */
function installStamp() {
  const files = [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'package.json',
    ...workspacePackages().map(({ folder }) => `${folder}/package.json`),
  ];
  const hash = createHash('sha256').update(`pnpm ${PNPM} ${process.platform} ${process.arch}\n`);
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  return `${hash.digest('hex')}\n`;
}

/** {@link prepare}, then a build. @throws {StepError} when it does not compile. */
export async function bootstrap() {
  await prepare();
  const { code, output } = await build();
  if (code !== 0) throw new StepError(`${output.trim()}\nThe build failed: see above.`);
}

/**
 * Runs the main function of a script: a {@link StepError} is one line and exit code 1.
 *
 * @param {() => Promise<void>} main
 */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runScript(bootstrap);
