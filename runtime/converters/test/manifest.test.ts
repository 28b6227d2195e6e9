import type { Manifest } from '@millrace/api';
import { describe, expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import * as converters from '../src/index.ts';

const { plugins } = manifest.millrace as unknown as Manifest;

describe('the manifest', () => {
  test.each(Object.entries(converters.converterPlugins))('lists %s under each kind that it is', (name, Plugin) => {
    const plugin = new Plugin() as unknown as Record<string, unknown>;
    const expected = [...('toConnectData' in plugin ? ['converter'] : []), ...('toConnectHeader' in plugin ? ['header_converter'] : [])];
    expect(plugins.filter((entry) => entry.class === name).map(({ kind }) => kind)).toEqual(expected);
  });

  test('names exported classes only', () => {
    for (const entry of plugins) {
      expect((converters as Readonly<Record<string, unknown>>)[entry.export]).toBe(converters.converterPlugins[entry.class]);
    }
  });
});
