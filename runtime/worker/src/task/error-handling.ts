import { ConnectException } from '@millrace/api';
import type { TaskCounters } from './task-counters.ts';
import type { TaskServices } from './task-services.ts';

/** Steps at which a record can fail (KIP-298). */
export type Stage =
  | 'TRANSFORMATION'
  | 'KEY_CONVERTER'
  | 'VALUE_CONVERTER'
  | 'HEADER_CONVERTER'
  | 'KAFKA_PRODUCE'
  | 'TASK_POLL'
  | 'TASK_PUT';

export interface RecordFailure {
  readonly stage: Stage;
  /** Java name of the plug-in that failed. */
  readonly executingClass: string;
  readonly error: unknown;
  /** Topic, partition and offset of a consumed record, or source partition and offset. Asked for only when the failure is reported. */
  describe(): string;
}

export interface ErrorHandlingOptions {
  readonly tolerance: 'none' | 'all';
  readonly logErrors: boolean;
  readonly taskName: string;
}

/** Decides what a failed record means: skipped and counted, or the end of the task. */
export class ErrorHandling {
  readonly #options: ErrorHandlingOptions;
  readonly #services: TaskServices;
  readonly #counters: TaskCounters;

  constructor(options: ErrorHandlingOptions, services: TaskServices, counters: TaskCounters) {
    this.#options = options;
    this.#services = services;
    this.#counters = counters;
  }

  get toleratesAll(): boolean {
    return this.#options.tolerance === 'all';
  }

  /**
   * Invariant 4: a failed record is either counted as skipped or fails the task with everything that is needed to find it.
   * @throws ConnectException if `errors.tolerance` is `none`.
   */
  handle(failure: RecordFailure): void {
    const { stage, executingClass, error } = failure;
    this.#counters.recordFailures += 1;
    this.#counters.recordErrors += 1;
    this.#counters.lastErrorAt = Date.now();
    const where = `task ${this.#options.taskName}, stage ${stage} with class ${executingClass}, ${failure.describe()}`;
    if (!this.toleratesAll) {
      throw new ConnectException(`Tolerance exceeded in error handler: ${where}: ${messageOf(error)}`, {
        cause: error,
        suggestion: 'Fix the record or its converter, or set errors.tolerance=all to skip such records',
      });
    }
    this.#counters.recordsSkipped += 1;
    if (!this.#options.logErrors) return;
    this.#counters.errorsLogged += 1;
    this.#services.log('error', `Error encountered in ${where}`, { error: messageOf(error) });
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
