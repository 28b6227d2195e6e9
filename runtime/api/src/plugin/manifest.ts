/** The `millrace` block of a package.json: what makes a package a plug-in. Discovery reads nothing else. */
export interface Manifest {
  readonly plugins: readonly PluginEntry[];
  /** What the gallery shows of the package. */
  readonly card?: Readonly<Record<string, unknown>>;
}

export type PluginKind = 'source' | 'sink' | 'transformation' | 'predicate' | 'converter' | 'header_converter' | 'config_provider';

/** One plug-in of a package. */
export interface PluginEntry {
  readonly kind: PluginKind;
  /** The one name that REST, internal topics and dead letter headers show: the Java name for a drop-in, else our own. */
  readonly class: string;
  /** The same for the tasks of a connector. */
  readonly taskClass?: string;
  /** Further names that find this plug-in, besides the simple forms of `class`. */
  readonly aliases?: readonly string[];
  /** Name of the exported class. */
  readonly export: string;
}
