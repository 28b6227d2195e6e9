import { WindowedStat } from './windowed-stat.ts';

/** A {@link WindowedStat} of something that is reported as running totals. */
export class GrowingStat extends WindowedStat {
  #lastSum = 0;
  #lastCount = 0;

  /**
   * @param sum of all measurements so far
   * @param count number of all measurements so far
   * @param recentMax greatest measurement since the last report
   */
  update(now: number, sum: number, count: number, recentMax: number): void {
    this.record(now, sum - this.#lastSum, count - this.#lastCount, recentMax);
    this.#lastSum = sum;
    this.#lastCount = count;
  }

  /** For totals of which only the rate matters. */
  grow(now: number, sum: number): void {
    this.update(now, sum, this.#lastCount, 0);
  }
}
