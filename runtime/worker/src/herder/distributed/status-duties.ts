import type { KafkaStatusStore } from '../../storage/kafka-status-store.ts';
import type { ClusterStatus } from '../../storage/status-records.ts';
import type { ClusterSnapshot } from './cluster-snapshot.ts';

/** Tombstones for states of what does not exist any more, and for the topics that it used. @param generation of the group */
export function purgeStatuses(snapshot: ClusterSnapshot, statuses: KafkaStatusStore, generation: number): void {
  for (const name of statuses.connectors()) {
    if (snapshot.connectorConfig(name) === null) {
      statuses.deleteConnector(name, generation);
      for (const { topic } of statuses.topics(name)) statuses.deleteTopic(name, topic);
      continue;
    }
    const count = snapshot.taskCount(name);
    for (const task of statuses.tasks(name).keys()) {
      if (task >= count) statuses.deleteTask({ connector: name, task }, generation);
    }
  }
}

export interface Ownership {
  /** Of the group. */
  readonly generation: number;
  /** Whether a worker of the group has a connector, or one of its tasks. */
  readonly isOwned: (connector: string, task: number | null) => boolean;
}

/**
 * A worker that died could not say that nothing of it runs any more. Until its work is given to others, which the leader delays for the case
 * that it comes back, its connectors and tasks are UNASSIGNED. The JVM worker shows them as RUNNING for that long.
 */
export function unassignOrphans(snapshot: ClusterSnapshot, statuses: KafkaStatusStore, { generation, isOwned }: Ownership): void {
  const orphaned = (status: ClusterStatus): ClusterStatus => ({ state: 'UNASSIGNED', workerId: status.workerId, generation });
  for (const name of snapshot.connectors) {
    const connector = statuses.connector(name);
    if (connector !== null && runs(connector) && !isOwned(name, null)) statuses.putConnectorSafe(name, orphaned(connector));
    for (const [task, status] of statuses.tasks(name)) {
      if (runs(status) && !isOwned(name, task)) statuses.putTaskSafe({ connector: name, task }, orphaned(status));
    }
  }
}

function runs({ state }: ClusterStatus): boolean {
  return state === 'RUNNING' || state === 'PAUSED' || state === 'RESTARTING';
}
