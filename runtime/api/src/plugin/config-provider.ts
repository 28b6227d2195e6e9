/** What a provider knows of a path. */
export interface ConfigData {
  readonly data: Readonly<Record<string, string>>;
  /** Time, in milliseconds, after which the data are to be asked for again; null if they do not expire. */
  readonly ttlMs: number | null;
}

/** Gives values that a configuration only refers to, as `org.apache.kafka.common.config.ConfigProvider`. */
export interface ConfigProvider {
  /** Gets the provider's own settings: `config.providers.<name>.param.*` without that prefix. @throws ConfigException */
  configure(config: Readonly<Record<string, string>>): Promise<void> | void;
  /**
   * The values of keys under a path, which is empty when the reference has none; a key that is not there is left out.
   * @throws ConfigException if the path cannot be read.
   */
  get(path: string, keys: readonly string[]): Promise<ConfigData> | ConfigData;
  close?(): Promise<void> | void;
}
