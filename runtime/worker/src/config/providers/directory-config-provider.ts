import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { AllowedPaths } from './allowed-paths.ts';
import type { ConfigData, ConfigProvider } from '@millrace/api';
import { lasting } from './config-data.ts';
import { readSecretFile } from './read-secret-file.ts';

/**
 * `${dir:/run/secrets:password}`: the content of a file in a folder, as secrets of Kubernetes and Docker are mounted; as
 * `org.apache.kafka.common.config.provider.DirectoryConfigProvider`. The parameter `allowed.paths` limits what may be read; of a folder
 * outside it nothing is known.
 */
export class DirectoryConfigProvider implements ConfigProvider {
  #allowed: AllowedPaths | null = null;

  async configure(config: Readonly<Record<string, string>>): Promise<void> {
    this.#allowed = await AllowedPaths.from(config);
  }

  async get(path: string, keys: readonly string[]): Promise<ConfigData> {
    this.#allowed ??= await AllowedPaths.from({});
    const folder = path === '' ? null : await this.#allowed.resolve(path);
    if (folder === null) return lasting({});
    const data: Record<string, string> = {};
    for (const key of keys) {
      const content = isFileName(key) ? await this.#content(join(folder, key)) : null;
      if (content !== null) data[key] = content;
    }
    return lasting(data);
  }

  /** Mounted secrets are links, so the target counts: it has to be allowed as well. */
  async #content(path: string): Promise<string | null> {
    const exists = await lstat(path).then(
      (stats) => !stats.isDirectory(),
      () => false,
    );
    const target = exists ? await this.#allowed?.resolve(path) : null;
    return target === null || target === undefined ? null : readSecretFile(target);
  }
}

/** A key that leads out of the folder is none. */
function isFileName(key: string): boolean {
  return key !== '' && key !== '.' && key !== '..' && !/[/\\]/.test(key);
}
