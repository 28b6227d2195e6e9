import { readFile } from 'node:fs/promises';
import * as exported from '@millrace/transforms';
import type { Manifest } from '@millrace/api';
import { expect, test } from 'vitest';

const { transformPlugins } = exported;

test('the manifest names every plug-in by its Java class and its export', async () => {
  const packageJson = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { millrace: Manifest };

  const classes = packageJson.millrace.plugins.map(({ kind, class: name, export: exportName }) => {
    expect(kind).toBe(name.includes('.predicates.') ? 'predicate' : 'transformation');
    return [name, (exported as Readonly<Record<string, unknown>>)[exportName]];
  });
  expect(Object.fromEntries(classes)).toEqual(transformPlugins);
});

test('every key of every plug-in is documented', () => {
  for (const [name, plugin] of Object.entries(transformPlugins)) {
    for (const { name: key, doc } of new plugin().config().configKeys.values()) expect(doc, `${name} ${key}`).toMatch(/^[A-Z].*\.$/);
  }
});
