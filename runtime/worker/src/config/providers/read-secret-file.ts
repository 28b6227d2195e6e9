import { readFile } from 'node:fs/promises';
import { unreadable } from '../properties-file.ts';

/** @throws ConfigException that names the file and not its content when it cannot be read. */
export async function readSecretFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}
