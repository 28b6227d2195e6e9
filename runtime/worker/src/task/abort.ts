import type { Clock } from './clock.ts';

/** Whether an error only says that a signal fired. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Settles with the work, or resolves when the signal fires first; what becomes of the work is then nobody's concern. */
export async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const finished = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true, signal: finished.signal });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    finished.abort();
  }
}

/** @returns false if the work is not over after `timeoutMs`. @throws what it throws in time */
export async function settlesWithin(work: Promise<unknown>, timeoutMs: number, clock: Clock): Promise<boolean> {
  const finished = new AbortController();
  try {
    return await Promise.race([work.then(() => true), clock.sleep(timeoutMs, finished.signal).then(() => false)]);
  } finally {
    finished.abort();
  }
}
