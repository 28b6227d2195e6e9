import type { PluginKind } from '@millrace/api';

/** A plug-in that the worker knows by its manifest; its code is loaded on first use. */
export interface PluginDescriptor {
  readonly kind: PluginKind;
  /** The one name that REST, internal topics and dead letter headers show. */
  readonly className: string;
  /** Name that tasks of this connector carry. */
  readonly taskClassName: string | null;
  readonly aliases: readonly string[];
  readonly version: string;
  /** Where it comes from, for people: a package or a folder. */
  readonly location: string;
  /** How to load it in another thread; absent for a class that exists in this one only. */
  readonly module?: PluginModule;
  /** The exported class. @throws ConnectException naming the package when its code cannot be loaded. */
  load(): Promise<PluginClass>;
}

/** Where the code of a plug-in is. */
export interface PluginModule {
  /** What `import` takes: a URL, or the name of a package that the worker depends on. */
  readonly specifier: string;
  readonly export: string;
}

/** A class without parameters in its constructor. */
export type PluginClass = new () => object;
