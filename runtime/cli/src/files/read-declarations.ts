import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ClientExit, CommandError } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { declarations, type Declaration } from './declaration.ts';

const endings = ['.json', '.yaml', '.yml', '.properties'];

/**
 * All connectors that a file, the files of a folder (not of those in it) or the standard input (`-`) declare.
 * @throws CommandError VALIDATION for a file that cannot be read or understood, for none at all, and for a name that occurs twice.
 */
export async function readDeclarations(terminal: Terminal, path: string): Promise<Declaration[]> {
  const found = path === '-' ? await parseText('standard input', await terminal.readInput()) : await fromPath(path);
  if (found.length === 0) {
    throw new CommandError(ClientExit.VALIDATION, `${path} declares no connector`, { suggestion: `Files end in ${endings.join(', ')}` });
  }
  const seen = new Map<string, string>();
  for (const { name, source } of found) {
    const other = seen.get(name);
    if (other !== undefined) {
      throw new CommandError(ClientExit.VALIDATION, `${source}: connector ${name} is declared in ${other} already`);
    }
    seen.set(name, source);
  }
  return found;
}

async function fromPath(path: string): Promise<Declaration[]> {
  const files = await orUnreadable(path, async () =>
    (await stat(path)).isDirectory()
      ? (await readdir(path))
          .filter(isOfConnectors)
          .sort()
          .map((name) => join(path, name))
      : [path],
  );
  const found: Declaration[] = [];
  for (const file of files) found.push(...(await parseText(file, await orUnreadable(file, () => readFile(file, 'utf8')))));
  return found;
}

function isOfConnectors(name: string): boolean {
  return !name.startsWith('.') && endings.some((ending) => name.endsWith(ending));
}

/** YAML contains JSON; a properties file is told by its name, or by what stands before its first `=`. */
async function parseText(source: string, text: string): Promise<Declaration[]> {
  if (source.endsWith('.properties') || isProperties(source, text)) {
    const { parseProperties } = await import('@millrace/worker');
    return declarations(parseProperties(text), source);
  }
  const documents = source.endsWith('.json') ? [parseJson(source, text)] : await parseYaml(source, text);
  return documents.flatMap((document) => declarations(document, source));
}

function isProperties(source: string, text: string): boolean {
  return !endings.some((ending) => source.endsWith(ending)) && /^\s*(?:[#!].*\n\s*)*[\w.-]+\s*=/.test(text);
}

function parseJson(source: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandError(ClientExit.VALIDATION, `${source} is not valid JSON: ${(error as Error).message}`, { cause: error });
  }
}

async function parseYaml(source: string, text: string): Promise<unknown[]> {
  const { parseAllDocuments } = await import('yaml');
  const documents = parseAllDocuments(text, { intAsBigInt: true });
  return [...documents].map((document) => {
    const [error] = document.errors;
    if (error === undefined) return document.toJS() as unknown;
    throw new CommandError(ClientExit.VALIDATION, `${source} is not valid YAML: ${error.message}`, { cause: error });
  });
}

async function orUnreadable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'it does not exist' : (error as Error).message;
    throw new CommandError(ClientExit.VALIDATION, `${path} cannot be read: ${reason}`, { cause: error });
  }
}
