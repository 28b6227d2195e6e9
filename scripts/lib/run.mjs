/** Running other programs: quiet when they are quick, one line when they are not. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A step that failed in a way that one line explains. */
export class StepError extends Error {}

/** Steps that take longer are announced. */
const QUIET_MS = 1000;

/** What npm tells a script about registry and network, which its own children need too. Everything else of npm's stays with npm. */
const KEPT_NPM_SETTINGS = new Set(
  ['registry', 'userconfig', 'globalconfig', 'cache', 'proxy', 'http_proxy', 'https_proxy', 'noproxy', 'cafile', 'ca', 'strict_ssl'].map(
    (name) => `npm_config_${name}`,
  ),
);

/**
 * The environment for a child: that of this process without what `npm start` or `npm test` added, which pnpm and tests would take for
 * settings of their own.
 *
 * @param {Record<string, string>} [extra]
 */
export function childEnv(extra = {}) {
  /** @type {Record<string, string | undefined>} */
  const env = {};
  for (const [name, value] of Object.entries(process.env)) {
    const key = name.toLowerCase();
    const isOfNpm = key.startsWith('npm_') || key === 'init_cwd';
    if (!isOfNpm || (KEPT_NPM_SETTINGS.has(key) && value !== '') || key.startsWith('npm_config_//')) env[name] = value;
  }
  return { ...env, ...extra };
}

/**
 * @typedef {object} RunOptions
 * @property {string} [label] Announced on standard error when the program takes longer than a second.
 * @property {Record<string, string>} [env] Added to the environment.
 * @property {string} [cwd] Default: the project's folder.
 */

/**
 * Runs a program and keeps what it prints.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} A program that could not be started has code 127.
 */
export function run(command, args, { label, env, cwd = root } = {}) {
  const announce = label === undefined ? undefined : setTimeout(() => process.stderr.write(`${label} …\n`), QUIET_MS);
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: childEnv({ NO_COLOR: '1', ...env }), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => finish(127, `${command}: ${error.message}\n`));
    child.on('close', (code) => finish(code ?? 1, output));

    /**
     * @param {number} code
     * @param {string} text
     */
    function finish(code, text) {
      clearTimeout(announce);
      resolve({ code, output: text });
    }
  });
}

/**
 * Runs a program that prints straight to this terminal.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>} Its exit code.
 */
export function runVisibly(command, args, { env, cwd = root } = {}) {
  return new Promise((resolve) => {
    const colour = process.stdout.isTTY ? {} : { NO_COLOR: '1' };
    const child = spawn(command, args, { cwd, env: childEnv({ ...colour, ...env }), stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      resolve(127);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}
