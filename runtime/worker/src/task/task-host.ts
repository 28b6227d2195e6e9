import type { TargetState, TaskServices, TaskSpec } from './task-services.ts';

/** A task that was started. */
export interface TaskHandle {
  setTargetState(state: TargetState): void;
  /**
   * Asks the task to stop; returns at once. Idempotent.
   * @param drain a sink task takes what is in its topics first. Default false.
   */
  stop(drain?: boolean): void;
  /**
   * Waits until the task has stopped. A task that outlives the timeout is cut off from Kafka and from the worker, so that it can do no harm.
   * @returns false if the task had to be cut off.
   */
  awaitStop(timeoutMs: number): Promise<boolean>;
}

/** A place where tasks run. */
export interface TaskHost {
  start(spec: TaskSpec, services: TaskServices): TaskHandle;
}
