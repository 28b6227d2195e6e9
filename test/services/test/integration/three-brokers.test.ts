import type { Kafka } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { kafkaForFile } from '../../src/for-file.ts';
import { kafkaClient, once, receive, send } from '../support/kafka-client.ts';
import { until } from '../support/until.ts';

const kafka = kafkaForFile({ brokers: 3, proxied: true });

const client = () => kafkaClient({ brokers: kafka().bootstrap().split(',') });

async function leaderOf(client: Kafka, topic: string): Promise<{ leader: number; inSync: number[] }> {
  const admin = client.admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  await admin.disconnect();
  const partition = topics[0]?.partitions[0];
  return { leader: partition?.leader ?? -1, inSync: [...(partition?.isr ?? [])].sort((a, b) => a - b) };
}

describe('three brokers behind proxies', () => {
  it('move a partition to another leader when its leader is killed, keep its records, and take the broker back', async () => {
    await kafka().createTopic('moves');
    await send(client(), 'moves', ['one']);
    const { leader: first, inSync } = await leaderOf(client(), 'moves');

    await kafka().broker(first).kill();
    await until(async () => ![first, -1].includes((await leaderOf(client(), 'moves')).leader), 20_000);
    await send(client(), 'moves', ['two']);
    await kafka().broker(first).restart();
    await until(async () => (await leaderOf(client(), 'moves')).inSync.length === 3, 20_000);

    expect(inSync).toEqual([1, 2, 3]);
    expect(await receive(client(), 'moves', 2)).toEqual(['one', 'two']);
  });

  it('are reached through the proxies, which break what clients do and not what brokers do among themselves', async () => {
    await kafka().createTopic('broken');
    const admin = kafkaClient({ brokers: kafka().bootstrap().split(','), ...once }).admin();
    await admin.connect();
    const passed = kafka().proxies.flatMap(({ connections }) => connections.map(({ bytes }) => bytes.down));
    expect(passed.some((bytes) => bytes > 0)).toBe(true);

    for (const proxy of kafka().proxies) {
      proxy.refuse();
      proxy.resetAll();
    }
    await expect(admin.listTopics()).rejects.toThrow(/Connection error|ECONN|Closed connection/);
    const meanwhile = await kafka().kafkaTool('kafka-topics', ['--describe', '--topic', 'broken']);
    for (const proxy of kafka().proxies) await proxy.accept();

    expect(meanwhile).toMatch(/Isr: \d,\d,\d/);
    await send(client(), 'broken', ['after']);
    await admin.disconnect();
  });
});
