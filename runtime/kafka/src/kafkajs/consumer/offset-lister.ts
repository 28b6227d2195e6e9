import type { TopicPartition } from '@millrace/api';
import { listOffsets, type IsolationLevel, type ListedOffset } from '../wire/apis/list-offsets.ts';
import { brokerError, isRetriable } from '../wire/broker-errors.ts';
import type { Cluster } from '../wire/cluster.ts';
import { ErrorCode, errorKind } from '../wire/error-codes.ts';
import { exponentialBackoff } from '../wire/wire-config.ts';

export interface OffsetListOptions {
  readonly isolation: IsolationLevel;
  /** How long leaders are looked for, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether nobody wants the answer any more. */
  readonly isOver?: () => boolean;
}

/**
 * Offsets by time, from the leader of each partition, wherever it moves meanwhile. The topics are watched from then on.
 * @param times milliseconds since the epoch, or `OffsetTime`
 * @returns without partitions that do not exist; -1 where no record is that young
 * @throws AuthorizationException, and the last failure when the time is over
 */
export async function offsetsByTime(
  cluster: Cluster,
  times: ReadonlyMap<TopicPartition, number>,
  { isolation, timeoutMs, isOver = () => false }: OffsetListOptions,
): Promise<Map<TopicPartition, number>> {
  const found = new Map<TopicPartition, number>();
  const missing = new Map(times);
  const deadline = performance.now() + timeoutMs;
  const { retryBackoffMs, retryBackoffMaxMs } = cluster.config;
  for (const { topic } of times.keys()) cluster.watch(topic);
  if ([...missing.keys()].some(({ topic, partition }) => cluster.leader(topic, partition) < 0)) await refreshed(cluster, deadline);
  for (let failures = 0; ; failures++) {
    const failure = await askLeaders(cluster, missing, isolation, found);
    if (missing.size === 0) return found;
    if (performance.now() >= deadline || isOver()) throw failure ?? brokerError(ErrorCode.LEADER_NOT_AVAILABLE, 'Listing offsets');
    if (failures > 0) {
      await new Promise((resolve) => setTimeout(resolve, exponentialBackoff(retryBackoffMs, retryBackoffMaxMs, failures - 1)));
    }
    await refreshed(cluster, deadline);
    for (const partition of missing.keys()) if (doesNotExist(cluster, partition)) missing.delete(partition);
  }
}

/** Whether the brokers say that there is no such partition. */
export function doesNotExist(cluster: Cluster, { topic, partition }: TopicPartition): boolean {
  const metadata = cluster.topic(topic);
  if (metadata === undefined) return false;
  if (metadata.errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION || metadata.errorCode === ErrorCode.INVALID_TOPIC_EXCEPTION) return true;
  return metadata.errorCode === ErrorCode.NONE && !metadata.partitions.some((candidate) => candidate.partition === partition);
}

async function refreshed(cluster: Cluster, deadline: number): Promise<void> {
  try {
    await cluster.refresh();
  } catch (error) {
    if (!isRetriable(error) || performance.now() >= deadline) throw error;
  }
}

/** Moves what leaders answer from `missing` to `found`. @returns a passing failure, if there was one */
async function askLeaders(
  cluster: Cluster,
  missing: Map<TopicPartition, number>,
  isolation: IsolationLevel,
  found: Map<TopicPartition, number>,
): Promise<Error | null> {
  const byLeader = new Map<number, Map<TopicPartition, number>>();
  for (const [partition, time] of missing) {
    const leader = cluster.leader(partition.topic, partition.partition);
    if (leader < 0) continue;
    const times = byLeader.get(leader);
    if (times === undefined) byLeader.set(leader, new Map([[partition, time]]));
    else times.set(partition, time);
  }
  const failures: Error[] = [];
  const take = (partition: TopicPartition, { errorCode, offset }: ListedOffset): void => {
    if (errorCode === ErrorCode.NONE) {
      found.set(partition, offset);
      missing.delete(partition);
      return;
    }
    const failure = brokerError(errorCode, `Listing offsets of ${partition}`);
    if (!errorKind(errorCode).retriable) throw failure;
    failures.push(failure);
  };
  const ask = async (nodeId: number, times: ReadonlyMap<TopicPartition, number>): Promise<void> => {
    try {
      const answers = await cluster.request(nodeId, listOffsets, { isolation, times });
      for (const [partition, answer] of answers) take(partition, answer);
    } catch (error) {
      if (!isRetriable(error)) throw error;
      failures.push(error as Error);
    }
  };
  await Promise.all([...byLeader].map(([nodeId, times]) => ask(nodeId, times)));
  return failures[0] ?? null;
}
