/** Longest time, in milliseconds, that a task's loop runs before timers, sockets and the other tasks get their turn. */
const maxTurnMs = 2;

/**
 * Hands the event loop to others from time to time. A loop over promises that are already resolved would otherwise never let it go, and REST,
 * timers and acknowledgements would starve.
 */
export class EventLoopTurn {
  #startedAt = performance.now();

  /** Null while the turn may go on, else a promise to await. */
  yieldIfDue(): Promise<void> | null {
    return performance.now() - this.#startedAt < maxTurnMs ? null : this.yield();
  }

  async yield(): Promise<void> {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    this.#startedAt = performance.now();
  }
}
