import { describe, expect, it } from 'vitest';
import { ConfigException, ConnectException } from '@millrace/api';
import type { NewTopic } from '@millrace/kafka';
import { eventually } from '../support/eventually.ts';
import { readRecords } from '../support/internal-topics.ts';
import { TestCluster } from '../support/test-cluster.ts';
import { sourcePlugin } from '../support/test-plugins.ts';

const idle = sourcePlugin('test.Source', () => ({
  start: () => undefined,
  poll: (signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(null), { once: true });
    }),
  stop: () => undefined,
}));
const source = { 'connector.class': 'test.Source' };

async function createTopic(cluster: TestCluster, topic: Partial<NewTopic> & { name: string }): Promise<void> {
  const transport = await cluster.transport();
  const admin = transport.admin({});
  await admin.createTopic({ partitions: 1, replicationFactor: 1, config: { 'cleanup.policy': 'compact' }, ...topic });
  await admin.close();
  await transport.close();
}

describe('a worker that starts', { timeout: 30_000 }, () => {
  it.each(['preparing', 'enabled', 'ENABLED'])('refuses exactly.once.source.support=%s and says what is missing', async (support) => {
    const start = new TestCluster([idle]).start({ 'exactly.once.source.support': support });

    await expect(start).rejects.toThrow(ConfigException);
    await expect(start).rejects.toThrow(/exactly\.once\.source\.support.*cannot deliver exactly once yet.*transactions/s);
  });

  it('does not join a cluster whose connectors need classes that it does not have, unless it is forced to', async () => {
    const cluster = await TestCluster.of(1, [idle]);
    await cluster.create('s', source);

    const refused = cluster.start({}, { plugins: [] });
    await expect(refused).rejects.toThrow(ConnectException);
    await expect(refused).rejects.toThrow(/s \(test\.Source\)/);
    const forced = await cluster.start({}, { plugins: [], force: true });
    await eventually(async () => expect((await forced.request('GET', '/connectors')).body).toEqual(['s']));
    expect(forced.logLines.join('')).toContain('s (test.Source)');
  });

  it.each(['test-configs', 'test-offsets', 'test-status'])('refuses the internal topic %s when it is not compacted', async (name) => {
    const cluster = new TestCluster([idle]);
    await createTopic(cluster, { name, config: { 'cleanup.policy': 'delete' } });

    await expect(cluster.start()).rejects.toThrow(new RegExp(`${name}.*compact`, 's'));
  });

  it('refuses a config topic of several partitions', async () => {
    const cluster = new TestCluster([idle]);
    await createTopic(cluster, { name: 'test-configs', partitions: 2 });

    await expect(cluster.start()).rejects.toThrow(/test-configs.*partition/s);
  });
});

describe('keys with which workers sign requests', { timeout: 30_000 }, () => {
  it('are replaced when they are too old, and requests between workers go on', async () => {
    const cluster = await TestCluster.of(2, [idle], { 'inter.worker.key.ttl.ms': '500' });
    const transport = await cluster.transport();
    const keys = async (): Promise<number> =>
      (await readRecords(transport, 'test-configs')).filter(([key]) => key === 'session-key').length;
    for (const name of ['a', 'b', 'c', 'd']) await cluster.create(name, { ...source, 'tasks.max': '2' });

    await eventually(async () => expect(await keys()).toBeGreaterThanOrEqual(3), 20_000);
    await cluster.create('e', { ...source, 'tasks.max': '2' });
    await transport.close();
  });

  it('are needed to post task configurations', async () => {
    const cluster = await TestCluster.of(2, [idle]);
    await cluster.create('s', source);
    const leader = await cluster.leader();

    expect(await cluster.answered('POST', '/connectors/s/tasks', [{ stolen: '1' }], leader)).toMatchObject({ status: 400 });
    await cluster.untilStates('s', 'RUNNING', 1);
  });
});
