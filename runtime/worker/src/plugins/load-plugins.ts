import type { Logger } from '@millrace/api';
import { builtInConfigProviders } from '../config/providers/built-in-providers.ts';
import { builtInPlugins } from './built-in.ts';
import { discoverDependencies, discoverPackage, discoverPluginPath } from './discovery.ts';
import type { PluginDescriptor } from './plugin-descriptor.ts';
import { PluginRegistry } from './plugin-registry.ts';

/** Where a worker looks for plug-ins. */
export interface PluginLocations {
  /** The worker's `plugin.path`: folders of plug-in packages, separated by commas. */
  readonly pluginPath: string;
  /** Folder whose nearest package.json names the installed connectors. Default: the working folder. */
  readonly applicationFolder?: string;
  /** Folders of further plug-in packages. */
  readonly pluginFolders?: readonly string[];
  /** Plug-ins that need no manifest. They win over those that are found. */
  readonly plugins?: readonly PluginDescriptor[];
  /** Told of packages that look like plug-ins and cannot be used. */
  readonly log: Logger;
}

/** All plug-ins that a worker with these locations has. Only manifests are read. */
export async function loadPlugins(locations: PluginLocations): Promise<PluginRegistry> {
  const onBroken = (location: string, error: unknown): void =>
    locations.log.warn(`Plug-ins of ${location} cannot be used: ${(error as Error).message}`);
  const paths = locations.pluginPath.split(',').filter((path) => path.trim() !== '');
  const found = await Promise.all([
    builtInPlugins(onBroken),
    ...(locations.pluginFolders ?? []).map((folder) => discoverPackage(folder, onBroken)),
    discoverDependencies(locations.applicationFolder ?? process.cwd(), onBroken),
    ...paths.map((path) => discoverPluginPath(path.trim(), onBroken)),
  ]);
  const registry = new PluginRegistry();
  for (const plugin of [...(locations.plugins ?? []), ...builtInConfigProviders(), ...found.flat()]) registry.add(plugin);
  return registry;
}
