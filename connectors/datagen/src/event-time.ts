import type { Clock } from './clock.ts';

/** Distance of events, in microseconds, when there is no rate that would give one. */
const DEFAULT_STEP_MICROS = 1000;

/** When the event of a record happened, in microseconds since the epoch: by its number from a start time, or by the clock. */
export class EventTime {
  readonly #startMicros: number | null;
  readonly #stepMicros: number;
  readonly #clock: Clock;

  /** @param startMs milliseconds since the epoch; null takes the time of the clock @param rate records a second; 0 is no rate */
  constructor(startMs: number | null, rate: number, clock: Clock) {
    this.#startMicros = startMs === null ? null : startMs * 1000;
    this.#stepMicros = rate > 0 ? 1_000_000 / rate : DEFAULT_STEP_MICROS;
    this.#clock = clock;
  }

  /** The times of a batch: a function of the record's number and its place in the batch. */
  batch(): (record: number, place: number) => number {
    const start = this.#startMicros;
    if (start !== null) return (record) => start + Math.floor(record * this.#stepMicros);
    // The clock is asked once a batch; the place keeps the order of the records within its millisecond.
    const now = this.#clock.wallMs() * 1000;
    return (_record, place) => now + Math.min(place, 999);
  }
}
