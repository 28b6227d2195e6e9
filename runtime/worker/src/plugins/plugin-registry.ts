import { ConnectException, type PluginKind } from '@millrace/api';
import type { PluginDescriptor } from './plugin-descriptor.ts';

/** Endings that may be left out of a simple class name, by kind. */
const suffixes: Readonly<Record<PluginKind, string>> = {
  source: 'Connector',
  sink: 'Connector',
  converter: 'Converter',
  header_converter: 'HeaderConverter',
  transformation: 'Transformation',
  predicate: 'Predicate',
  config_provider: 'ConfigProvider',
};

/** Kinds in the order in which Kafka Connect lists them. */
export const pluginKinds: readonly PluginKind[] = [
  'sink',
  'source',
  'transformation',
  'predicate',
  'converter',
  'header_converter',
  'config_provider',
];

/** All plug-ins of a worker, found by class name, simple name, simple name without its ending, or alias, as in Kafka Connect. */
export class PluginRegistry {
  readonly #plugins: PluginDescriptor[] = [];
  /** By kind and name. Null: the name fits several classes and therefore none. */
  readonly #byName = new Map<string, PluginDescriptor | null>();

  /** Adds a plug-in. A class that is there already stays as it is: the first location wins. */
  add(plugin: PluginDescriptor): void {
    if (this.#plugins.some(({ kind, className }) => kind === plugin.kind && className === plugin.className)) return;
    this.#plugins.push(plugin);
    const { kind, className } = plugin;
    this.#byName.set(nameKey(kind, className), plugin);
    for (const name of new Set([...shortNames(kind, className), ...plugin.aliases])) this.#addShort(plugin, name);
  }

  /** Plug-ins of these kinds (default: all), in the order of kinds, then of names. */
  list(kinds: readonly PluginKind[] = pluginKinds): PluginDescriptor[] {
    return this.#plugins
      .filter(({ kind }) => kinds.includes(kind))
      .sort(
        (a, b) =>
          pluginKinds.indexOf(a.kind) - pluginKinds.indexOf(b.kind) || (a.className < b.className ? -1 : Number(a.className > b.className)),
      );
  }

  /** The plug-in of this name, or null. */
  find(kinds: readonly PluginKind[], name: string): PluginDescriptor | null {
    for (const kind of kinds) {
      const plugin = this.#byName.get(nameKey(kind, name));
      if (plugin !== undefined && plugin !== null) return plugin;
    }
    return null;
  }

  /** @throws ConnectException that lists what is there when the name is not. */
  get(kinds: readonly PluginKind[], name: string): PluginDescriptor {
    const plugin = this.find(kinds, name);
    if (plugin !== null) return plugin;
    const what = kinds.includes('source') ? 'connector' : (kinds[0] as string).replace('_', ' ');
    const ambiguous = kinds.some((kind) => this.#byName.get(nameKey(kind, name)) === null);
    const available = this.list(kinds).map(({ className, version }) => `${className} (${version})`);
    throw new ConnectException(
      ambiguous
        ? `More than one ${what} matches alias ${name}; use the full class name. Available: ${available.join(', ')}`
        : `Failed to find any class that implements a ${what} and which name matches ${name}, available ${what}s are: ${available.join(', ') || 'none'}`,
      {
        code: 'connect.plugin.not_found',
        suggestion: `Install the package that provides ${name}, or list what is installed: millrace plugins list`,
      },
    );
  }

  #addShort(plugin: PluginDescriptor, name: string): void {
    const key = nameKey(plugin.kind, name);
    const existing = this.#byName.get(key);
    if (existing === undefined) this.#byName.set(key, plugin);
    else if (existing !== null && existing.className !== name && existing !== plugin) this.#byName.set(key, null);
  }
}

/** The simple name, and the simple name without the ending of its kind. */
function shortNames(kind: PluginKind, className: string): string[] {
  const simple = className.slice(className.lastIndexOf('.') + 1);
  const suffix = suffixes[kind];
  return simple.endsWith(suffix) && simple.length > suffix.length ? [simple, simple.slice(0, -suffix.length)] : [simple];
}

function nameKey(kind: PluginKind, name: string): string {
  return `${kind} ${name}`;
}
