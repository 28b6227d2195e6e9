import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { discoverDependencies, discoverPluginPath } from '../src/plugins/discovery.ts';
import { PluginRegistry } from '../src/plugins/plugin-registry.ts';
import { plugin } from './support/test-plugins.ts';

class Nothing {
  readonly nothing = null;
}

async function writePackage(folder: string, packageJson: object, code: string | null = null): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify(packageJson));
  if (code !== null) await writeFile(join(folder, 'index.js'), code);
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-plugins-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const manifest = (className: string) => ({ plugins: [{ kind: 'source', class: className, export: 'Source' }] });

describe('PluginRegistry', () => {
  it('finds a connector by class, simple name and simple name without Connector', () => {
    const registry = new PluginRegistry();
    const file = plugin('source', 'org.apache.kafka.connect.file.FileStreamSourceConnector', Nothing);
    registry.add(file);

    for (const name of [file.className, 'FileStreamSourceConnector', 'FileStreamSource']) {
      expect(registry.get(['source', 'sink'], name)).toBe(file);
    }
    expect(registry.find(['sink'], 'FileStreamSource')).toBeNull();
  });

  it('refuses a short name that fits two classes and names both', () => {
    const registry = new PluginRegistry();
    registry.add(plugin('source', 'com.a.JdbcSourceConnector', Nothing));
    registry.add(plugin('source', 'com.b.JdbcSourceConnector', Nothing));

    expect(() => registry.get(['source', 'sink'], 'JdbcSource')).toThrow(
      /More than one connector matches alias JdbcSource.*com\.a.*com\.b/,
    );
    expect(registry.get(['source'], 'com.b.JdbcSourceConnector').className).toBe('com.b.JdbcSourceConnector');
  });

  it('keeps nested Java class names whole', () => {
    const registry = new PluginRegistry();
    registry.add(plugin('transformation', 'org.apache.kafka.connect.transforms.Cast$Value', Nothing));

    expect(registry.get(['transformation'], 'Cast$Value').className).toBe('org.apache.kafka.connect.transforms.Cast$Value');
  });

  it('lists sinks before sources and each by name', () => {
    const registry = new PluginRegistry();
    for (const [kind, name] of [
      ['source', 'b'],
      ['source', 'a'],
      ['sink', 'z'],
    ] as const) {
      registry.add(plugin(kind, name, Nothing));
    }

    expect(registry.list(['source', 'sink']).map(({ className }) => className)).toEqual(['z', 'a', 'b']);
  });
});

describe('discovery', () => {
  it('reads the manifests of the dependencies of the nearest package.json and loads no code', async () => {
    const root = await temporaryFolder();
    await writePackage(root, { dependencies: { good: '1', plain: '1', missing: '1' } });
    await writePackage(
      join(root, 'node_modules/good'),
      { name: 'good', version: '2.3.4', millrace: manifest('com.example.Good') },
      'not JavaScript',
    );
    await writePackage(join(root, 'node_modules/plain'), { name: 'plain' });
    await mkdir(join(root, 'deep/er'), { recursive: true });
    const broken: string[] = [];

    const plugins = await discoverDependencies(join(root, 'deep/er'), (location) => void broken.push(location));

    expect(plugins.map(({ className, version, location }) => [className, version, location])).toEqual([
      ['com.example.Good', '2.3.4', 'good'],
    ]);
    expect(broken).toEqual([]);
    await expect(plugins[0]?.load()).rejects.toThrow('Plug-in com.example.Good of good could not be loaded');
  });

  it('takes every package in a folder of plugin.path and reports the one whose package.json is broken', async () => {
    const root = await temporaryFolder();
    await writePackage(
      join(root, 'one'),
      { name: 'one', type: 'module', exports: './index.js', millrace: manifest('One') },
      'export class Source {}',
    );
    await mkdir(join(root, 'two'));
    await writeFile(join(root, 'two/package.json'), '{');
    const broken: string[] = [];

    const plugins = await discoverPluginPath(root, (location) => void broken.push(location));

    expect(plugins.map(({ className }) => className)).toEqual(['One']);
    expect((await plugins[0]?.load())?.name).toBe('Source');
    expect(broken).toEqual([join(root, 'two')]);
  });

  it('says which export is missing', async () => {
    const root = await temporaryFolder();
    await writePackage(root, { name: 'p', type: 'module', exports: './index.js', millrace: manifest('P') }, 'export const other = 1;');

    const [found] = await discoverPluginPath(root, () => undefined);

    await expect(found?.load()).rejects.toThrow('Plug-in P of p: its manifest names the export Source, which is not there');
  });
});
