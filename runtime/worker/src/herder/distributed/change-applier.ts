import type { RestartRequest } from '../herder.ts';
import type { AssignedWork } from './assigned-work.ts';
import type { ClusterChanges } from './cluster-changes.ts';
import type { LocalWork } from './local-work.ts';
import type { WorkerGroup } from './worker-group.ts';

/** Acts upon what changes in the config topic, as far as it is this worker's business. Runs in the herder's loop and waits for no plug-in. */
export class ChangeApplier {
  readonly #changes: ClusterChanges;
  readonly #work: LocalWork;
  readonly #assigned: AssignedWork;
  readonly #group: WorkerGroup;

  constructor(changes: ClusterChanges, work: LocalWork, assigned: AssignedWork, group: WorkerGroup) {
    this.#changes = changes;
    this.#work = work;
    this.#assigned = assigned;
    this.#group = group;
  }

  apply(): void {
    for (const [name, request] of this.#changes.takeRestarts()) this.#restart(name, request);
    const changes = this.#changes.take();
    if (!this.#group.isIncremental && changes.needsRebalance) {
      // Everything stops and starts in the rebalance.
      this.#group.requestRejoin();
      return;
    }
    for (const name of changes.connectors) this.#startAnew(name);
    for (const name of changes.targetStates) this.#work.followTargetState(name);
    // They start again after the rebalance, with the new configurations.
    void this.#work.stopTasks(this.#work.tasks.filter(({ connector }) => changes.tasks.has(connector)));
    if (changes.needsRebalance) this.#group.requestRejoin();
  }

  /** Connector instance and tasks of this worker start anew, because values of their configuration have expired. */
  restartAll(name: string): void {
    this.#startAnew(name);
    void this.#work.restartTasks(this.#work.tasks.filter(({ connector }) => connector === name));
  }

  /** What a request selects by the states of now, as far as it runs here (KIP-745). */
  #restart(name: string, { includeTasks, onlyFailed }: RestartRequest): void {
    const connector = this.#work.connector(name);
    const restartsConnector = connector !== undefined && (!onlyFailed || connector.hasFailed);
    const tasks = includeTasks
      ? this.#assigned.all.tasks.filter((id) => id.connector === name && (!onlyFailed || this.#work.hasTaskFailed(id)))
      : [];
    if (restartsConnector) this.#work.putConnectorStatus(name, { state: 'RESTARTING' });
    for (const id of tasks) this.#work.taskStatus(id, { state: 'RESTARTING' });
    if (restartsConnector) this.#startAnew(name);
    void this.#work.restartTasks(tasks);
  }

  /** A failed start is in the status. */
  #startAnew(name: string): void {
    if (this.#work.connector(name) !== undefined) void this.#work.startConnector(name).catch(() => undefined);
  }
}
