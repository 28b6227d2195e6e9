import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigException } from '@millrace/api';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KafkaJsTransport } from '../src/kafkajs/kafkajs-transport.ts';
import { embeddedFolder, EmbeddedLogs, openTransport } from '../src/open-transport.ts';
import type { KafkaTransport } from '../src/port.ts';

const topic = { name: 'orders', partitions: 1, replicationFactor: -1, config: {} };

async function open(address: string, logs?: EmbeddedLogs): Promise<KafkaTransport> {
  return openTransport({ 'bootstrap.servers': address }, logs === undefined ? {} : { logs });
}

describe('openTransport', () => {
  it('opens a log of its own when asked without a registry', async () => {
    await (await open('embedded:')).admin({}).createTopic(topic);
    expect(await (await open('embedded:')).admin({}).listTopics()).toEqual([]);
  });

  it('opens the same log for the same name of one registry, and another for another name', async () => {
    const logs = new EmbeddedLogs();
    await (await open('embedded:', logs)).admin({}).createTopic(topic);
    expect(await (await open(' embedded: ', logs)).admin({}).listTopics()).toEqual(['orders']);
    expect(await (await open('embedded:other', logs)).admin({}).listTopics()).toEqual([]);
  });

  it('keeps a shared log when one of its transports is closed', async () => {
    const logs = new EmbeddedLogs();
    const first = await open('embedded:', logs);
    await first.admin({}).createTopic(topic);
    await first.close();
    expect(await (await open('embedded:', logs)).admin({}).listTopics()).toEqual(['orders']);
  });

  it.each(['embedded:,broker:9092', 'embedded:/var/log,broker:9092', 'broker:9092,embedded:'])(
    'refuses %s and says what to use',
    async (address) => {
      await expect(open(address)).rejects.toThrow(ConfigException);
      await expect(open(address)).rejects.toThrow(
        /Invalid value .* for configuration bootstrap\.servers: .*Use bootstrap\.servers=embedded:/,
      );
    },
  );

  it.each(['localhost', 'broker:port', 'broker:70000', ',', 'broker-1:9092,broker-2'])(
    'refuses %s, which is no address',
    async (address) => {
      await expect(open(address)).rejects.toThrow(ConfigException);
      await expect(open(address)).rejects.toThrow(/bootstrap\.servers/);
    },
  );

  it.each(['localhost:9092', 'broker-1:9092, broker-2:9092', '[::1]:9092'])(
    'takes %s for brokers, and connects when it is used',
    async (address) => {
      const transport = await open(address);
      expect(transport).toBeInstanceOf(KafkaJsTransport);
      await transport.close();
    },
  );

  it.each([
    ['embedded:/var/lib/log', '/var/lib/log'],
    ['embedded: /var/lib/log ', '/var/lib/log'],
    ['embedded:./log', resolve('log')],
    ['embedded:log/', resolve('log')],
    ['embedded:~/log', join(homedir(), 'log')],
    ['embedded:', null],
    ['embedded:name', null],
    ['broker/path:9092', null],
  ])('takes %s for the folder %s', (address, folder) => {
    expect(embeddedFolder(address)).toBe(folder);
  });

  it('opens a folder once for all transports of a registry, and lets go of it with the last', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-open-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const logs = new EmbeddedLogs();
    const [first, second] = [await open(`embedded:${folder}`, logs), await open(`embedded:${folder}`, logs)];
    await first.admin({}).createTopic(topic);
    await first.close();
    await first.close();
    expect(await second.admin({}).listTopics()).toEqual(['orders']);
    await expect(open(`embedded:${folder}`)).rejects.toThrow(`is in use by process ${process.pid}`);
    await second.close();

    const again = await open(`embedded:${folder}`);
    expect(await again.admin({}).listTopics()).toEqual(['orders']);
    expect(again.isVolatile).toBe(false);
    await again.close();
  });

  it('asks for an address when there is none', async () => {
    await expect(openTransport({})).rejects.toThrow('Missing required configuration "bootstrap.servers" which has no default value.');
  });
});
