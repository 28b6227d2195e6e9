import { describe, expect, it, onTestFinished } from 'vitest';
import { EmbeddedKafka } from '@millrace/kafka';
import { unassignOrphans } from '../../src/herder/distributed/status-duties.ts';
import type { ClusterSnapshot } from '../../src/herder/distributed/cluster-snapshot.ts';
import { KafkaStatusStore } from '../../src/storage/kafka-status-store.ts';
import type { ClusterStatus } from '../../src/storage/status-records.ts';
import { eventually } from '../support/eventually.ts';
import { TestCluster, type ClusterWorker } from '../support/test-cluster.ts';
import { sourcePlugin } from '../support/test-plugins.ts';
import { internalTopic, noClients, silent } from '../support/internal-topics.ts';

const on = (workerId: string, state: ClusterStatus['state'], generation = 1): ClusterStatus => ({ state, workerId, generation });

const idle = sourcePlugin('test.Idle', () => ({
  start: () => undefined,
  poll: (signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(null), { once: true });
    }),
  stop: () => undefined,
}));

describe('a worker that was taken for dead', { timeout: 30_000 }, () => {
  it('tells again what still runs on it, and leaves alone what others have said later', async () => {
    const cluster = await TestCluster.of(1, [idle]);
    const [worker] = cluster.workers as [ClusterWorker];
    await cluster.create('c', { 'connector.class': 'test.Idle', 'tasks.max': '2' });
    const other = new KafkaStatusStore({
      transport: await cluster.transport(),
      topic: internalTopic('status', 'test-status'),
      clients: noClients,
      log: silent,
    });
    await other.start();
    onTestFinished(() => other.stop());
    const generation = other.tasks('c').get(0)?.generation ?? 0;

    other.putTask({ connector: 'c', task: 1 }, on('elsewhere:1', 'RUNNING', generation + 1));
    other.putTask({ connector: 'c', task: 0 }, on(worker.id, 'UNASSIGNED', generation));
    other.putConnector('c', on(worker.id, 'UNASSIGNED', generation));
    await eventually(() => {
      expect(other.tasks('c').get(0)).toMatchObject({ state: 'RUNNING', workerId: worker.id, version: '1.0.0' });
      expect(other.connector('c')).toMatchObject({ state: 'RUNNING', workerId: worker.id });
      expect(other.tasks('c').get(1)).toMatchObject({ state: 'RUNNING', workerId: 'elsewhere:1' });
    });
  });
});

describe('connectors and tasks of a worker that died', () => {
  it('are UNASSIGNED where they ran, until another worker has them; what failed stays failed', async () => {
    const kafka = new EmbeddedKafka();
    const statuses = new KafkaStatusStore({ transport: kafka, topic: internalTopic('status', 'status'), clients: noClients, log: silent });
    await statuses.start();
    try {
      statuses.putConnector('c', on('dead:1', 'PAUSED'));
      statuses.putTask({ connector: 'c', task: 0 }, on('dead:1', 'RUNNING'));
      statuses.putTask({ connector: 'c', task: 1 }, on('alive:1', 'RUNNING'));
      statuses.putTask({ connector: 'c', task: 2 }, { ...on('dead:1', 'FAILED'), trace: 'why' });
      await statuses.flush();
      const snapshot = { connectors: ['c'] } as unknown as ClusterSnapshot;
      unassignOrphans(snapshot, statuses, { generation: 2, isOwned: (_, task) => task === 1 });
      await statuses.flush();

      expect(statuses.connector('c')).toEqual(on('dead:1', 'UNASSIGNED', 2));
      expect([...statuses.tasks('c').values()]).toEqual([
        on('dead:1', 'UNASSIGNED', 2),
        on('alive:1', 'RUNNING'),
        { ...on('dead:1', 'FAILED'), trace: 'why' },
      ]);
    } finally {
      await statuses.stop();
      await kafka.close();
    }
  });
});
