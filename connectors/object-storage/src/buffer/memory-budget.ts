import { ConfigException } from '@millrace/api';

/** Counts the bytes that a task holds, over all its files and uploads: `buffer.memory.bytes`. */
export class MemoryBudget {
  readonly limit: number;
  #used = 0;
  #waiting: (() => void)[] = [];

  /** @throws ConfigException if the limit is below 1. */
  constructor(limit: number) {
    if (!(limit >= 1)) throw ConfigException.invalidValue('buffer.memory.bytes', limit, 'must be at least 1');
    this.limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  get isExceeded(): boolean {
    return this.#used > this.limit;
  }

  add(bytes: number): void {
    this.#used += bytes;
  }

  remove(bytes: number): void {
    this.#used -= bytes;
    if (this.isExceeded) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Resolves when the budget is kept. */
  whenKept(): Promise<void> {
    if (!this.isExceeded) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
