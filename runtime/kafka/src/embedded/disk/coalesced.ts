/** Work that does for all who ask while it has not begun yet: each caller waits for a run that began after the call. */
export class Coalesced {
  readonly #work: () => Promise<void>;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  get isRunning(): boolean {
    return this.#running !== null || this.#next !== null;
  }

  /** @throws what the work throws */
  run(): Promise<void> {
    this.#next ??= this.#runAfter(this.#running);
    return this.#next;
  }

  async #runAfter(previous: Promise<void> | null): Promise<void> {
    // The failure of another run was told to those who waited for that one. Without one this waits a turn all the same, so that `next` is set.
    await previous?.catch(() => undefined);
    // Begins a turn later: whoever asks from here on, also from within the work, gets a run of its own.
    const running = Promise.resolve().then(() => this.#work());
    this.#running = running;
    this.#next = null;
    try {
      await running;
    } finally {
      if (this.#running === running) this.#running = null;
    }
  }
}
