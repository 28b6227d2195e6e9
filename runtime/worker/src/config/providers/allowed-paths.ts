import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { ConfigException, parseType } from '@millrace/api';

const allowedPathsKey = 'allowed.paths';

/** The folders and files that a provider may read: those in `allowed.paths`, or all when that is not set. */
export class AllowedPaths {
  readonly #allowed: readonly string[] | null;

  private constructor(allowed: readonly string[] | null) {
    this.#allowed = allowed;
  }

  /** @throws ConfigException if a path is not absolute or does not exist. */
  static async from(config: Readonly<Record<string, string>>): Promise<AllowedPaths> {
    const text = config[allowedPathsKey]?.trim() ?? '';
    if (text === '') return new AllowedPaths(null);
    return new AllowedPaths(await Promise.all((parseType(allowedPathsKey, text, 'list') as string[]).map(checked)));
  }

  /** The path with links followed, or null if it must not be read. A path that does not exist is judged by its name. */
  async resolve(path: string): Promise<string | null> {
    const target = await realpath(path).catch(() => resolve(path));
    return this.#allowed === null || this.#allowed.some((allowed) => contains(allowed, target)) ? target : null;
  }
}

async function checked(path: string): Promise<string> {
  if (!isAbsolute(path)) throw new ConfigException(`Path ${path} is not absolute`, { configKey: allowedPathsKey });
  try {
    return await realpath(path);
  } catch (error) {
    throw new ConfigException(`Path ${path} does not exist`, { cause: error, configKey: allowedPathsKey });
  }
}

function contains(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return inside === '' || (!/^\.\.(?:[/\\]|$)/.test(inside) && !isAbsolute(inside));
}
