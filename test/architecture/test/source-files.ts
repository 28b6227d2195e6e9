import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { root } from '../../../scripts/lib/run.mjs';
import { workspacePackages, type WorkspacePackage } from '../../../scripts/lib/workspace.mjs';

/** One import of one file. */
export interface Import {
  /** Path of the importing file, relative to the project. */
  readonly from: string;
  /** What is imported: a package name, `node:fs`, or for a relative import the path relative to the project. */
  readonly to: string;
}

export interface SourceFile {
  /** Relative to the project, for example `runtime/api/src/data/schema.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export interface Package extends WorkspacePackage {
  /** Every file of its `src`. */
  readonly sources: readonly SourceFile[];
  /** Every file of its `test`. */
  readonly tests: readonly SourceFile[];
}

/** All packages of the workspace with their TypeScript files. */
export function readPackages(): Package[] {
  return workspacePackages().map((found) => ({
    ...found,
    sources: sourceFiles(`${found.folder}/src`),
    tests: sourceFiles(`${found.folder}/test`),
  }));
}

function sourceFiles(folder: string): SourceFile[] {
  return typescriptFiles(join(root, folder)).map((name) => {
    const path = `${folder}/${name}`;
    const text = readFileSync(join(root, path), 'utf8');
    return { path, text, imports: importsOf(path, text) };
  });
}

function typescriptFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => name.endsWith('.ts'))
      .sort();
  } catch {
    return [];
  }
}

/** Static imports and re-exports, dynamic imports of a literal, and imports for a side effect. */
const importPatterns = [/^(?:import|export)\b[^;'"`]*?\bfrom\s+'([^']+)'/gm, /^import\s+'([^']+)'/gm, /\bimport\(\s*'([^']+)'\s*\)/g];

/** The imports of one file. */
export function importsOf(path: string, text: string): Import[] {
  return importPatterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, specifier = '']) => ({
      from: path,
      to: specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : packageOf(specifier),
    })),
  );
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
