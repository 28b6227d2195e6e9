/**
 * Joins the modules of each published package into a few files. Node takes about a millisecond for every module that it loads, a worker and
 * each of its threads load hundreds, and what other packages bring stays theirs: only modules of the package itself are joined.
 */
import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { root, run } from './run.mjs';
import { workspacePackages } from './workspace.mjs';

/** Modules that are started by their path, besides those that a package exports. */
const programs = new Map([
  ['runtime/cli', ['main']],
  ['runtime/worker', ['task/thread/task-thread', 'herder/thread/connector-thread']],
]);

/**
 * Bundles what is stale: `dist/` has the modules that the compiler made, `bundle/` what a package exports. In a process of its own: `npm start`
 * goes on as the worker, which is not to carry a bundler about.
 *
 * @returns {Promise<string>} What went wrong; empty when all is well.
 */
export async function bundle() {
  if (stalePackages().length === 0) return '';
  const { code, output } = await run(process.execPath, [fileURLToPath(import.meta.url)], { label: 'bundling' });
  return code === 0 ? '' : output;
}

function stalePackages() {
  return workspacePackages().filter(({ folder, manifest }) => manifest.private !== true && isStale(folder));
}

/**
 * @param {typeof import('rolldown').rolldown} rolldown
 * @param {import('./workspace.mjs').WorkspacePackage} part
 */
async function bundlePackage(rolldown, { folder, manifest }) {
  const dist = join(root, folder, 'dist');
  const target = join(root, folder, 'bundle');
  const exported = Object.values(manifest.exports ?? {}).flatMap((entry) => (typeof entry === 'string' ? [] : [entry.types]));
  const modules = [...exported.map((types) => types.slice('./dist/'.length, -'.d.ts'.length)), ...(programs.get(folder) ?? [])];
  rmSync(target, { recursive: true, force: true });
  try {
    const input = Object.fromEntries(modules.map((name) => [basename(name), join(dist, `${name}.js`)]));
    const build = await rolldown({ input, platform: 'node', external: /^[^./]/, logLevel: 'warn' });
    // All in one folder: a module that starts a program finds it beside itself, and package.json one folder up.
    await build.write({ dir: target, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', comments: false });
    await build.close();
    utimesSync(target, new Date(), new Date());
    return '';
  } catch (error) {
    rmSync(target, { recursive: true, force: true });
    return `${folder}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** @param {string} folder */
function isStale(folder) {
  const target = join(root, folder, 'bundle');
  if (!existsSync(target)) return true;
  const madeAt = statSync(target).mtimeMs;
  const inputs = [join(root, folder, 'package.json'), join(root, 'scripts/lib/bundle.mjs'), ...compiledModules(join(root, folder, 'dist'))];
  return inputs.some((path) => statSync(path).mtimeMs > madeAt);
}

/** The modules and their folders, whose time tells of modules that are gone. @param {string} dist */
function compiledModules(dist) {
  const entries = readdirSync(dist, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isDirectory() || entry.name.endsWith('.js'))
    .map((entry) => join(entry.parentPath, entry.name));
  return [dist, ...paths];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { rolldown } = await import('rolldown');
  const failures = await Promise.all(stalePackages().map((part) => bundlePackage(rolldown, part)));
  const output = failures.filter((failure) => failure !== '').join('\n');
  if (output !== '') {
    console.error(output);
    process.exitCode = 1;
  }
}
