import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ConfigProvider } from '@millrace/api';
import { ConfigReload, type RestartConnector } from '../../src/config/config-reload.ts';
import { ConfigTransformer } from '../../src/config/config-transformer.ts';
import { builtInConfigProviders } from '../../src/config/providers/built-in-providers.ts';
import { DirectoryConfigProvider } from '../../src/config/providers/directory-config-provider.ts';
import { EnvVarConfigProvider } from '../../src/config/providers/env-var-config-provider.ts';
import { FileConfigProvider } from '../../src/config/providers/file-config-provider.ts';
import { PluginRegistry } from '../../src/plugins/plugin-registry.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-config-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('configuration transformer', () => {
  it('replaces references once and says what they stood for', async () => {
    const transformer = new ConfigTransformer(
      new Map([['p', { configure: () => undefined, get: () => ({ data: { pw: '${p:pw}', user: 'u$1' }, ttlMs: null }) }]]),
    );

    const { data, resolved } = await transformer.transform({ a: 'x${p:pw}y', b: '${p:user}', c: '${q:user}', d: null });

    expect(data).toEqual({ a: 'x${p:pw}y', b: 'u$1', c: '${q:user}', d: null });
    expect(resolved).toEqual([
      { reference: '${p:pw}', value: '${p:pw}' },
      { reference: '${p:user}', value: 'u$1' },
    ]);
  });

  it('asks a provider once a path, for all keys', async () => {
    const get = vi.fn<ConfigProvider['get']>(() => ({ data: { a: '1', b: '2' }, ttlMs: 500 }));
    const transformer = new ConfigTransformer(new Map([['p', { configure: () => undefined, get }]]));

    const { data, ttls } = await transformer.transform({ x: '${p:/f:a}${p:/f:b}', y: '${p:/f:a}' });

    expect(data).toEqual({ x: '12', y: '1' });
    expect(get).toHaveBeenCalledExactlyOnceWith('/f', ['a', 'b']);
    expect([...ttls]).toEqual([['/f', 500]]);
  });

  it('names provider and path when a provider fails', async () => {
    const get = (): never => {
      throw new Error('no such vault');
    };
    const transformer = new ConfigTransformer(new Map([['vault', { configure: () => undefined, get }]]));

    await expect(transformer.transform({ x: '${vault:/a:b}' })).rejects.toThrow('Configuration provider vault, path /a: no such vault');
  });

  it('sets up the providers of a worker by class name, with their parameters', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'secrets.properties'), 'db.password=s3cret\n');
    const plugins = new PluginRegistry();
    for (const plugin of builtInConfigProviders()) plugins.add(plugin);

    const transformer = await ConfigTransformer.from(
      {
        'config.providers': 'file',
        'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
        'config.providers.file.param.allowed.paths': folder,
      },
      plugins,
    );

    const { data } = await transformer.transform({ a: `\${file:${folder}/secrets.properties:db.password}`, b: '${file:/etc/passwd:root}' });
    expect(data).toEqual({ a: 's3cret', b: '${file:/etc/passwd:root}' });
  });

  it('refuses a provider without a class', async () => {
    await expect(ConfigTransformer.from({ 'config.providers': 'x' }, new PluginRegistry())).rejects.toThrow(
      'Missing required configuration "config.providers.x.class" which has no default value.',
    );
  });
});

describe('configuration providers', () => {
  it('read the files of a folder as secrets', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'password'), 'pw\n');
    const provider = new DirectoryConfigProvider();

    expect(await provider.get(folder, ['password', 'missing', '../x'])).toEqual({ data: { password: 'pw\n' }, ttlMs: null });
  });

  it('do not follow a link out of the allowed paths', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'in'));
    await writeFile(join(folder, 'outside.properties'), 'a=1');
    await symlink(join(folder, 'outside.properties'), join(folder, 'in', 'link.properties'));
    const file = new FileConfigProvider();
    await file.configure({ 'allowed.paths': join(folder, 'in') });
    const directory = new DirectoryConfigProvider();
    await directory.configure({ 'allowed.paths': join(folder, 'in') });

    expect((await file.get(join(folder, 'in', 'link.properties'), ['a'])).data).toEqual({});
    expect((await file.get(join(folder, 'in', '..', 'outside.properties'), ['a'])).data).toEqual({});
    expect((await directory.get(join(folder, 'in'), ['link.properties'])).data).toEqual({});
  });

  it('refuse allowed paths that do not exist or are not absolute', async () => {
    await expect(new FileConfigProvider().configure({ 'allowed.paths': '/no/such/folder' })).rejects.toThrow(
      'Path /no/such/folder does not exist',
    );
    await expect(new FileConfigProvider().configure({ 'allowed.paths': 'relative' })).rejects.toThrow('Path relative is not absolute');
  });

  it('name a file that cannot be read', async () => {
    await expect(new FileConfigProvider().get('/no/such/file', ['a'])).rejects.toThrow('Cannot read /no/such/file: there is no such file');
  });

  it('give the environment variables whose whole name is allowed', () => {
    const provider = new EnvVarConfigProvider({ APP_USER: 'u', APP_USER_OLD: 'o' });
    provider.configure({ 'allowlist.pattern': 'APP_USER' });

    expect(provider.get('', ['APP_USER', 'APP_USER_OLD', 'HOME']).data).toEqual({ APP_USER: 'u' });
    expect(() => provider.get('/x', ['APP_USER'])).toThrow("Environment variables have no path, got '/x'");
  });
});

describe('reload of expired configuration', () => {
  it('restarts the connector after the time to live, once a path', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const restart = vi.fn<RestartConnector>();
    const reload = new ConfigReload(restart);

    reload.schedule('c', {}, new Map([['/a', 1000]]));
    reload.schedule('c', {}, new Map([['/a', 2000]]));
    vi.advanceTimersByTime(1999);
    expect(restart).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);

    expect(restart).toHaveBeenCalledExactlyOnceWith('c');
  });

  it('leaves a connector alone that says so, or that is gone', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const restart = vi.fn<RestartConnector>();
    const reload = new ConfigReload(restart);

    reload.schedule('never', { 'config.action.reload': 'none' }, new Map([['/a', 1]]));
    reload.schedule('gone', {}, new Map([['/a', 1]]));
    reload.cancel('gone');
    reload.schedule('stopped', {}, new Map([['/a', 1]]));
    reload.stop();
    vi.advanceTimersByTime(10);

    expect(restart).not.toHaveBeenCalled();
  });
});
