import { ConfigException } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { EmbeddedLogs, openTransport } from '../src/open-transport.ts';
import type { KafkaTransport } from '../src/port.ts';

const topic = { name: 'orders', partitions: 1, replicationFactor: -1, config: {} };

function open(address: string, logs?: EmbeddedLogs): KafkaTransport {
  return openTransport({ 'bootstrap.servers': address }, logs === undefined ? {} : { logs });
}

describe('openTransport', () => {
  it('opens a log of its own when asked without a registry', async () => {
    await open('embedded:').admin({}).createTopic(topic);
    expect(await open('embedded:').admin({}).listTopics()).toEqual([]);
  });

  it('opens the same log for the same name of one registry, and another for another name', async () => {
    const logs = new EmbeddedLogs();
    await open('embedded:', logs).admin({}).createTopic(topic);
    expect(await open(' embedded: ', logs).admin({}).listTopics()).toEqual(['orders']);
    expect(await open('embedded:other', logs).admin({}).listTopics()).toEqual([]);
  });

  it('keeps a shared log when one of its transports is closed', async () => {
    const logs = new EmbeddedLogs();
    const first = open('embedded:', logs);
    await first.admin({}).createTopic(topic);
    await first.close();
    expect(await open('embedded:', logs).admin({}).listTopics()).toEqual(['orders']);
  });

  it.each([
    'localhost:9092',
    'broker-1:9092,broker-2:9092',
    'embedded:/var/lib/log',
    'embedded:./log',
    'embedded:a\\b',
    'embedded:,broker:9092',
  ])('refuses %s and says what to use', (address) => {
    expect(() => open(address)).toThrow(ConfigException);
    expect(() => open(address)).toThrow(/Invalid value .* for configuration bootstrap\.servers: .*Use bootstrap\.servers=embedded:/);
  });

  it('asks for an address when there is none', () => {
    expect(() => openTransport({})).toThrow('Missing required configuration "bootstrap.servers" which has no default value.');
  });
});
