import type { TargetState, TaskServices } from './task-services.ts';

/**
 * Carries the wishes of the herder into the loop of a task. The signal fires whenever the loop has to look up: a task that waits in `poll` then
 * returns, so that pause and stop are prompt.
 */
export class TargetStateSwitch {
  #state: TargetState;
  #stopping = false;
  #draining = false;
  #controller = new AbortController();
  readonly #stop = new AbortController();
  readonly #cancel = new AbortController();
  #waiting: (() => void)[] = [];
  readonly #listeners: (() => void)[] = [];

  constructor(state: TargetState) {
    this.#state = state;
    if (state !== 'STARTED') this.#controller.abort();
  }

  /** Fired while the task is paused or to stop; a resume brings a fresh one. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Fired when the task is to stop without more ado: not by a pause, and not while a sink task drains its topics. */
  get stopSignal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Fired when the task is cut off. */
  get cancelSignal(): AbortSignal {
    return this.#cancel.signal;
  }

  get isPaused(): boolean {
    return this.#state === 'PAUSED';
  }

  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Before it stops, a sink task takes what is in its topics now: they end with the process. */
  get isDraining(): boolean {
    return this.#draining;
  }

  /** The task outlived its time to stop: whatever it still does must not have an effect. */
  get isCancelled(): boolean {
    return this.#cancel.signal.aborted;
  }

  set(state: TargetState): void {
    if (state === this.#state || this.#stopping) return;
    this.#state = state;
    if (state === 'STARTED') this.#controller = new AbortController();
    else this.#controller.abort();
    this.#wake();
  }

  /** Lets the loop look up once: what waits for {@link signal} returns, and a fresh signal takes its place. */
  interrupt(): void {
    this.#controller.abort();
    if (this.#state === 'STARTED' && !this.#stopping) this.#controller = new AbortController();
  }

  stop(drain = false): void {
    this.#stopping = true;
    this.#draining = drain;
    this.#controller.abort();
    if (!drain) this.#stop.abort();
    this.#wake();
  }

  cancel(): void {
    this.#cancel.abort();
    this.stop();
  }

  /** Calls back on every change from now on. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Resolves at the next change. */
  changed(): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
    for (const listener of this.#listeners) listener();
  }
}

/** Reports PAUSED, waits until the task is to run or to stop, and reports RUNNING in the first case. */
export async function whilePaused(state: TargetStateSwitch, services: TaskServices): Promise<void> {
  services.status({ state: 'PAUSED' });
  while (state.isPaused && !state.isStopping) await state.changed();
  if (!state.isStopping) services.status({ state: 'RUNNING' });
}
