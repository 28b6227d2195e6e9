import { loadedOnce, type LocatedPlugin } from './discovery.ts';
import { pluginKinds, PluginRegistry } from './plugin-registry.ts';

/** Keys whose values name plug-ins. */
const pluginKey = /^(?:connector\.class|(?:key|value|header)\.converter|(?:transforms|predicates)\.[^.]+\.type)$/;

/** The plug-ins that another thread can load, as plain data. */
export function locatedPlugins(plugins: PluginRegistry): LocatedPlugin[] {
  return plugins
    .list()
    .flatMap(({ kind, className, taskClassName, aliases, version, location, module }) =>
      module === undefined ? [] : [{ kind, className, taskClassName, aliases, version, location, module }],
    );
}

/** A registry of these plug-ins, in the thread that got them. */
export function registryOf(plugins: readonly LocatedPlugin[]): PluginRegistry {
  const registry = new PluginRegistry();
  for (const plugin of plugins) registry.add(loadedOnce(plugin));
  return registry;
}

/**
 * Whether all plug-ins that these configurations name can be loaded in another thread. Classes that an application hands to the worker cannot.
 * A name that means nothing does not count: what is missing is missing everywhere.
 */
export function areLocated(plugins: PluginRegistry, ...configs: readonly Readonly<Record<string, string | null>>[]): boolean {
  return configs.every((config) =>
    Object.entries(config).every(([key, name]) => {
      if (name === null || !pluginKey.test(key)) return true;
      return pluginKinds.every((kind) => {
        const plugin = plugins.find([kind], name.trim());
        return plugin === null || plugin.module !== undefined;
      });
    }),
  );
}
