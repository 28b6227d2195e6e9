import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { chooseProvider } from '../src/provider.ts';

/** Something that answers like an engine which has these images, found as an engine is. */
async function engineWith(images: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-engine-'));
  const socket = join(folder, 'engine.sock');
  const known = new Set(['/_ping', ...images.map((image) => `/images/${image}/json`)]);
  const server = createServer((request, response) => response.writeHead(known.has(request.url ?? '') ? 200 : 404).end());
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  environment({ DOCKER_HOST: `unix://${socket}` });
}

/** Also keeps a variable of the machine out of it. */
function environment(variables: Readonly<Record<string, string>>): void {
  const all = { MILLRACE_TEST_PROVIDER: '', TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX: '', ...variables };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

const choose = (whyNoProcess: string | null = null) => chooseProvider('postgres:15', () => Promise.resolve(whyNoProcess));

describe('a service', () => {
  it('runs in a container when an engine answers that has its image', async () => {
    await engineWith(['postgres:15']);

    expect(await choose('no programs')).toEqual({ provider: 'container', reason: null });
  });

  it('is looked for behind the prefix of local images', async () => {
    await engineWith(['postgres:15']);
    vi.stubEnv('TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX', 'ours');

    expect(await choose()).toEqual({ provider: 'process', reason: null });
    await engineWith(['ours/postgres:15']);
    vi.stubEnv('TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX', 'ours');
    expect(await choose()).toEqual({ provider: 'container', reason: null });
  });

  it('runs as processes when the engine has not got the image: nothing is pulled that was not asked for', async () => {
    await engineWith([]);

    expect(await choose()).toEqual({ provider: 'process', reason: null });
    expect(await choose('no programs')).toEqual({ provider: 'process', reason: 'no programs' });
  });

  it('is pulled when containers are asked for', async () => {
    await engineWith([]);
    vi.stubEnv('MILLRACE_TEST_PROVIDER', 'container');

    expect(await choose('no programs')).toEqual({ provider: 'container', reason: null });
  });

  it('runs as processes when they are asked for, whatever an engine has', async () => {
    await engineWith(['postgres:15']);
    vi.stubEnv('MILLRACE_TEST_PROVIDER', 'process');

    expect(await choose()).toEqual({ provider: 'process', reason: null });
  });

  it('cannot run in a container without an engine, and says what to do', async () => {
    environment({ MILLRACE_TEST_PROVIDER: 'container', DOCKER_HOST: 'unix:///no/such.sock' });
    expect((await choose()).reason).toBe(
      'a container engine is needed, and none answers at /no/such.sock: start Docker or Podman, or set DOCKER_HOST',
    );

    environment({ MILLRACE_TEST_PROVIDER: 'container', DOCKER_HOST: 'tcp://elsewhere:2375' });
    expect((await choose()).reason).toBe(
      'DOCKER_HOST is tcp://elsewhere:2375: test services use an engine of this machine only, at unix:///…',
    );
  });

  it('refuses a provider that there is not', async () => {
    environment({ MILLRACE_TEST_PROVIDER: 'vagrant' });

    expect((await choose()).reason).toBe('MILLRACE_TEST_PROVIDER is vagrant: it takes container or process');
  });
});
