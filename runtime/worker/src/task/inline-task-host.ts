import { systemClock, type Clock } from './clock.ts';
import { ownedBy } from './stray-errors.ts';
import type { TaskHandle, TaskHost } from './task-host.ts';
import { TaskRun, type TaskEnvironment } from './task-run.ts';
import type { TargetState, TaskServices, TaskSpec } from './task-services.ts';

/** Runs tasks in the worker's own thread: for the embedded log and for tests. A task that blocks the thread blocks the worker. */
export class InlineTaskHost implements TaskHost {
  readonly #environment: TaskEnvironment;

  constructor(environment: Omit<TaskEnvironment, 'clock'> & { readonly clock?: Clock }) {
    this.#environment = { clock: systemClock, ...environment };
  }

  start(spec: TaskSpec, services: TaskServices): TaskHandle {
    const run = new TaskRun(spec, services, this.#environment);
    const finished = ownedBy(run, () => run.execute());
    const { clock } = this.#environment;
    return {
      setTargetState: (state: TargetState) => run.state.set(state),
      stop: (drain = false) => run.state.stop(drain),
      awaitStop: async (timeoutMs) => {
        const waiting = new AbortController();
        const inTime = await Promise.race([finished.then(() => true), clock.sleep(timeoutMs, waiting.signal).then(() => false)]);
        waiting.abort();
        if (!inTime) run.cancel();
        return inTime;
      },
    };
  }
}
