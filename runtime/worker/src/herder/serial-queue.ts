/** Work that waits for its turn. @param signal fires when newer work overrides it: what only serves the old state can end */
export type QueuedOperation<T> = (signal: AbortSignal) => Promise<T>;

/** Runs operations one after the other, in the order of their arrival. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();
  readonly #unfinished = new Set<AbortController>();

  /** Resolves and rejects as the operation does; a failed operation does not hold up the next. */
  run<T>(operation: QueuedOperation<T>): Promise<T> {
    const controller = new AbortController();
    this.#unfinished.add(controller);
    const runNow = (): Promise<T> => operation(controller.signal).finally(() => this.#unfinished.delete(controller));
    const result = this.#last.then(runNow, runNow);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Like {@link run}, but tells everything before it that it is no longer wanted. */
  override<T>(operation: QueuedOperation<T>): Promise<T> {
    for (const controller of this.#unfinished) controller.abort();
    return this.run(operation);
  }
}
