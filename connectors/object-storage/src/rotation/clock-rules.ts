import { ConfigException } from '@millrace/api';
import type { TimeZone } from '../partition/time-zone.ts';
import type { RotationRule, RotationState } from './rotation-rule.ts';

const dayMs = 86_400_000;

/** Closes files at fixed times of the day: Confluent's `rotate.schedule.interval.ms`. */
export class ScheduleRule implements RotationRule {
  readonly reason = 'schedule';
  readonly isDeterministic = false;
  readonly #intervalMs: number;
  readonly #zone: TimeZone;

  /** @throws ConfigException if the interval is below 1. */
  constructor(intervalMs: number, zone: TimeZone) {
    if (!(intervalMs >= 1)) throw new ConfigException(`rotate.schedule.interval.ms must be at least 1, got ${intervalMs}`);
    this.#intervalMs = intervalMs;
    this.#zone = zone;
  }

  /** The next multiple of the interval, counted from local midnight, and the next midnight at the latest. */
  dueAt({ armedAt }: RotationState): number {
    const midnight = this.#midnight(armedAt, 0);
    const next = midnight + (Math.floor((armedAt - midnight) / this.#intervalMs) + 1) * this.#intervalMs;
    return Math.min(next, this.#midnight(armedAt, 1));
  }

  #midnight(utcMs: number, days: number): number {
    const day = Math.floor(this.#zone.toLocal(utcMs) / dayMs) + days;
    return this.#zone.toUtc(day * dayMs);
  }
}

/** Closes files this long after their first record came: IBM's `cos.object.deadline.seconds`. */
export class DeadlineRule implements RotationRule {
  readonly reason = 'deadline';
  readonly isDeterministic = false;
  readonly #deadlineMs: number;

  /** @throws ConfigException if the deadline is below 1. */
  constructor(deadlineMs: number) {
    if (!(deadlineMs >= 1)) throw new ConfigException(`The deadline of a file must be at least 1 ms, got ${deadlineMs}`);
    this.#deadlineMs = deadlineMs;
  }

  dueAt({ firstWrittenAt }: RotationState): number | null {
    return firstWrittenAt === null ? null : firstWrittenAt + this.#deadlineMs;
  }
}
