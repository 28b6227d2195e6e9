import { setTimeout as wait } from 'node:timers/promises';
import type { TopicConfig } from '../config/topic-config.ts';

/** Pauses after every n-th batch of a topic. */
export class RateLimiter {
  readonly #batches = new Map<TopicConfig, number>();

  /** Counts a batch, and pauses if it is time. Ends early when the signal fires. */
  async after(config: TopicConfig, signal: AbortSignal): Promise<void> {
    const every = config.keys['rate.limiting.every.n'];
    const pauseMs = config.keys['rate.limiting.timeout'];
    if (every === 0 || pauseMs === 0) return;
    const count = (this.#batches.get(config) ?? 0) + 1;
    this.#batches.set(config, count);
    if (count % every === 0) await wait(pauseMs, undefined, { signal });
  }
}
