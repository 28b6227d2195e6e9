/** Callbacks that wait for one event. Each is called once and then forgotten. */
export class WaitList {
  #waiting: Set<() => void> = new Set();

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** @returns takes the callback back */
  add(callback: () => void): () => void {
    this.#waiting.add(callback);
    return () => this.delete(callback);
  }

  delete(callback: () => void): void {
    this.#waiting.delete(callback);
  }

  /** Calls all that wait now. */
  wake(): void {
    if (this.#waiting.size === 0) return;
    const woken = this.#waiting;
    this.#waiting = new Set();
    for (const callback of woken) callback();
  }
}
