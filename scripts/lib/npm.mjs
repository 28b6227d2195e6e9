/** npm, which every Node comes with: it brings the few tools that are fetched before pnpm is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, StepError } from './run.mjs';

/**
 * Installs one package at one version into a folder below `.tools`, unless it is there.
 *
 * @param {string} name
 * @param {string} version
 * @param {string} folder Relative to the project, for example `.tools`.
 */
export async function ensureTool(name, version, folder) {
  if (installedVersion(name, folder) === version) return;
  const { command, prefix } = npmCommand();
  const flags = [
    '--prefix',
    folder,
    '--no-save',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--fetch-retries=1',
    '--fetch-retry-mintimeout=1000',
  ];
  const args = [...prefix, 'install', ...flags, `${name}@${version}`];
  const { code, output } = await run(command, args, { label: `fetching ${name} ${version}` });
  if (code === 127) throw new StepError('npm was not found. It comes with Node: install a Node that has it, then run this again.');
  if (code !== 0) throw new StepError(networkAdvice(output) ?? `${output.trim()}\nnpm could not install ${name}@${version}: see above.`);
  if (installedVersion(name, folder) !== version) throw new StepError(`${folder} has no ${name} ${version}: remove it and run this again.`);
}

/**
 * @param {string} name
 * @param {string} folder
 */
function installedVersion(name, folder) {
  const path = join(root, folder, 'node_modules', name, 'package.json');
  if (!existsSync(path)) return null;
  return /** @type {{ version: string }} */ (JSON.parse(readFileSync(path, 'utf8'))).version;
}

/** The npm that runs this script, else the one on the PATH. */
function npmCommand() {
  const running = process.env['npm_execpath'] ?? '';
  if (/npm-cli\.[cm]?js$/.test(running) && existsSync(running)) return { command: process.execPath, prefix: [running] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', prefix: [] };
}

/**
 * One line for a registry that cannot be reached, else null.
 *
 * @param {string} output What the package manager printed.
 */
export function networkAdvice(output) {
  const cause =
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|CERT_[A-Z_]+|SELF_SIGNED[A-Z_]*|ERR_SOCKET_TIMEOUT)\b/.exec(
      output,
    )?.[1];
  const isOffline = cause !== undefined || /dns error|error sending request|connection refused|fetch failed/i.test(output);
  if (!isOffline) return null;
  return `The package registry could not be reached${cause === undefined ? '' : ` (${cause})`}. Check the network and the registry in .npmrc, then run this again.`;
}
