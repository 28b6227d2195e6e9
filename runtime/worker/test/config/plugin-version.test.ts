import { describe, expect, it } from 'vitest';
import { compareVersions, pluginVersion, VersionRange } from '../../src/config/plugin-version.ts';

describe('version requirement of a plug-in', () => {
  it.each([
    ['1.2.3', '1.2.3', true],
    ['1.2', '1.2.0', true],
    ['9', '1.2.3', false],
    ['[1.0,2.0)', '1.9.9', true],
    ['[1.0,2.0)', '2.0', false],
    ['[1.0,2.0)', '2.0-alpha', true],
    ['(,1.0],[1.2,)', '1.1', false],
    ['(,1.0],[1.2,)', '1.2', true],
    ['[9.0,)', '4.3.1', false],
  ])('%s of %s: %s', (requirement, version, expected) => {
    expect(VersionRange.parse(requirement)?.contains(version)).toBe(expected);
  });

  it('takes every version when there is no requirement or the latest is asked for', () => {
    expect(VersionRange.parse(null)).toBeNull();
    expect(VersionRange.parse(' latest ')).toBeNull();
  });

  it('prints a single version as a range', () => {
    expect(VersionRange.parse('9.9.9')?.toString()).toBe('[9.9.9,9.9.9]');
    expect(VersionRange.parse('(,1.0],[1.2,)')?.toString()).toBe('(,1.0],[1.2,)');
  });

  it.each(['[1.0', '(1.0)', '[2.0,1.0]', '[1.0,1.0)', '[1,3],[2,4]', '[1,2]x'])('refuses %s and names the key', (requirement) => {
    expect(() => pluginVersion.ensureValid('connector.plugin.version', requirement)).toThrow(
      /^Invalid value .* for configuration connector\.plugin\.version: /,
    );
  });

  it('orders versions as Maven does', () => {
    const versions = ['2.0', '1.0-rc1', '1.0-sp', '1.0', '1.0-alpha', '1.10', '1.2', '1.0-SNAPSHOT', '1.0-beta', '1.0-xyz'];

    expect(versions.toSorted(compareVersions)).toEqual([
      '1.0-alpha',
      '1.0-beta',
      '1.0-rc1',
      '1.0-SNAPSHOT',
      '1.0',
      '1.0-sp',
      '1.0-xyz',
      '1.2',
      '1.10',
      '2.0',
    ]);
  });
});
