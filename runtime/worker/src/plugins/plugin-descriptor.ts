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
  /** The exported class. @throws ConnectException naming the package when its code cannot be loaded. */
  load(): Promise<PluginClass>;
}

/** A class without parameters in its constructor. */
export type PluginClass = new () => object;
