import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConnectException, type Manifest, type PluginEntry } from '@millrace/api';
import type { PluginClass, PluginDescriptor, PluginModule } from './plugin-descriptor.ts';

/** Version of Kafka whose plug-ins and protocols Millrace speaks. */
export const KAFKA_VERSION = '4.3.1';

interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly main?: string;
  readonly exports?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly millrace?: Manifest;
}

/** Told of a package that looks like a plug-in and cannot be used. */
export type OnBroken = (location: string, error: unknown) => void;

/**
 * Plug-ins among the dependencies of the application whose package.json is nearest to a folder. Only manifests are read.
 * An application's own `millrace` block counts too.
 */
export async function discoverDependencies(folder: string, onBroken: OnBroken): Promise<PluginDescriptor[]> {
  const root = await nearestPackage(resolve(folder));
  if (root === null) return [];
  const application = await readPackage(root);
  const names = Object.keys({ ...application.dependencies, ...application.devDependencies });
  const require = createRequire(join(root, 'package.json'));
  const found = await Promise.all(names.map((name) => discoverPackage(packageFolder(require, name), onBroken)));
  return [...pluginsOf(root, application), ...found.flat()];
}

/** Plug-ins of a `plugin.path` entry: the folder itself, or each folder in it. */
export async function discoverPluginPath(folder: string, onBroken: OnBroken): Promise<PluginDescriptor[]> {
  const root = resolve(folder);
  const own = await discoverPackage(root, onBroken);
  if (own.length > 0) return own;
  let names: string[];
  try {
    names = (await readdir(root, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name);
  } catch (error) {
    onBroken(root, error);
    return [];
  }
  const found = await Promise.all(names.sort().map((name) => discoverPackage(join(root, name), onBroken)));
  return found.flat();
}

/** The exports of a package, loaded when they are first asked for. */
export type ImportPackage = () => Promise<Record<string, unknown>>;

/**
 * Plug-ins of the package in a folder; none if there is no manifest.
 * @param importPackage how to load it, where a plain `import` of its name does
 */
export async function discoverPackage(
  folder: string | null,
  onBroken: OnBroken,
  importPackage?: ImportPackage,
): Promise<PluginDescriptor[]> {
  if (folder === null) return [];
  try {
    return pluginsOf(folder, await readPackage(folder), importPackage);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onBroken(folder, error);
    return [];
  }
}

function pluginsOf(folder: string, packageJson: PackageJson, importPackage?: ImportPackage): PluginDescriptor[] {
  const location = packageJson.name ?? folder;
  const specifier = importPackage === undefined ? pathToFileURL(join(folder, entryFile(packageJson))).href : location;
  const load = importPackage ?? (() => import(specifier) as ReturnType<ImportPackage>);
  return (packageJson.millrace?.plugins ?? []).map((entry) => {
    const module = { specifier, export: entry.export };
    return loadedOnce({ ...described(location, packageJson, entry), module }, load);
  });
}

function described(location: string, packageJson: PackageJson, entry: PluginEntry): Omit<PluginDescriptor, 'load' | 'module'> {
  return {
    kind: entry.kind,
    className: entry.class,
    taskClassName: entry.taskClass ?? null,
    aliases: entry.aliases ?? [],
    version: entry.class.startsWith('org.apache.kafka.') ? KAFKA_VERSION : (packageJson.version ?? 'undefined'),
    location,
  };
}

/** A plug-in whose code can be found from any thread. */
export interface LocatedPlugin extends Omit<PluginDescriptor, 'load'> {
  readonly module: PluginModule;
}

/** The plug-in with its class, which is loaded when it is first asked for. @param importPackage default: `import` of its module */
export function loadedOnce(plugin: LocatedPlugin, importPackage?: ImportPackage): PluginDescriptor {
  let loaded: Promise<PluginClass> | null = null;
  const load = importPackage ?? (() => import(plugin.module.specifier) as ReturnType<ImportPackage>);
  return { ...plugin, load: () => (loaded ??= loadExport(plugin, load)) };
}

async function loadExport({ location, className, module }: LocatedPlugin, importPackage: ImportPackage): Promise<PluginClass> {
  let exports: Record<string, unknown>;
  try {
    exports = await importPackage();
  } catch (error) {
    throw new ConnectException(`Plug-in ${className} of ${location} could not be loaded: ${(error as Error).message}`, { cause: error });
  }
  const exported = exports[module.export];
  if (typeof exported !== 'function') {
    throw new ConnectException(`Plug-in ${className} of ${location}: its manifest names the export ${module.export}, which is not there`);
  }
  return exported as PluginClass;
}

/** The file that `import` of the package gives. */
function entryFile(packageJson: PackageJson): string {
  const exports = packageJson.exports;
  const main = isRecord(exports) && '.' in exports ? exports['.'] : exports;
  return resolveCondition(main) ?? packageJson.main ?? 'index.js';
}

function resolveCondition(target: unknown): string | null {
  if (typeof target === 'string') return target;
  if (!isRecord(target)) return null;
  for (const condition of ['node', 'import', 'default']) {
    const found = resolveCondition(target[condition]);
    if (found !== null) return found;
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Folder of a dependency, or null if it is not installed. Looks for the folder itself, since a package need not export its package.json. */
function packageFolder(require: NodeJS.Require, name: string): string | null {
  for (const modules of require.resolve.paths(name) ?? []) {
    const candidate = join(modules, name);
    try {
      return dirname(require.resolve(join(candidate, 'package.json')));
    } catch {
      // Not in this node_modules folder: the next one up may have it.
    }
  }
  return null;
}

async function readPackage(folder: string): Promise<PackageJson> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageJson;
}

async function nearestPackage(folder: string): Promise<string | null> {
  try {
    await readFile(join(folder, 'package.json'));
    return folder;
  } catch {
    const parent = dirname(folder);
    return parent === folder ? null : nearestPackage(parent);
  }
}
