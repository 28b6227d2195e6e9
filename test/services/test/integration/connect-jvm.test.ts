import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startConnectJvm } from '../../src/index.ts';
import { kafkaForFile } from '../../src/for-file.ts';
import { kafkaClient, receive } from '../support/kafka-client.ts';
import { until } from '../support/until.ts';

const kafka = kafkaForFile();

async function json(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

function startSource(worker: string, topic: string, file: string): Promise<unknown> {
  return json(`${worker}/connectors`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      name: topic,
      config: {
        'connector.class': 'FileStreamSource',
        'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
        file,
        topic,
      },
    }),
  });
}

describe('the JVM worker', () => {
  it('answers REST, runs FileStreamSource, and goes on from its offset after kill -9', async () => {
    const worker = await startConnectJvm({ kafka: kafka(), properties: { 'offset.flush.interval.ms': '500' } });
    onTestFinished(() => worker.stop());
    const file = join(kafka().folder, 'lines.txt');
    await writeFile(file, 'one\ntwo\n');

    expect(await json(worker.url)).toMatchObject({ version: '4.3.1' });
    await kafka().createTopic('lines');
    await startSource(worker.url, 'lines', file);
    const client = kafkaClient({ brokers: [kafka().bootstrap()] });
    expect(await receive(client, 'lines', 2)).toEqual(['one', 'two']);
    await until(async () => JSON.stringify(await json(`${worker.url}/connectors/lines/offsets`)).includes('"position":8'), 15_000);
    await worker.kill();
    await appendFile(file, 'three\n');
    await worker.restart();

    expect(await receive(client, 'lines', 3)).toEqual(['one', 'two', 'three']);
  });

  it('runs standalone too, beside another', async () => {
    const worker = await startConnectJvm({ kafka: kafka(), mode: 'standalone', plugins: [join(kafka().folder)] });
    onTestFinished(() => worker.stop());

    const plugins = (await json(`${worker.url}/connector-plugins`)) as { class: string }[];

    expect(plugins.map((plugin) => plugin.class)).toContain('org.apache.kafka.connect.file.FileStreamSourceConnector');
    expect(worker.endpoints['rest']).toBe(worker.url);
  });

  it('says what its log says when it does not start', async () => {
    const failing = startConnectJvm({ kafka: kafka(), properties: { 'key.converter': 'no.such.Converter' } });

    await expect(failing).rejects.toThrow(/JVM worker \d+ ended with code \d+ before it was ready[\s\S]*no\.such\.Converter/);
  });
});
