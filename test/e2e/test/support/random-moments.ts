/** Numbers that look random and are the same for the same seed (mulberry32). */
export class RandomMoments {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** A time in milliseconds between the two. */
  between(fromMs: number, toMs: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return fromMs + (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * (toMs - fromMs);
  }
}
