/** Longest queue of reports that a loop may leave behind itself before it waits for them. */
const maxPending = 1000;

/** Reports that are not yet safe. Offsets are committed only behind them, so that a crash in between repeats the record. */
export class PendingReports {
  readonly #pending = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | null = null;

  get isCrowded(): boolean {
    return this.#pending.size >= maxPending;
  }

  add(report: Promise<void>): void {
    const settled = report.then(
      () => void this.#pending.delete(settled),
      (error: unknown) => {
        // What was forgotten meanwhile concerns nobody.
        if (this.#pending.delete(settled)) this.#failure ??= { error };
      },
    );
    this.#pending.add(settled);
  }

  /** Waits for every report made so far. @throws what made one of them fail */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Stops to care: the records belong to somebody else now. */
  forget(): void {
    this.#pending.clear();
    this.#failure = null;
  }
}
