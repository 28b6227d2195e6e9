/** What waits for the fate of batches: who flushes waits for those that were there when it began. */
export class Flushes<Item> {
  readonly #unsettled = new Set<Item>();
  readonly #waiting = new Set<{ readonly left: Set<Item>; readonly resolve: () => void }>();

  /** Whether somebody waits, so that batches are sent as they are. */
  get isActive(): boolean {
    return this.#waiting.size > 0;
  }

  get unsettled(): ReadonlySet<Item> {
    return this.#unsettled;
  }

  add(item: Item): void {
    this.#unsettled.add(item);
  }

  settled(item: Item): void {
    this.#unsettled.delete(item);
    for (const waiting of this.#waiting) {
      waiting.left.delete(item);
      this.#endIfDone(waiting);
    }
  }

  /** The fate of one item is that of several others from now on. */
  replaced(item: Item, others: readonly Item[]): void {
    for (const other of others) this.#unsettled.add(other);
    for (const { left } of this.#waiting) if (left.has(item)) for (const other of others) left.add(other);
    this.settled(item);
  }

  /** Resolves when everything added so far is settled. */
  async wait(): Promise<void> {
    if (this.#unsettled.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#waiting.add({ left: new Set(this.#unsettled), resolve });
    });
  }

  #endIfDone(waiting: { readonly left: Set<Item>; readonly resolve: () => void }): void {
    if (waiting.left.size > 0) return;
    this.#waiting.delete(waiting);
    waiting.resolve();
  }
}
