import { WindowedStat, type StatWindow } from './windowed-stat.ts';

/** Starts of connectors or of tasks, and how they went. */
export class StartupCounts {
  attempts = 0;
  successes = 0;
  failures = 0;
  readonly #recent: WindowedStat;

  constructor(window: StatWindow) {
    this.#recent = new WindowedStat(window);
  }

  attempted(): void {
    this.attempts += 1;
  }

  succeeded(now: number): void {
    this.successes += 1;
    this.#recent.record(now, 1, 1, 1);
  }

  failed(now: number): void {
    this.failures += 1;
    this.#recent.record(now, 0, 1, 0);
  }

  /** Successful part of the starts that ended in the window, from 0 to 1; 0 if there were none. */
  successRatio(now: number): number {
    const ratio = this.#recent.average(now);
    return Number.isNaN(ratio) ? 0 : ratio;
  }

  /** Failed part of the starts that ended in the window, from 0 to 1; 0 if there were none. */
  failureRatio(now: number): number {
    const ratio = this.#recent.average(now);
    return Number.isNaN(ratio) ? 0 : 1 - ratio;
  }
}
