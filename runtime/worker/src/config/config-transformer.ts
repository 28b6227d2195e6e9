import { ConfigException, ConnectException, parseType, type ConfigProvider, type Logger } from '@millrace/api';
import type { PluginRegistry } from '../plugins/plugin-registry.ts';
import { entriesWithPrefix } from './entries-with-prefix.ts';

/** `${provider:key}` and `${provider:path:key}`. */
const variablePattern = /\$\{([^}]*?):(([^}]*?):)?([^}]*?)\}/g;

/** A reference that was replaced. */
export interface ResolvedVariable {
  /** As it was written. */
  readonly reference: string;
  /** Invariant 5: a secret, not for answers, logs, errors or metrics. */
  readonly value: string;
}

/** A configuration with its references replaced. */
export interface TransformedConfig<V extends string | null> {
  readonly data: Record<string, V>;
  /** Time to live, in milliseconds, of data that expire, by path. */
  readonly ttls: ReadonlyMap<string, number>;
  readonly resolved: readonly ResolvedVariable[];
}

/** Values by path and key, of one provider. */
type Lookup = Map<string, Readonly<Record<string, string>>>;

/**
 * Replaces references to configuration providers in values, once and not again in what came out, as
 * `org.apache.kafka.common.config.ConfigTransformer`. A reference to an unknown provider or key stays as it is.
 */
export class ConfigTransformer {
  readonly #providers: ReadonlyMap<string, ConfigProvider>;

  constructor(providers: ReadonlyMap<string, ConfigProvider>) {
    this.#providers = providers;
  }

  /**
   * Sets up the providers that `config.providers` of a worker names.
   * @throws ConfigException if one has no class or refuses its parameters; ConnectException if its class is not installed.
   */
  static async from(workerConfig: Readonly<Record<string, string>>, plugins: PluginRegistry): Promise<ConfigTransformer> {
    const providers = new Map<string, ConfigProvider>();
    for (const name of new Set(parseType('config.providers', workerConfig['config.providers'] ?? '', 'list') as string[])) {
      providers.set(name, await createProvider(name, workerConfig, plugins));
    }
    return new ConfigTransformer(providers);
  }

  /** @throws ConfigException that names provider and path when a provider fails. */
  async transform<V extends string | null>(config: Readonly<Record<string, V>>): Promise<TransformedConfig<V>> {
    const lookups = new Map<string, Lookup>();
    const ttls = new Map<string, number>();
    for (const [provider, paths] of this.#references(Object.values(config))) {
      lookups.set(provider, await this.#lookUp(provider, paths, ttls));
    }
    const resolved: ResolvedVariable[] = [];
    const entries = Object.entries(config).map(([key, value]) => [key, value === null ? value : replaced(value, lookups, resolved)]);
    return { data: Object.fromEntries(entries) as Record<string, V>, ttls, resolved };
  }

  /** Closes the providers; none of their failures keeps another one open. */
  async close(log: Logger): Promise<void> {
    for (const [name, provider] of this.#providers) {
      try {
        await provider.close?.();
      } catch (error) {
        log.warn(`Closing configuration provider ${name} failed`, { error: (error as Error).message });
      }
    }
  }

  /** Keys that values refer to, by known provider and by path. */
  #references(values: readonly (string | null)[]): Map<string, Map<string, Set<string>>> {
    const references = new Map<string, Map<string, Set<string>>>();
    for (const value of values) {
      for (const [, provider = '', , path = '', key = ''] of (value ?? '').matchAll(variablePattern)) {
        if (!this.#providers.has(provider)) continue;
        const paths = references.get(provider) ?? new Map<string, Set<string>>();
        references.set(provider, paths.set(path, (paths.get(path) ?? new Set()).add(key)));
      }
    }
    return references;
  }

  async #lookUp(name: string, paths: ReadonlyMap<string, ReadonlySet<string>>, ttls: Map<string, number>): Promise<Lookup> {
    const provider = this.#providers.get(name) as ConfigProvider;
    const lookup: Lookup = new Map();
    for (const [path, keys] of paths) {
      try {
        const { data, ttlMs } = await provider.get(path, [...keys]);
        lookup.set(path, data);
        if (ttlMs !== null && ttlMs >= 0) ttls.set(path, ttlMs);
      } catch (error) {
        const message = `Configuration provider ${name}${path === '' ? '' : `, path ${path}`}: ${(error as Error).message}`;
        throw new ConfigException(message, { cause: error });
      }
    }
    return lookup;
  }
}

function replaced(text: string, lookups: ReadonlyMap<string, Lookup>, resolved: ResolvedVariable[]): string {
  return text.replace(variablePattern, (reference: string, provider: string, _: unknown, path: string | undefined, key: string) => {
    const data = lookups.get(provider)?.get(path ?? '');
    const value = data !== undefined && Object.hasOwn(data, key) ? data[key] : undefined;
    if (value === undefined) return reference;
    resolved.push({ reference, value });
    return value;
  });
}

async function createProvider(
  name: string,
  workerConfig: Readonly<Record<string, string>>,
  plugins: PluginRegistry,
): Promise<ConfigProvider> {
  const prefix = `config.providers.${name}.`;
  const className = workerConfig[`${prefix}class`]?.trim();
  if (className === undefined) {
    throw new ConfigException(`Missing required configuration "${prefix}class" which has no default value.`, {
      configKey: `${prefix}class`,
    });
  }
  const Provider = await plugins.get(['config_provider'], className).load();
  const provider = new Provider() as ConfigProvider;
  try {
    await provider.configure(entriesWithPrefix(workerConfig, `${prefix}param.`));
  } catch (error) {
    throw new ConnectException(`Configuration provider ${name} (${className}): ${(error as Error).message}`, { cause: error });
  }
  return provider;
}
