import type { TaskMetrics } from './task-services.ts';

/** Counts of a task while it runs. The loops add to it; whoever reports takes a copy. */
export class TaskCounters implements TaskMetrics {
  recordsIn = 0;
  recordsOut = 0;
  recordsDropped = 0;
  active = 0;
  batches = 0;
  batchRecords = 0;
  batchMax = 0;
  transferMs = 0;
  transferMaxMs = 0;
  commits = 0;
  commitMs = 0;
  commitMaxMs = 0;
  commitFailures = 0;
  commitSkips = 0;
  commitSequence = 0;
  partitions = 0;
  recordFailures = 0;
  recordErrors = 0;
  recordsSkipped = 0;
  retries = 0;
  errorsLogged = 0;
  deadLetterRequests = 0;
  deadLetterFailures = 0;
  lastErrorAt = 0;

  /** A poll of a source that had records, or a put to a sink. */
  transferred(records: number, durationMs: number): void {
    this.batches += 1;
    this.batchRecords += records;
    if (records > this.batchMax) this.batchMax = records;
    this.transferMs += durationMs;
    if (durationMs > this.transferMaxMs) this.transferMaxMs = durationMs;
  }

  /** An offset commit that succeeded. */
  committed(durationMs: number): void {
    this.commits += 1;
    this.commitMs += durationMs;
    if (durationMs > this.commitMaxMs) this.commitMaxMs = durationMs;
  }

  /** A copy as plain data. The maxima begin again. */
  take(): TaskMetrics {
    const copy = { ...(this as TaskMetrics) };
    this.batchMax = 0;
    this.transferMaxMs = 0;
    this.commitMaxMs = 0;
    return copy;
  }
}
