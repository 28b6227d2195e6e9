/** The packages of the workspace. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

/**
 * The parts of a package.json that the project's own tools read.
 *
 * @typedef {object} PackageManifest
 * @property {string} name
 * @property {boolean} [private]
 * @property {Record<string, string | { types: string }>} [exports]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {{ plugins: readonly { export: string }[] }} [millrace]
 */

/**
 * @typedef {object} WorkspacePackage
 * @property {string} folder Relative to the project, for example `runtime/api`.
 * @property {PackageManifest} manifest Its package.json.
 */

/**
 * All packages, sorted by folder.
 *
 * @returns {WorkspacePackage[]}
 */
export function workspacePackages() {
  const folders = packageGlobs().flatMap((glob) => {
    const parent = glob.replace(/\/\*$/, '');
    return existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => `${parent}/${name}`) : [];
  });
  return folders
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort()
    .map((folder) => ({ folder, manifest: readManifest(folder) }));
}

/** The `packages:` list of pnpm-workspace.yaml; every entry is a folder name with `/*`. */
function packageGlobs() {
  const text = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const list = /^packages:\n((?: +- .*\n)+)/m.exec(text)?.[1] ?? '';
  return [...list.matchAll(/- ['"]?([^'"\s]+)/g)].map((match) => String(match[1]));
}

/**
 * @param {string} folder
 * @returns {PackageManifest}
 */
function readManifest(folder) {
  return /** @type {PackageManifest} */ (JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')));
}
