import { ConnectException, type RetriableException } from '@millrace/api';
import type { Keys } from '../config/definition.ts';

/** How long to wait after failures in a row that will pass, and when to give up. */
export class Backoff {
  readonly #first: number;
  readonly #longest: number;
  readonly #timeout: number;
  #failures = 0;
  #since = 0;

  constructor(keys: Keys) {
    this.#first = Number(keys['mongo.retry.backoff.ms']);
    this.#longest = Number(keys['mongo.retry.backoff.max.ms']);
    this.#timeout = Number(keys['mongo.retry.timeout.ms']);
  }

  /** Milliseconds to wait. @param now milliseconds of a clock that only goes forward. @throws ConnectException when the time is over */
  next(error: RetriableException, now: number): number {
    if (this.#failures === 0) this.#since = now;
    if (this.#timeout >= 0 && now - this.#since >= this.#timeout) {
      throw new ConnectException(`${error.message}; given up after mongo.retry.timeout.ms=${this.#timeout}`, { cause: error });
    }
    const waitMs = Math.min(this.#longest, this.#first * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    return waitMs;
  }

  /** A batch went through. */
  reset(): void {
    this.#failures = 0;
  }
}
