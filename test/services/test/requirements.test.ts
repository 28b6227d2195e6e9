import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { provideKafka, whyNoProvidedKafka } from '../src/index.ts';

/** A folder with shell scripts that stand in for programs. */
async function programs(scripts: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-services-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await Promise.all(Object.entries(scripts).map(([name, body]) => writeFile(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })));
  return folder;
}

/** Every test asks anew: what was learned of a Java is remembered. */
async function whyWithout(variables: Readonly<Record<string, string>>, areJarsThere: boolean): Promise<string | null> {
  vi.resetModules();
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const fresh = await import('../src/requirements.ts');
  return fresh.whyNoServices(areJarsThere);
}

describe('what test services need', () => {
  it('is said in one sentence when Java is missing', async () => {
    expect(await whyWithout({ JAVA_HOME: '/no/such' }, true)).toBe(
      'Java 17 or later is needed to run Kafka, and /no/such/bin/java does not run: install a JRE or set JAVA_HOME',
    );
  });

  it('names the Java that is too old', async () => {
    const folder = await programs({ java: 'echo \'openjdk version "11.0.2" 2019-01-15\' >&2' });

    expect(await whyWithout({ JAVA_HOME: '', PATH: folder }, true)).toBe('Java 17 or later is needed to run Kafka, java is Java 11');
  });

  it('includes Maven only as long as Kafka is not downloaded', async () => {
    const folder = await programs({ java: 'echo \'openjdk version "21" 2023-09-19\' >&2', openssl: 'exit 0' });
    const variables = { JAVA_HOME: '', PATH: folder };

    expect(await whyWithout(variables, true)).toBeNull();
    expect(await whyWithout(variables, false)).toMatch(/^Maven is needed to download Kafka the first time, and mvn does not run/);
  });

  it('includes OpenSSL', async () => {
    const folder = await programs({ java: 'echo \'openjdk version "17.0.1" 2021-10-19\' >&2' });

    expect(await whyWithout({ JAVA_HOME: '', PATH: folder }, true)).toMatch(/^OpenSSL is needed to make certificates/);
  });
});

describe('Kafka at an address from the environment', () => {
  it('is used as it is, and refuses whatever would harm it', async () => {
    vi.stubEnv('MILLRACE_KAFKA', 'kafka.example:9092');
    onTestFinished(() => void vi.unstubAllEnvs());

    const kafka = await provideKafka();

    expect(await whyNoProvidedKafka()).toBeNull();
    expect(kafka.bootstrap()).toBe('kafka.example:9092');
    expect([...kafka.capabilities]).toEqual([]);
    await expect(kafka.kill()).rejects.toThrow('the cluster at kafka.example:9092 (MILLRACE_KAFKA) is not ours and cannot be killed');
    expect(() => kafka.freeze()).toThrow('cannot be frozen');
    await expect(kafka.stop()).resolves.toBeUndefined();
  });
});
