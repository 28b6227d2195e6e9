import { Schema, SchemaAndValue, SourceRecord } from '@millrace/api';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { readRecords } from '../support/internal-topics.ts';
import { TestCluster } from '../support/test-cluster.ts';
import { sinkPlugin, sourcePlugin } from '../support/test-plugins.ts';

/** Writes one record to the topic `used`. */
const writer = sourcePlugin('test.Writer', () => {
  let isWritten = false;
  return {
    start: () => undefined,
    poll: async (signal) => {
      if (!isWritten) {
        isWritten = true;
        const value = new SchemaAndValue(Schema.STRING_SCHEMA, 'text');
        return [new SourceRecord({ sourcePartition: {}, sourceOffset: {}, topic: 'used', kafkaPartition: null, valueAndSchema: value })];
      }
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve, { once: true });
      });
      return null;
    },
    stop: () => undefined,
  };
});

describe('a worker that does not track topics', { timeout: 30_000 }, () => {
  it('writes none into the status topic', async () => {
    const cluster = await TestCluster.of(1, [writer], { 'topic.tracking.enable': 'false' });
    await cluster.create('w', { 'connector.class': 'test.Writer' });
    const transport = await cluster.transport();
    onTestFinished(() => transport.close());
    await eventually(async () => expect(await readRecords(transport, 'used')).toHaveLength(1), 10_000);
    expect((await cluster.answered('DELETE', '/connectors/w')).status).toBe(204);

    const keys = async (): Promise<(string | null)[]> => (await readRecords(transport, 'test-status')).map(([key]) => key);
    await eventually(async () => expect(await keys()).toContain('status-connector-w'), 10_000);
    expect((await keys()).filter((key) => key?.startsWith('status-topic-'))).toEqual([]);
  });
});

describe('a connector that is deleted', { timeout: 30_000 }, () => {
  it('has used no topics any more, on any worker', async () => {
    const cluster = await TestCluster.of(2, [writer]);
    const [first] = cluster.workers;
    await cluster.create('w', { 'connector.class': 'test.Writer' });
    await eventually(
      async () => expect((await first?.request('GET', '/connectors/w/topics'))?.body).toEqual({ w: { topics: ['used'] } }),
      10_000,
    );

    expect((await cluster.answered('DELETE', '/connectors/w')).status).toBe(204);

    for (const worker of cluster.workers) {
      await eventually(
        async () => expect((await worker.request('GET', '/connectors/w/topics')).body).toEqual({ w: { topics: [] } }),
        10_000,
      );
    }
  });
});

describe('topics of a running connector that were reset', { timeout: 60_000 }, () => {
  it('come back, while others stay away, when its tasks use them again', async () => {
    const topics = ['once', 'again'];
    const going = sourcePlugin('test.Going', () => ({
      start: () => undefined,
      poll: async () => {
        await new Promise((resolve) => {
          setTimeout(resolve, 20);
        });
        const value = new SchemaAndValue(Schema.STRING_SCHEMA, 'text');
        return topics.map((topic) => new SourceRecord({ sourcePartition: {}, sourceOffset: {}, topic, valueAndSchema: value }));
      },
      stop: () => undefined,
    }));
    const sink = sinkPlugin('test.Sink', () => ({ start: () => undefined, put: () => undefined, stop: () => undefined }));
    const cluster = await TestCluster.of(2, [going, sink]);
    await cluster.create('source', { 'connector.class': 'test.Going' });
    await cluster.create('sink', { 'connector.class': 'test.Sink', topics: 'once,again' });
    const used = async (name: string): Promise<string[]> => {
      const { body } = await cluster.answered('GET', `/connectors/${name}/topics`);
      return (body as Record<string, { topics: string[] }>)[name]?.topics.toSorted() ?? [];
    };
    for (const name of ['source', 'sink']) await eventually(async () => expect(await used(name)).toEqual(['again', 'once']), 20_000);
    topics.shift();

    for (const name of ['source', 'sink']) {
      // What was on its way to the first topic may still be told of, so that one reset can come too early.
      await eventually(async () => {
        expect((await cluster.answered('PUT', `/connectors/${name}/topics/reset`)).status).toBe(202);
        await eventually(async () => expect(await used(name)).toEqual(['again']), 3000);
      }, 20_000);
    }
  });
});
