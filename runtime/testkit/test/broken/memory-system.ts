/** An external system in memory, which connectors find by the number in their configuration. */
export class MemorySystem {
  static readonly #all = new Map<string, MemorySystem>();
  readonly id = String(MemorySystem.#all.size);
  /** Number of items that a source can read. */
  items = 0;
  /** What a sink wrote, by partition and offset. */
  rows = new Map<number, string>();
  isAway = false;
  /** Room for what a broken connector keeps where it should not. */
  readonly notes = new Map<string, unknown>();
  /** Tasks that were started so far. */
  lives = 0;
  readonly #wake: (() => void)[] = [];

  static open(): MemorySystem {
    const system = new MemorySystem();
    MemorySystem.#all.set(system.id, system);
    return system;
  }

  static find(id: string): MemorySystem {
    const system = MemorySystem.#all.get(id);
    if (system === undefined) throw new Error(`no system ${id}`);
    return system;
  }

  produce(from: number, count: number): void {
    this.items = Math.max(this.items, from + count);
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** Resolves when there is more, or when the signal fires. */
  async more(signal: AbortSignal | null): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake.push(resolve);
      if (signal?.aborted === true) resolve();
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
