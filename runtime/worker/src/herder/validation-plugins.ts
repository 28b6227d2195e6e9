import { ConfigException, type ClassResolver, type PluginKind, type Validator } from '@millrace/api';
import { DEFAULT_HEADER_CONVERTER } from '../config/converter-config.ts';
import type { ConverterKnowledge, ConverterRole, PluginKnowledge } from '../config/plugin-knowledge.ts';
import { VersionRange } from '../config/plugin-version.ts';
import type { PluginDescriptor } from '../plugins/plugin-descriptor.ts';
import { pluginKinds, type PluginRegistry } from '../plugins/plugin-registry.ts';

/** Configuration as it comes from outside. */
export type RawProps = Readonly<Record<string, string | null>>;

/** Java interface that a plug-in of a kind implements, by its simple name. */
const interfaceNames: Readonly<Record<PluginKind, string>> = {
  source: 'SourceConnector',
  sink: 'SinkConnector',
  converter: 'Converter',
  header_converter: 'HeaderConverter',
  transformation: 'Transformation',
  predicate: 'Predicate',
  config_provider: 'ConfigProvider',
};

/** Kinds in which the class of a key is looked for first, as a connector's keys name no connectors. */
const resolutionOrder: readonly PluginKind[] = [...pluginKinds].sort(
  (left, right) => Number(left === 'sink' || left === 'source') - Number(right === 'sink' || right === 'source'),
);

/** Loads CLASS values by what a worker has: full names and aliases, and names that only their nested classes have a use for. */
export function pluginResolver(plugins: PluginRegistry): ClassResolver {
  return (name) => plugins.find(resolutionOrder, name)?.className ?? (nestedClasses(plugins, pluginKinds, name).length > 0 ? name : null);
}

/** Refuses a class that is no plug-in of the kind. Null passes. */
export function pluginOfKind(plugins: PluginRegistry, kind: PluginKind): Validator {
  return {
    ensureValid(name, value) {
      if (typeof value !== 'string' || plugins.find([kind], value) !== null) return;
      const nested = nestedClasses(plugins, [kind], value);
      const message =
        nested.length > 0
          ? `This class is abstract and cannot be created. Did you mean ${nested.join(', ')}?`
          : `Class class ${value} does not implement the ${interfaceNames[kind]} interface`;
      throw new ConfigException(message, { configKey: name });
    },
    toString: () => `a ${kind.replace('_', ' ')}`,
  };
}

/** `Cast$Key` and `Cast$Value` for `Cast`. */
function nestedClasses(plugins: PluginRegistry, kinds: readonly PluginKind[], name: string): string[] {
  return name === '' ? [] : classNames(plugins.list(kinds)).filter((className) => className.startsWith(`${name}$`));
}

export function classNames(plugins: readonly PluginDescriptor[]): string[] {
  return [...new Set(plugins.map(({ className }) => className))].sort();
}

/** Versions of a class that the worker has: the one that is installed, or none. */
export function versionsOf(plugins: PluginRegistry, kind: PluginKind, className: string | null | undefined): string[] {
  const plugin = className === null || className === undefined ? null : plugins.find([kind], className);
  return plugin === null ? [] : [plugin.version];
}

/** @throws ConfigException if the installed version does not meet the requirement. */
export function ensureVersion(plugin: PluginDescriptor, requirement: string | null | undefined): void {
  const range = VersionRange.parse(requirement);
  if (range === null || range.contains(plugin.version)) return;
  throw new ConfigException(
    `Plugin ${plugin.className} not found that matches the version range ${range.toString()}, available versions: [${plugin.version}]`,
    { suggestion: `Install that version of ${plugin.location}, or change the requirement` },
  );
}

/** Kind of the plug-ins that may stand in a converter's key. */
export function converterKind(role: ConverterRole): PluginKind {
  return role === 'header' ? 'header_converter' : 'converter';
}

/** What the definition of a connector says of the plug-ins of a worker, given a configuration. */
export function pluginKnowledge(
  plugins: PluginRegistry,
  connector: PluginDescriptor | null,
  props: RawProps,
  workerConfig: Readonly<Record<string, string>>,
): PluginKnowledge {
  const converter = (role: ConverterRole): ConverterKnowledge => {
    const kind = converterKind(role);
    const worker = workerConfig[`${role}.converter`] ?? (role === 'header' ? DEFAULT_HEADER_CONVERTER : null);
    const defaultClass = worker === null ? null : (plugins.find([kind], worker.trim())?.className ?? null);
    const chosen = props[`${role}.converter`]?.trim() ?? defaultClass;
    return {
      defaultClass,
      defaultVersion: versionsOf(plugins, kind, chosen)[0] ?? null,
      classes: classNames(plugins.list([kind])),
      versions: (className) => versionsOf(plugins, kind, className),
      validator: pluginOfKind(plugins, kind),
    };
  };
  return {
    connector: { defaultVersion: connector?.version ?? null, versions: connector === null ? [] : [connector.version] },
    converters: { key: converter('key'), value: converter('value'), header: converter('header') },
  };
}
