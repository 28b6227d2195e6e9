import type { Clock } from './clock.ts';

/** Least wait: records that fall due within it come as one batch, so that a high rate needs no timer for each of them. */
const TICK_MS = 10;
/** Longest single sleep, far below what a timer can hold. */
const LONGEST_SLEEP_MS = 1000;
/** What a task that fell behind catches up; records missed in a longer break, such as a pause, are not sent in one burst. */
const LONGEST_CATCH_UP_MS = 1000;

/** Releases records at a rate. Times are counted from the start and not from record to record, so errors do not add up. */
export class Pace {
  readonly #rate: number;
  readonly #clock: Clock;
  #startMs: number;
  #released = 0;

  /** @param rate records a second; 0 is without limit */
  constructor(rate: number, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
    this.#startMs = clock.monotonicMs();
  }

  /** How many records may go out now, at most `most`: waits until it is at least one, or 0 when the signal fires first. */
  async release(most: number, signal: AbortSignal): Promise<number> {
    if (this.#rate === 0) {
      // Without a wait of its own this source would keep the event loop from everybody else.
      await this.#clock.yield();
      return signal.aborted ? 0 : most;
    }
    while (!signal.aborted) {
      const now = this.#clock.monotonicMs();
      const due = this.#due(now);
      if (due >= 1) {
        const count = Math.min(due, most);
        this.#released += count;
        return count;
      }
      const wait = this.#startMs + this.#msOf(this.#released) - now;
      await this.#clock.sleep(Math.min(Math.max(wait, TICK_MS), LONGEST_SLEEP_MS), signal);
    }
    return 0;
  }

  /** The first record is due at once. */
  #due(now: number): number {
    const behind = now - this.#startMs - this.#msOf(this.#released);
    if (behind > LONGEST_CATCH_UP_MS) this.#startMs += behind - LONGEST_CATCH_UP_MS;
    return behind < 0 ? 0 : 1 + Math.floor((Math.min(behind, LONGEST_CATCH_UP_MS) * this.#rate) / 1000);
  }

  #msOf(records: number): number {
    return (records * 1000) / this.#rate;
  }
}
