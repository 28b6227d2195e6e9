import { parseProperties } from '../properties-file.ts';
import { AllowedPaths } from './allowed-paths.ts';
import type { ConfigData, ConfigProvider } from '@millrace/api';
import { lasting, only } from './config-data.ts';
import { readSecretFile } from './read-secret-file.ts';

/**
 * `${file:/folder/secrets.properties:key}`: entries of a Java properties file, as
 * `org.apache.kafka.common.config.provider.FileConfigProvider`. The parameter `allowed.paths` limits what may be read; of a file outside it
 * nothing is known.
 */
export class FileConfigProvider implements ConfigProvider {
  #allowed: AllowedPaths | null = null;

  async configure(config: Readonly<Record<string, string>>): Promise<void> {
    this.#allowed = await AllowedPaths.from(config);
  }

  async get(path: string, keys: readonly string[]): Promise<ConfigData> {
    this.#allowed ??= await AllowedPaths.from({});
    const file = path === '' ? null : await this.#allowed.resolve(path);
    return lasting(file === null ? {} : only(parseProperties(await readSecretFile(file)), keys));
  }
}
