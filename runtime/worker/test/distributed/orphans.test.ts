import { describe, expect, it } from 'vitest';
import { EmbeddedKafka } from '@millrace/kafka';
import { unassignOrphans } from '../../src/herder/distributed/status-duties.ts';
import type { ClusterSnapshot } from '../../src/herder/distributed/cluster-snapshot.ts';
import { KafkaStatusStore } from '../../src/storage/kafka-status-store.ts';
import type { ClusterStatus } from '../../src/storage/status-records.ts';
import { internalTopic, noClients, silent } from '../support/internal-topics.ts';

const on = (workerId: string, state: ClusterStatus['state'], generation = 1): ClusterStatus => ({ state, workerId, generation });

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
