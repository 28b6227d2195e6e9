import { describe, expect, it } from 'vitest';
import { SourceRecord, type SourceTask, type SourceTaskContext } from '@millrace/api';
import { eventually } from '../support/eventually.ts';
import { readRecords } from '../support/internal-topics.ts';
import { TestCluster } from '../support/test-cluster.ts';
import { sourcePlugin } from '../support/test-plugins.ts';

const partition = { file: 'a' };

/** Sends one record after the one that its offset names, and notes that offset. */
function counting(found: unknown[]): () => SourceTask {
  return () => {
    let context: SourceTaskContext;
    let isDone = false;
    return {
      initialize: (given) => {
        context = given;
      },
      start: () => undefined,
      poll: async (signal) => {
        if (!isDone) {
          isDone = true;
          const offset = await context.offsetStorageReader.offset(partition);
          found.push(offset);
          const next = ((offset as { n?: number } | null)?.n ?? 0) + 1;
          return [new SourceRecord({ topic: 't', value: String(next), sourcePartition: partition, sourceOffset: { n: next } })];
        }
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(null), { once: true });
        });
      },
      stop: () => undefined,
    };
  };
}

describe('offsets.storage.topic of a source connector', { timeout: 30_000 }, () => {
  it('holds its offsets, which the next life of the task and the REST API read, beside a copy in the topic of the workers', async () => {
    const found: unknown[] = [];
    const cluster = await TestCluster.of(2, [sourcePlugin('test.Counting', counting(found))]);
    await cluster.create('own', { 'connector.class': 'test.Counting', 'offsets.storage.topic': 'own-offsets' });
    const transport = await cluster.transport();

    await eventually(
      async () => expect(await readRecords(transport, 'own-offsets')).toEqual([['["own",{"file":"a"}]', '{"n":1}']]),
      20_000,
    );
    await eventually(async () => expect(await readRecords(transport, 'test-offsets')).toEqual([['["own",{"file":"a"}]', '{"n":1}']]));
    await cluster.answered('POST', '/connectors/own/tasks/0/restart');
    await eventually(() => expect(found).toEqual([null, { n: 1 }]), 20_000);

    await cluster.answered('PUT', '/connectors/own/stop');
    await cluster.untilStates('own', 'STOPPED', 0);
    const body = { offsets: [{ partition, offset: { n: 7 } }] };
    const answers = [
      await cluster.answered('PATCH', '/connectors/own/offsets', body),
      await cluster.answered('GET', '/connectors/own/offsets'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers[1]?.body).toEqual(body);
    await cluster.answered('PUT', '/connectors/own/resume');
    await eventually(() => expect(found).toEqual([null, { n: 1 }, { n: 7 }]), 20_000);
    await transport.close();
  });

  it('that cannot be used fails the connector with the reason', async () => {
    const cluster = await TestCluster.of(1, [sourcePlugin('test.Counting', counting([]))]);
    const transport = await cluster.transport();
    const admin = transport.admin({});
    await admin.createTopic({ name: 'deleting', partitions: 1, replicationFactor: 1, config: { 'cleanup.policy': 'delete' } });
    await admin.close();
    await transport.close();
    await cluster.answered('PUT', '/connectors/own/config', { 'connector.class': 'test.Counting', 'offsets.storage.topic': 'deleting' });

    await eventually(async () => {
      const status = await cluster.workers[0]?.herder.connectorStatus('own');
      expect(status?.connector.state).toBe('FAILED');
      expect(status?.connector.trace).toMatch(/deleting.*compact/s);
    }, 20_000);
  });
});
