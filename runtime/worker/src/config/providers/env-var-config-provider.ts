import { ConfigException, type ConfigData, type ConfigProvider } from '@millrace/api';
import { lasting, only } from './config-data.ts';

const allowlistKey = 'allowlist.pattern';

/**
 * `${env:NAME}`: environment variables of the worker, as `org.apache.kafka.common.config.provider.EnvVarConfigProvider`. The parameter
 * `allowlist.pattern` is a regular expression that has to match the whole name of a variable; others are unknown.
 */
export class EnvVarConfigProvider implements ConfigProvider {
  readonly #environment: NodeJS.ProcessEnv;
  #allowed: RegExp = /^/;

  constructor(environment: NodeJS.ProcessEnv = process.env) {
    this.#environment = environment;
  }

  configure(config: Readonly<Record<string, string>>): void {
    const pattern = config[allowlistKey];
    if (pattern === undefined) return;
    try {
      this.#allowed = new RegExp(`^(?:${pattern})$`, 'u');
    } catch (error) {
      throw ConfigException.invalidValue(allowlistKey, pattern, `not a regular expression: ${(error as Error).message}`, { cause: error });
    }
  }

  /** @throws ConfigException if there is a path, since variables have none. */
  get(path: string, keys: readonly string[]): ConfigData {
    if (path !== '') {
      throw new ConfigException(`Environment variables have no path, got '${path}': write \${env:NAME}`);
    }
    const allowed = Object.entries(this.#environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && this.#allowed.test(entry[0]),
    );
    return lasting(only(Object.fromEntries(allowed), keys));
  }
}
