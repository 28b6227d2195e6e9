import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { PluginRegistry } from '@millrace/worker';
import { ClientExit, CommandError, explain } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** Where verbs that work without a worker find plug-ins. */
export interface PluginOptions {
  /** Folders of plug-in packages, separated by commas, as the worker's key of this name. */
  readonly pluginPath?: string;
  /** A worker's properties, whose `plugin.path` and converters count. */
  readonly workerConfig?: string;
}

/** Plug-in packages that come with the command, so that the quickstart needs nothing installed. */
const ownConnectors: readonly string[] = ['@millrace/datagen', '@millrace/file-stream'];

/** Folders of the plug-in packages that come with the command. */
export function ownPluginFolders(): string[] {
  const require = createRequire(import.meta.url);
  return ownConnectors.map((name) => dirname(require.resolve(`${name}/package.json`)));
}

/** The plug-ins that a worker started here would have; only their manifests are read. */
export async function installedPlugins(
  terminal: Terminal,
  options: PluginOptions,
): Promise<{ readonly registry: PluginRegistry; readonly workerConfig: Readonly<Record<string, string>> }> {
  const { createWorkerLog, loadPlugins } = await import('@millrace/worker');
  const workerConfig = await readWorkerConfig(options.workerConfig);
  const registry = await loadPlugins({
    pluginPath: [workerConfig['plugin.path'], options.pluginPath].filter(Boolean).join(','),
    pluginFolders: ownPluginFolders(),
    log: createWorkerLog({ format: 'text', level: 'warn', write: (line) => terminal.err(line.trimEnd()) }),
  });
  return { registry, workerConfig };
}

async function readWorkerConfig(path: string | undefined): Promise<Readonly<Record<string, string>>> {
  if (path === undefined) return {};
  const { readPropertiesFile } = await import('@millrace/worker');
  try {
    return await readPropertiesFile(path);
  } catch (error) {
    throw new CommandError(ClientExit.VALIDATION, explain(error), { cause: error });
  }
}
