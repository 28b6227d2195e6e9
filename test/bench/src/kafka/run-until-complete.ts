import type { TopicPartition } from '@millrace/api';
import { UnknownTopicOrPartitionException, type Admin } from '@millrace/kafka';
import { rssMb } from '../process-usage.ts';

const sampleMs = 25;
const timeoutMs = 300_000;

/** The disk gets its room back soon after a topic is deleted. */
export const deletedSoon = { 'file.delete.delay.ms': '1000' };

/** Offset behind the last record; 0 while the broker has not heard yet of a topic that was just created. */
export async function endOf(partition: TopicPartition, admin: Admin): Promise<number> {
  try {
    return (await admin.offsets([partition], 'read_uncommitted')).get(partition)?.end ?? 0;
  } catch (error) {
    if (error instanceof UnknownTopicOrPartitionException) return 0;
    throw error;
  }
}

/** How long a run took. */
export interface Progressed {
  /** From the call until it was complete. */
  readonly totalSeconds: number;
  /** Between the first progress that was seen and the last. */
  readonly seconds: number;
  readonly peakRssMb: number;
}

/** Watches a process until its work is complete. @param progress 0 to 1 */
export async function untilComplete(pid: number, progress: () => Promise<number>): Promise<Progressed> {
  const createdAt = performance.now();
  let firstAt = createdAt;
  let hasBegun = false;
  let peakRssMb = 0;
  for (;;) {
    const done = await progress();
    if (!hasBegun) firstAt = performance.now();
    hasBegun ||= done > 0;
    peakRssMb = Math.max(peakRssMb, rssMb(pid));
    const now = performance.now();
    if (done >= 1) return { totalSeconds: (now - createdAt) / 1000, seconds: (now - firstAt) / 1000, peakRssMb };
    if (now - createdAt > timeoutMs) throw new Error(`only ${Math.round(done * 100)} % after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, sampleMs));
  }
}
