import type { TaskStatus } from '../../task/task-services.ts';

/** The last status that each connector and task of this worker told of itself. What is given up leaves UNASSIGNED, which is not kept. */
export class LastStatuses {
  readonly #statuses = new Map<string, Map<number | null, TaskStatus>>();

  /** @param task null for the connector itself */
  get(connector: string, task: number | null): TaskStatus | null {
    return this.#statuses.get(connector)?.get(task) ?? null;
  }

  set(connector: string, task: number | null, status: TaskStatus): void {
    const known = this.#statuses.get(connector) ?? new Map<number | null, TaskStatus>();
    if (status.state === 'UNASSIGNED') known.delete(task);
    else known.set(task, status);
    if (known.size > 0) this.#statuses.set(connector, known);
    else this.#statuses.delete(connector);
  }
}
