import type { RecordRun } from './disk-segment.ts';

/** Readers of one partition that each find their last read again. */
const maxRuns = 4;

/** What was last read from the files of a partition, so that polls that are smaller than a read do not decode it again. */
export class RunCache {
  #runs: RecordRun[] = [];

  /** The run that says what is at this offset. */
  find(offset: number): RecordRun | undefined {
    return this.#runs.find(({ from, end }) => from <= offset && offset < end);
  }

  add(run: RecordRun): void {
    this.#runs.push(run);
    if (this.#runs.length > maxRuns) this.#runs.shift();
  }

  clear(): void {
    this.#runs = [];
  }
}
