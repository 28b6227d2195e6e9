import type { State } from '../task/task-services.ts';

/** Measures which part of its life something spent in a state, as `org.apache.kafka.connect.runtime.StateTracker`. */
export class StateRatio {
  readonly #startedAt: number;
  readonly #spentMs = new Map<State, number>();
  #state: State;
  #since: number;

  constructor(state: State, now: number) {
    this.#state = state;
    this.#startedAt = now;
    this.#since = now;
  }

  get state(): State {
    return this.#state;
  }

  change(state: State, now: number): void {
    this.#spentMs.set(this.#state, (this.#spentMs.get(this.#state) ?? 0) + now - this.#since);
    this.#state = state;
    this.#since = now;
  }

  /** From 0 to 1. */
  of(state: State, now: number): number {
    const lifeMs = now - this.#startedAt;
    if (lifeMs <= 0) return state === this.#state ? 1 : 0;
    const spentMs = (this.#spentMs.get(state) ?? 0) + (state === this.#state ? now - this.#since : 0);
    return spentMs / lifeMs;
  }
}
