import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { expect, it } from 'vitest';
import { eventually, temporaryFolder } from '../support/millrace-process.ts';
import { clientIdTap } from './support/client-id-tap.ts';
import { createRunning, StandaloneWorker } from './support/standalone-worker.ts';

const kafka = kafkaForFile();

it('clients of a connector are called what Kafka Connect calls them, and take overrides of their kind alone', async () => {
  const folder = await temporaryFolder();
  const output = join(folder, 'out.txt');
  await writeFile(join(folder, 'in.txt'), 'one\n');
  const worker = await StandaloneWorker.in(folder, kafka().bootstrap());
  await worker.start();
  const [producer, consumer, admin] = [
    await clientIdTap(kafka().bootstrap()),
    await clientIdTap(kafka().bootstrap()),
    await clientIdTap(kafka().bootstrap()),
  ];
  const overrides = {
    'producer.override.bootstrap.servers': producer.address,
    'admin.override.bootstrap.servers': admin.address,
  };

  await createRunning(worker.url, 'ids-source', {
    ...overrides,
    'connector.class': 'FileStreamSource',
    file: join(folder, 'in.txt'),
    topic: 'ids',
    'topic.creation.default.partitions': 1,
    'topic.creation.default.replication.factor': 1,
  });
  await createRunning(worker.url, 'ids-sink', {
    ...overrides,
    'consumer.override.bootstrap.servers': consumer.address,
    'connector.class': 'FileStreamSink',
    topics: 'ids',
    file: output,
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': 'ids-dead',
    'errors.deadletterqueue.topic.replication.factor': 1,
  });
  const dead = ['--topic', 'ids-dead', '--from-beginning', '--max-messages', '1', '--timeout-ms', '15000'];

  expect(await kafka().kafkaTool('kafka-console-consumer', dead)).toBe('one\n');
  await eventually(() => {
    expect(producer.clientIds).toEqual(new Set(['connector-producer-ids-source-0', 'connector-dlq-producer-ids-sink-0']));
    expect(consumer.clientIds).toEqual(new Set(['connector-consumer-ids-sink-0']));
    expect(admin.clientIds).toContain('connector-adminclient-ids-source-0');
  });
  expect([...admin.clientIds].filter((id) => !id.startsWith('connector-adminclient-ids-'))).toEqual([]);
  expect(await readFile(output, 'utf8')).toBe('');
  await worker.stop();
});
