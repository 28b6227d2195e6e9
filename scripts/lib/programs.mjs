/** The programs that tests against real servers need besides Node: what is missing, and, as root on Debian, its installation. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

const MINIMUM_JAVA = 17;
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/**
 * @typedef {object} Program
 * @property {string} name For a person.
 * @property {string} purpose Which tests are skipped without it.
 * @property {string} debianPackage
 * @property {() => boolean | Promise<boolean>} isThere
 */

/** @type {readonly Program[]} */
const programs = [
  { name: 'Java 17 or later', purpose: 'real Kafka', debianPackage: 'openjdk-17-jre-headless', isThere: hasJava },
  { name: 'Maven', purpose: 'real Kafka, the first time', debianPackage: 'maven', isThere: () => runs('mvn', '-v') },
  { name: 'OpenSSL', purpose: 'certificates', debianPackage: 'openssl', isThere: () => runs('openssl', 'version') },
  { name: 'PostgreSQL', purpose: 'connectors to PostgreSQL', debianPackage: 'postgresql', isThere: hasPostgres },
  {
    name: 'kcat',
    purpose: "librdkafka's side of the Kafka client",
    debianPackage: 'kcat',
    isThere: () => runs(process.env['MILLRACE_KCAT'] || 'kcat', '-V'),
  },
];

/** What is missing on this machine. */
async function missingPrograms() {
  const answers = await Promise.all(programs.map(async (program) => ({ program, isThere: await program.isThere() })));
  return answers.filter(({ isThere }) => !isThere).map(({ program }) => program);
}

/**
 * Installs what is missing, where this process is root and there is apt-get. The tests of what is missing afterwards are skipped, which
 * counts as failed in CI.
 *
 * @returns {Promise<readonly string[]>} one sentence for each program that is missing still
 */
export async function ensurePrograms() {
  const missing = await missingPrograms();
  if (missing.length === 0) return [];
  const why = await whyNotInstall();
  const packages = missing.map(({ debianPackage }) => debianPackage);
  const problem = why ?? (await install(packages));
  const left = problem === null ? await missingPrograms() : missing;
  const reason = problem ?? `apt-get installed ${packages.join(', ')} and it does not run`;
  return left.map(({ name, purpose }) => `${name} is missing (${purpose}): ${reason}.`);
}

/** Why packages are not installed here, else null. */
async function whyNotInstall() {
  if (process.getuid?.() !== 0) return 'install it, as root on Debian npm test does so itself';
  return (await runs('apt-get', '--version')) ? null : 'install it, there is no apt-get to do so';
}

/**
 * @param {readonly string[]} packages
 * @returns what went wrong, else null
 */
async function install(packages) {
  const label = `installing ${packages.join(', ')}`;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const args = ['install', '-y', '--no-install-recommends', ...packages];
  const first = await run('apt-get', args, { label, env });
  if (first.code === 0) return null;
  // The lists of packages may be old, or not there at all.
  await run('apt-get', ['update'], { label: 'fetching the lists of packages', env });
  const second = await run('apt-get', args, { label, env });
  return second.code === 0 ? null : `apt-get could not install it: ${second.output.trim().split('\n').at(-1)}`;
}

/**
 * @param {string} command
 * @param {string} argument
 */
async function runs(command, argument) {
  return (await run(command, [argument])).code === 0;
}

async function hasJava() {
  const home = process.env['JAVA_HOME'];
  const { code, output } = await run(home === undefined || home === '' ? 'java' : join(home, 'bin/java'), ['-version']);
  return code === 0 && Number(/version "(?:1\.)?(\d+)/.exec(output)?.[1] ?? 0) >= MINIMUM_JAVA;
}

async function hasPostgres() {
  const own = process.env['MILLRACE_POSTGRES_BIN'];
  const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : [];
  const folders = own === undefined || own === '' ? versions.map((version) => join(DEBIAN_POSTGRES, version, 'bin')) : [own];
  return folders.some((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')));
}
