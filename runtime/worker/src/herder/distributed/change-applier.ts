import type { RestartRequest } from '../herder.ts';
import type { AssignedWork } from './assigned-work.ts';
import type { ClusterChanges } from './cluster-changes.ts';
import type { LocalWork } from './local-work.ts';
import type { WorkerGroup } from './worker-group.ts';

/** Acts upon what changes in the config topic, as far as it is this worker's business. Runs in the herder's loop. */
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

  async apply(): Promise<void> {
    for (const [name, request] of this.#changes.takeRestarts()) await this.#restart(name, request);
    const changes = this.#changes.take();
    if (!this.#group.isIncremental && changes.needsRebalance) {
      // Everything stops and starts in the rebalance.
      this.#group.requestRejoin();
      return;
    }
    for (const name of changes.connectors) this.#startAnew(name);
    for (const name of changes.targetStates) await this.#work.followTargetState(name);
    // They start again after the rebalance, with the new configurations.
    const reconfigured = this.#work.tasks.filter(({ connector }) => changes.tasks.has(connector));
    if (reconfigured.length > 0) await this.#work.stopTasks(reconfigured);
    if (changes.needsRebalance) this.#group.requestRejoin();
  }

  /** Connector instance and tasks of this worker start anew, because values of their configuration have expired. */
  async restartAll(name: string): Promise<void> {
    const tasks = this.#work.tasks.filter(({ connector }) => connector === name);
    await this.#work.stopTasks(tasks);
    this.#startAnew(name);
    this.#work.startTasks(tasks);
  }

  /** What a request selects by the states of now, as far as it runs here (KIP-745). */
  async #restart(name: string, { includeTasks, onlyFailed }: RestartRequest): Promise<void> {
    const connector = this.#work.connector(name);
    const restartsConnector = connector !== undefined && (!onlyFailed || connector.hasFailed);
    const tasks = includeTasks
      ? this.#assigned.all.tasks.filter((id) => id.connector === name && (!onlyFailed || this.#work.hasTaskFailed(id)))
      : [];
    await this.#work.stopTasks(tasks);
    if (restartsConnector) this.#work.putConnectorStatus(name, { state: 'RESTARTING' });
    for (const id of tasks) this.#work.taskStatus(id, { state: 'RESTARTING' });
    if (restartsConnector) this.#startAnew(name);
    this.#work.startTasks(tasks);
  }

  /** A failed start is in the status. */
  #startAnew(name: string): void {
    if (this.#work.connector(name) !== undefined) void this.#work.startConnector(name).catch(() => undefined);
  }
}
