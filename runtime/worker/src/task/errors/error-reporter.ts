import type { FailureContext } from './failure-context.ts';

/** Hears of every operation that failed for good, tolerated or not. */
export interface ErrorReporter {
  /**
   * @returns null when the report is complete, else a promise of it
   * @throws ConnectException, by the promise, when the report cannot be made
   */
  report(context: FailureContext): Promise<void> | null;
}
