import { setTimeout as delay } from 'node:timers/promises';
import type { MemoryBudget } from '../buffer/memory-budget.ts';
import type { OpenFile } from './open-file.ts';

/** Wait between two tries of parts that failed, in milliseconds. */
const RESUME_MS = 1000;

/** How long to wait. */
export interface RelieveOptions {
  /** Milliseconds at most. */
  readonly waitMs: number;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Whether waiting is of no use, since uploads stand still until the next put. */
  readonly isStuck: () => boolean;
}

/**
 * Brings memory below its budget without closing files, which would divide the records otherwise: what waits in open files goes to disk,
 * largest first, and what is being uploaded is waited for.
 *
 * @returns whether the budget is kept
 * @throws Error if the disk is full
 * @throws the signal's reason when it fires
 */
export async function relieveMemory(budget: MemoryBudget, files: () => readonly OpenFile[], options: RelieveOptions): Promise<boolean> {
  await spillLargest(budget, files());
  const deadline = performance.now() + options.waitMs;
  while (budget.isExceeded && !options.isStuck() && performance.now() < deadline) {
    for (const file of files()) file.resume();
    const timer = new AbortController();
    const stopped = AbortSignal.any([options.signal, timer.signal]);
    try {
      await Promise.race([budget.whenKept(), delay(Math.min(RESUME_MS, options.waitMs), undefined, { signal: stopped })]);
    } catch (error) {
      options.signal.throwIfAborted();
      throw error;
    } finally {
      timer.abort();
    }
  }
  return !budget.isExceeded;
}

/** Goes down to half of the budget, so that it is not asked for again by the next record. */
async function spillLargest(budget: MemoryBudget, files: readonly OpenFile[]): Promise<void> {
  const bySize = files.map((file) => ({ file, bytes: file.memoryBytes })).sort((left, right) => right.bytes - left.bytes);
  for (const { file, bytes } of bySize) {
    if (bytes === 0 || budget.used <= budget.limit / 2) return;
    await file.spill();
  }
}
