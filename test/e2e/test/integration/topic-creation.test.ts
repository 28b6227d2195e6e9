import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { describe, expect, it } from 'vitest';
import { eventually, temporaryFolder } from '../support/millrace-process.ts';
import { createRunning, request, StandaloneWorker } from './support/standalone-worker.ts';

const kafka = kafkaForFile();

interface TopicOnBroker {
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs: readonly string[];
}

/** A topic as `kafka-topics --describe` shows it; undefined if there is none. */
async function describeTopic(name: string): Promise<TopicOnBroker | undefined> {
  const lines = (await kafka().kafkaTool('kafka-topics', ['--describe'])).split('\n');
  const head = lines.find((line) => line.startsWith(`Topic: ${name}\t`));
  if (head === undefined) return undefined;
  const fieldOf = (field: string): string => new RegExp(`${field}: ?([^\t]*)`).exec(head)?.[1] ?? '';
  return {
    partitions: Number(fieldOf('PartitionCount')),
    replicationFactor: Number(fieldOf('ReplicationFactor')),
    configs: fieldOf('Configs').split(','),
  };
}

async function messagesIn(topic: string): Promise<number> {
  const lines = (await kafka().kafkaTool('kafka-get-offsets', ['--topic', topic])).trim().split('\n');
  return lines.reduce((sum, line) => sum + Number(line.split(':')[2]), 0);
}

async function sourceOf(topic: string, extra: Record<string, string | number> = {}): Promise<Record<string, string | number>> {
  const file = join(await temporaryFolder(), 'in.txt');
  await writeFile(file, 'one\ntwo\n');
  return { 'connector.class': 'FileStreamSource', 'tasks.max': 1, file, topic, ...extra };
}

async function workerWith(properties: Record<string, string> = {}): Promise<StandaloneWorker> {
  const worker = await StandaloneWorker.in(await temporaryFolder(), kafka().bootstrap(), properties);
  await worker.start();
  return worker;
}

const defaults = { 'topic.creation.default.replication.factor': -1, 'topic.creation.default.partitions': 3 };

describe('topics of a source on real Kafka', () => {
  it('are created by the rules of the first group that includes and does not exclude them', async () => {
    const worker = await workerWith();
    const rules = {
      ...defaults,
      'topic.creation.groups': 'zipped,many',
      'topic.creation.zipped.include': 'tc-zipped.*',
      'topic.creation.zipped.exclude': 'tc-zipped-not',
      'topic.creation.zipped.partitions': 2,
      'topic.creation.zipped.compression.type': 'gzip',
      'topic.creation.many.include': '.*-not',
      'topic.creation.many.partitions': 5,
      'topic.creation.many.replication.factor': 1,
      'topic.creation.many.retention.ms': 3_600_000,
    };

    for (const topic of ['tc-default', 'tc-zipped-1', 'tc-zipped-not']) {
      await createRunning(worker.url, topic, await sourceOf(topic, rules));
      await eventually(async () => expect(await messagesIn(topic)).toBe(2));
    }

    expect(await describeTopic('tc-default')).toMatchObject({ partitions: 3, replicationFactor: 1 });
    expect(await describeTopic('tc-zipped-1')).toMatchObject({
      partitions: 2,
      configs: expect.arrayContaining(['compression.type=gzip']) as unknown,
    });
    expect(await describeTopic('tc-zipped-not')).toMatchObject({
      partitions: 5,
      configs: expect.arrayContaining(['retention.ms=3600000']) as unknown,
    });
    await worker.stop();
  });

  it('that are there already are used as they are', async () => {
    await kafka().createTopic('tc-existing', 4);
    const worker = await workerWith();

    await createRunning(worker.url, 'tc-existing', await sourceOf('tc-existing', defaults));

    await eventually(async () => expect(await messagesIn('tc-existing')).toBe(2));
    expect(await describeTopic('tc-existing')).toMatchObject({ partitions: 4 });
    await worker.stop();
  });

  it('that cannot be created fail the task, and the trace names the topic, the group and the reason', async () => {
    const worker = await workerWith();
    const config = await sourceOf('tc-impossible', { ...defaults, 'topic.creation.default.replication.factor': 3 });

    await request(worker.url, 'POST', '/connectors', { name: 'tc-impossible', config });

    await eventually(async () => {
      const { body } = await request(worker.url, 'GET', '/connectors/tc-impossible/tasks/0/status');
      expect(body).toMatchObject({ state: 'FAILED' });
      expect((body as { trace: string }).trace).toMatch(/tc-impossible.*default[\s\S]*replication factor/i);
    });
    expect(await describeTopic('tc-impossible')).toBe(undefined);
    await worker.stop();
  });

  it('that refuse a record fail the task with the reason of the broker', async () => {
    const worker = await workerWith();
    const config = await sourceOf('tc-compacted', { ...defaults, 'topic.creation.default.cleanup.policy': 'compact' });

    await request(worker.url, 'POST', '/connectors', { name: 'tc-compacted', config });

    await eventually(async () => {
      const { body } = await request(worker.url, 'GET', '/connectors/tc-compacted/tasks/0/status');
      expect(body).toMatchObject({ state: 'FAILED' });
      expect((body as { trace: string }).trace).toMatch(/tc-compacted[\s\S]*Compacted topic cannot accept message without key/);
    });
    expect((await request(worker.url, 'GET', '/connectors/tc-compacted/offsets')).body).toEqual({ offsets: [] });
    await worker.stop();
  });

  it('are left to the broker when the worker does not create any', async () => {
    const worker = await workerWith({ 'topic.creation.enable': 'false' });

    await createRunning(worker.url, 'tc-auto', await sourceOf('tc-auto', defaults));

    await eventually(async () => expect(await messagesIn('tc-auto')).toBe(2));
    expect(await describeTopic('tc-auto')).toMatchObject({ partitions: 1 });
    await worker.stop();
  });
});
