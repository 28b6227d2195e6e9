import type { ProduceRequest } from '../wire/apis/produce.ts';
import type { PartitionQueue } from './partition-queue.ts';
import type { ProducerBatch } from './producer-batch.ts';

/** What is sent to one broker at once: a batch of each partition. */
export type Delivery = Map<PartitionQueue, ProducerBatch>;

/** The request that brings it to the leader. */
export function produceRequest(delivery: Delivery, acks: number, timeoutMs: number): ProduceRequest {
  const topics = new Map<string, { name: string; partitions: { partition: number; records: Buffer }[] }>();
  for (const [{ topic, partition }, { bytes }] of delivery) {
    const entry = { partition, records: bytes as Buffer };
    const known = topics.get(topic);
    if (known === undefined) topics.set(topic, { name: topic, partitions: [entry] });
    else known.partitions.push(entry);
  }
  return { transactionalId: null, acks, timeoutMs, topics: [...topics.values()] };
}

/** For messages. */
export function name({ topic, partition }: PartitionQueue): string {
  return `${topic}-${partition}`;
}
