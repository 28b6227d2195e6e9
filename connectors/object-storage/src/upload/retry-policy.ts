import { setTimeout as delay } from 'node:timers/promises';
import { storeErrorOf } from '../store/store-error.ts';

/** How often, and after which wait, a call to the store is repeated. */
export interface RetryOptions {
  /** Tries after the first, at least 0. Default 5. */
  readonly retries?: number;
  /** Longest wait before the first repetition, in milliseconds; it doubles each time, and a random part of it is waited. Default 200. */
  readonly backoffMs?: number;
  /** Longest wait of all, in milliseconds. Default 20 000. */
  readonly maxBackoffMs?: number;
  /** Waits; for tests. Rejects when the signal fires. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Repeats calls that failed for now. */
export class RetryPolicy {
  readonly #retries: number;
  readonly #backoffMs: number;
  readonly #maxBackoffMs: number;
  readonly #sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;

  constructor(options: RetryOptions = {}) {
    const { retries = 5, backoffMs = 200, maxBackoffMs = 20_000 } = options;
    this.#retries = retries;
    this.#backoffMs = backoffMs;
    this.#maxBackoffMs = maxBackoffMs;
    this.#sleep = options.sleep ?? ((ms, signal) => delay(ms, undefined, { signal }));
  }

  /** @throws StoreError when it is of no use, or all tries failed; the signal's reason when it fires during a wait. */
  async run<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        const failure = storeErrorOf(error);
        if (!failure.isRetriable || attempt >= this.#retries || signal.aborted) throw failure;
      }
      // Full jitter: tasks that were throttled together do not come back together.
      await this.#sleep(Math.random() * Math.min(this.#maxBackoffMs, this.#backoffMs * 2 ** attempt), signal);
    }
  }
}
