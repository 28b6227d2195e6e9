import { ConnectException, RetriableException } from '@millrace/api';
import type { Clock } from '../clock.ts';
import { messageOf } from '../error-message.ts';
import type { TaskCounters } from '../task-counters.ts';
import type { TaskServices } from '../task-services.ts';
import { traceOf } from '../trace.ts';
import type { ErrorReporter } from './error-reporter.ts';
import type { FailureContext } from './failure-context.ts';
import { PendingReports } from './pending-reports.ts';
import { isTolerable } from './stage.ts';

/** Wait, in milliseconds, before the first retry; each further wait is twice as long. */
const minRetryDelayMs = 300;

export interface RetryWithToleranceOptions {
  readonly taskName: string;
  readonly tolerance: 'none' | 'all';
  /** Longest time, in milliseconds, for the retries of one operation: 0 for none, negative for no limit. */
  readonly retryTimeoutMs: number;
  /** Waits that would be longer, in milliseconds, are drawn at random below this. */
  readonly maxRetryDelayMs: number;
  readonly reporters: readonly ErrorReporter[];
  readonly clock: Clock;
  /** Ends a wait early. */
  readonly stopSignal: AbortSignal;
  readonly counters: TaskCounters;
  readonly services: Pick<TaskServices, 'log'>;
  /** A number from 0 to below 1. */
  readonly random: () => number;
}

/**
 * What happens when an operation on a record fails: it is retried, then skipped or the end of the task, and reported in each case, as
 * `org.apache.kafka.connect.runtime.errors.RetryWithToleranceOperator`. The loops enter here only with a failure at hand; an operation that
 * succeeds costs nothing.
 */
export class RetryWithToleranceOperator {
  /** Reports that the loops have to wait for before they commit. */
  readonly pendingReports = new PendingReports();
  readonly #options: RetryWithToleranceOptions;
  #failures = 0;

  constructor(options: RetryWithToleranceOptions) {
    this.#options = options;
  }

  get toleratesAll(): boolean {
    return this.#options.tolerance === 'all';
  }

  /** False once something failed under `errors.tolerance=none`. */
  get withinTolerance(): boolean {
    return this.toleratesAll || this.#failures === 0;
  }

  /**
   * Repeats an operation that has failed once, as long as it throws a RetriableException and there is time left.
   * @returns its result, or null when its failure is tolerated: `context.failed` tells
   * @throws ConnectException if the failure is not tolerated, the signal's reason if the task is to stop: the record is not dealt with then
   */
  async recover<T>(context: FailureContext, firstError: unknown, operation: () => T): Promise<T | null> {
    const { clock, retryTimeoutMs, counters } = this.#options;
    const deadline = retryTimeoutMs < 0 ? Number.POSITIVE_INFINITY : clock.now() + retryTimeoutMs;
    context.attempt = 1;
    for (let error = firstError; ; context.attempt += 1) {
      this.#countFailure();
      if (!(error instanceof RetriableException) || clock.now() >= deadline) {
        this.#giveUp(context, error);
        if (this.pendingReports.isCrowded) await this.pendingReports.settled();
        return null;
      }
      await this.#backOff(context.attempt, deadline - clock.now());
      counters.retries += 1;
      try {
        const result = operation();
        context.attempt += 1;
        return result;
      } catch (again) {
        error = again;
      }
    }
  }

  /**
   * A failure that happened elsewhere and is final. A report that fails is the caller's.
   * @returns a promise of the reports
   * @throws ConnectException if the failure is not tolerated
   */
  executeFailed(context: FailureContext, error: unknown): Promise<void> {
    this.#countFailure();
    const reports = this.#fail(context, error);
    if (!this.withinTolerance) {
      // The task fails with the error itself; a report of it that fails as well adds nothing.
      for (const report of reports) void this.#logFailedReport(report);
      throw this.#exception('Tolerance exceeded in error handler', context);
    }
    this.#options.counters.recordsSkipped += 1;
    return Promise.all(reports).then(() => undefined);
  }

  #countFailure(): void {
    this.#options.counters.recordFailures += 1;
    this.#options.counters.lastErrorAt = this.#options.clock.now();
  }

  /** Invariant 4: a failed record is either counted as skipped or fails the task with everything that is needed to find it. */
  #giveUp(context: FailureContext, error: unknown): void {
    for (const report of this.#fail(context, error)) this.pendingReports.add(this.#logFailedReport(report));
    if (!isTolerable(context.stage, error)) throw this.#exception('Unhandled exception in error handler', context);
    if (!this.withinTolerance) throw this.#exception('Tolerance exceeded in error handler', context);
    this.#options.counters.recordsSkipped += 1;
  }

  #fail(context: FailureContext, error: unknown): Promise<void>[] {
    context.error = error;
    context.failed = true;
    this.#failures += 1;
    this.#options.counters.recordErrors += 1;
    return this.#options.reporters.flatMap((reporter) => reporter.report(context) ?? []);
  }

  /** The record counts as skipped all the same, as in Kafka Connect, and the log says what became of it. */
  async #logFailedReport(report: Promise<void>): Promise<void> {
    try {
      await report;
    } catch (error) {
      this.#options.services.log('error', `Task ${this.#options.taskName}: ${messageOf(error)}`, { error: traceOf(error) });
    }
  }

  async #backOff(attempt: number, budgetMs: number): Promise<void> {
    const { maxRetryDelayMs, clock, stopSignal, random } = this.#options;
    const doubledMs = minRetryDelayMs * 2 ** (attempt - 1);
    const delayMs = doubledMs > maxRetryDelayMs ? Math.floor(random() * maxRetryDelayMs) : doubledMs;
    await clock.sleep(Math.min(delayMs, budgetMs), stopSignal);
    // Invariant 1: nothing is skipped because the task stops; the record is read again.
    stopSignal.throwIfAborted();
  }

  #exception(message: string, context: FailureContext): ConnectException {
    const { place, stage, executingClass, error } = context;
    const where =
      place === null ? '' : `: task ${this.#options.taskName}, stage ${stage} with class ${executingClass}, ${place}: ${messageOf(error)}`;
    return new ConnectException(message + where, {
      cause: error,
      suggestion: 'Fix the record, its converter or the transformation, or set errors.tolerance=all to skip such records',
    });
  }
}
