/** How long and in how many parts the recent past of a statistic reaches back. */
export interface StatWindow {
  /** Length of a sample in milliseconds: `metrics.sample.window.ms`. Default 30 000. */
  readonly sampleMs: number;
  /** Number of samples: `metrics.num.samples`. Default 2. */
  readonly samples: number;
}

export const defaultStatWindow: StatWindow = { sampleMs: 30_000, samples: 2 };

/**
 * Rate, average and maximum over the recent past, as Kafka's sampled statistics: the window moves on by whole samples, so it is between
 * `samples - 1` and `samples` of them long. Recording allocates nothing.
 */
export class WindowedStat {
  readonly #sampleMs: number;
  readonly #startedAt: Float64Array;
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  readonly #maxima: Float64Array;
  #current = 0;
  #isEmpty = true;

  constructor({ sampleMs, samples }: StatWindow = defaultStatWindow) {
    this.#sampleMs = sampleMs;
    this.#startedAt = new Float64Array(samples).fill(Number.NEGATIVE_INFINITY);
    this.#sums = new Float64Array(samples);
    this.#counts = new Float64Array(samples);
    this.#maxima = new Float64Array(samples).fill(Number.NEGATIVE_INFINITY);
  }

  /**
   * Takes in `count` measurements that came since the last call.
   * @param max the greatest of them
   */
  record(now: number, sum: number, count: number, max: number): void {
    this.#advance(now);
    this.#sums[this.#current] = (this.#sums[this.#current] as number) + sum;
    this.#counts[this.#current] = (this.#counts[this.#current] as number) + count;
    if (count > 0) this.#maxima[this.#current] = Math.max(this.#maxima[this.#current] as number, max);
  }

  /** What was measured, per second. A young statistic counts as if it had been there for all samples but one, as in Kafka. */
  rate(now: number): number {
    this.#forget(now);
    const oldest = this.#oldestStart(now);
    const minimumMs = (this.#startedAt.length - 1) * this.#sampleMs;
    const elapsedMs = now - oldest;
    const missing = Math.max(0, minimumMs - Math.floor(elapsedMs / this.#sampleMs) * this.#sampleMs);
    const windowMs = elapsedMs + missing;
    return windowMs <= 0 ? 0 : total(this.#sums) / (windowMs / 1000);
  }

  /** NaN when nothing was measured in the window. */
  average(now: number): number {
    this.#forget(now);
    const count = total(this.#counts);
    return count === 0 ? Number.NaN : total(this.#sums) / count;
  }

  /** NaN when nothing was measured in the window. */
  max(now: number): number {
    this.#forget(now);
    const max = Math.max(...this.#maxima);
    return max === Number.NEGATIVE_INFINITY ? Number.NaN : max;
  }

  #advance(now: number): void {
    if (this.#isEmpty) {
      this.#isEmpty = false;
      this.#reset(this.#current, now);
      return;
    }
    if (now - (this.#startedAt[this.#current] as number) < this.#sampleMs) return;
    this.#current = (this.#current + 1) % this.#startedAt.length;
    this.#reset(this.#current, now);
  }

  #forget(now: number): void {
    const oldestKept = now - this.#startedAt.length * this.#sampleMs;
    for (let sample = 0; sample < this.#startedAt.length; sample += 1) {
      if ((this.#startedAt[sample] as number) <= oldestKept) this.#reset(sample, Number.NEGATIVE_INFINITY);
    }
  }

  #reset(sample: number, startedAt: number): void {
    this.#startedAt[sample] = startedAt;
    this.#sums[sample] = 0;
    this.#counts[sample] = 0;
    this.#maxima[sample] = Number.NEGATIVE_INFINITY;
  }

  #oldestStart(now: number): number {
    let oldest = now;
    for (const start of this.#startedAt) {
      if (start !== Number.NEGATIVE_INFINITY && start < oldest) oldest = start;
    }
    return oldest;
  }
}

function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
