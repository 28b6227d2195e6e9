import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../scripts/lib/run.mjs';
import { isOurs } from './arrows.ts';
import { readPackages } from './source-files.ts';

const packages = readPackages();
const files = packages.flatMap(({ sources }) => sources);

interface ProjectConfig {
  readonly references?: readonly { readonly path: string }[];
}

function referencesOf(folder: string): string[] {
  const config = JSON.parse(readFileSync(join(root, folder, 'tsconfig.json'), 'utf8')) as ProjectConfig;
  return (config.references ?? []).map(({ path }) => posix.join(folder, path)).sort();
}

describe('source files', () => {
  it('have at most 400 lines', () => {
    const long = files.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length })).filter(({ lines }) => lines > 400);

    expect(long).toEqual([]);
  });

  it('are named after what they hold, in kebab case', () => {
    const badNames = files.filter(
      ({ path }) =>
        /\/(?:utils?|helpers?|common|misc)\.ts$/.test(path) || !/^[a-z0-9]+(?:-[a-z0-9]+)*\.(?:d\.)?ts$/.test(posix.basename(path)),
    );

    expect(badNames.map(({ path }) => path)).toEqual([]);
  });

  it('have no default export', () => {
    expect(files.filter(({ text }) => /^export default\b|^export \{[^}]*\bas default\b/m.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe.each(packages.filter(({ sources }) => sources.length > 0))('$folder', ({ folder, manifest, sources, tests }) => {
  const index = sources.find(({ path }) => path === `${folder}/src/index.ts`);

  it('has one index.ts at most, and it only re-exports by name', () => {
    const others = sources.filter(({ path }) => path.endsWith('/index.ts') && path !== index?.path);
    const code = (index?.text ?? '').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    const rest = code.replaceAll(/^export (?:type )?\{[^}]*\} from '[^']+';$/gm, '').trim();

    expect(others.map(({ path }) => path)).toEqual([]);
    expect(rest).toBe('');
  });

  it('refers to the projects of the packages that it depends on', () => {
    const { dependencies, peerDependencies } = manifest;
    const needed = Object.keys({ ...dependencies, ...peerDependencies }).filter(isOurs);
    const folders = packages.filter((other) => needed.includes(other.manifest.name)).map((other) => other.folder);

    expect(referencesOf(folder)).toEqual(folders.sort());
  });

  it('is built with the rest', () => {
    expect(referencesOf('.')).toContain(folder);
  });

  it('has a test/tsconfig.json when it has tests, so that editors and the linter read them as the type check does', () => {
    expect(tests.length > 0 && !existsSync(join(root, folder, 'test/tsconfig.json'))).toBe(false);
  });

  it('exports every plug-in that its manifest names', () => {
    const plugins = manifest.millrace?.plugins ?? [];
    const missing = plugins.filter((plugin) => !new RegExp(`\\b${plugin.export}\\b`).test(index?.text ?? ''));

    expect(missing.map((plugin) => plugin.export)).toEqual([]);
  });
});
