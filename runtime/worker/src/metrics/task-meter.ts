import type { TaskMetrics } from '../task/task-services.ts';
import { GrowingStat } from './growing-stat.ts';
import { StateRatio } from './state-ratio.ts';
import { WindowedStat, type StatWindow } from './windowed-stat.ts';

export type TaskCountName = keyof TaskMetrics;

/** Makes rates, averages and maxima of the counts that a task reports, on the worker's side: the task only counts. */
export class TaskMeter {
  readonly type: 'source' | 'sink';
  readonly states: StateRatio;
  readonly recordsIn: GrowingStat;
  readonly recordsOut: GrowingStat;
  readonly batches: GrowingStat;
  /** Duration of polls of a source, of puts of a sink, in milliseconds. */
  readonly transfers: GrowingStat;
  /** Duration of offset commits, in milliseconds. */
  readonly commits: GrowingStat;
  readonly commitCompletions: GrowingStat;
  readonly commitSkips: GrowingStat;
  readonly active: WindowedStat;
  readonly #commitFailures: GrowingStat;
  #counts: TaskMetrics | null = null;

  constructor(type: 'source' | 'sink', window: StatWindow, now: number) {
    this.type = type;
    this.states = new StateRatio('UNASSIGNED', now);
    this.recordsIn = new GrowingStat(window);
    this.recordsOut = new GrowingStat(window);
    this.batches = new GrowingStat(window);
    this.transfers = new GrowingStat(window);
    this.commits = new GrowingStat(window);
    this.commitCompletions = new GrowingStat(window);
    this.commitSkips = new GrowingStat(window);
    this.active = new WindowedStat(window);
    this.#commitFailures = new GrowingStat(window);
  }

  /** Takes in a report of the task. */
  update(counts: TaskMetrics, now: number): void {
    this.#counts = counts;
    this.recordsIn.grow(now, counts.recordsIn);
    this.recordsOut.grow(now, counts.recordsOut);
    this.batches.update(now, counts.batchRecords, counts.batches, counts.batchMax);
    this.transfers.update(now, counts.transferMs, counts.batches, counts.transferMaxMs);
    this.commits.update(now, counts.commitMs, counts.commits, counts.commitMaxMs);
    this.commitCompletions.grow(now, counts.commits);
    this.commitSkips.grow(now, counts.commitSkips);
    this.#commitFailures.update(now, counts.commitFailures, counts.commitFailures + counts.commits, 1);
    this.active.record(now, counts.active, 1, counts.active);
  }

  /** A count as it was reported last; 0 before the first report. */
  count(name: TaskCountName): number {
    return this.#counts?.[name] ?? 0;
  }

  /** Failed part of the commits in the window, from 0 to 1; 0 if there were none. */
  commitFailureRatio(now: number): number {
    const ratio = this.#commitFailures.average(now);
    return Number.isNaN(ratio) ? 0 : ratio;
  }

  /** Successful part of the commits in the window, from 0 to 1; 0 if there were none. */
  commitSuccessRatio(now: number): number {
    const ratio = this.#commitFailures.average(now);
    return Number.isNaN(ratio) ? 0 : 1 - ratio;
  }
}
