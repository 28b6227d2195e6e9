/** Runs `test/rest-clients`: REST clients for Kafka Connect that others wrote in Python, brought by pip, against a worker. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, runScript } from './bootstrap.mjs';
import { networkAdvice } from './lib/npm.mjs';
import { root, run, StepError } from './lib/run.mjs';
import { runVitestOn } from './lib/vitest.mjs';

const requirements = join(root, 'test/rest-clients/requirements');
const folder = join(root, '.tools/rest-clients');

/** Why this machine cannot do it, else null. */
export async function whyNoRestClients() {
  const check = 'import sys, pip; sys.exit(0 if sys.version_info >= (3, 10) else 1)';
  const { code } = await run('python3', ['-c', check]);
  return code === 0 ? null : 'they need Python 3.10 or later with pip';
}

/** Installs what is missing and runs the tests. @throws {StepError} when a client cannot be had. */
export async function runRestClients() {
  for (const file of readdirSync(requirements)) await install(file.replace(/\.txt$/, ''));
  return runVitestOn(process.execPath, ['--project', 'clients'], 'REST clients of others');
}

/** @param {string} client */
async function install(client) {
  const [source, target] = [join(requirements, `${client}.txt`), join(folder, client)];
  const stamp = join(target, '.requirements');
  const wanted = readFileSync(source, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const flags = ['--quiet', '--disable-pip-version-check', '--no-input', '--retries=1', '--no-deps', '--no-warn-conflicts'];
  const args = ['-m', 'pip', 'install', ...flags, '--target', target, '--requirement', source];
  const { code, output } = await run('python3', args, { label: `fetching ${client}` });
  if (code !== 0) throw new StepError(networkAdvice(output) ?? `${output.trim()}\npip could not install ${client}: see above.`);
  writeFileSync(stamp, wanted);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(async () => {
    const why = await whyNoRestClients();
    if (why !== null) {
      console.log(`Not applicable here: ${why}.`);
      return;
    }
    await prepare();
    const { code, output } = await runRestClients();
    console.log(output.trim());
    process.exitCode = code;
  });
}
