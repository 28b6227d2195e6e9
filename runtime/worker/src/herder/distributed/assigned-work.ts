import type { WorkerLog } from '../../log/worker-log.ts';
import { messageOf } from '../../task/error-message.ts';
import { taskIdText, type TaskId } from '../../task/task-id.ts';
import { CONFIG_MISMATCH, type Assignment, type Workload } from '../protocol/assignment.ts';
import type { ClusterConfigStore } from '../../storage/kafka-config-store.ts';
import type { KafkaStatusStore } from '../../storage/kafka-status-store.ts';
import type { LocalWork } from './local-work.ts';
import { ClusterSnapshot } from './cluster-snapshot.ts';
import { purgeStatuses, unassignOrphans } from './status-duties.ts';

/** After a worker could not catch up with the config topic, in milliseconds. */
const unsyncPauseMs = 300;

export interface AssignedWorkOptions {
  readonly configs: ClusterConfigStore;
  readonly statuses: KafkaStatusStore;
  readonly work: LocalWork;
  readonly log: WorkerLog;
  /** `worker.sync.timeout.ms` */
  readonly syncTimeoutMs: number;
  isLeader(): boolean;
  /** As leader: whether a worker of the group has a connector, or one of its tasks. */
  isOwned(connector: string, task: number | null): boolean;
  /** Of the group. */
  generation(): number;
  requestRejoin(): void;
  /** The loop has to {@link AssignedWork.finish}. */
  onAssigned(): void;
}

/** What the leader has given this worker: it may not run yet, or have failed. */
export class AssignedWork {
  readonly #options: AssignedWorkOptions;
  readonly #connectors = new Set<string>();
  readonly #tasks = new Map<string, TaskId>();
  /** The assignment that the loop has not acted on yet. */
  #unfinished: Assignment | null = null;
  #rebalanceTimer: NodeJS.Timeout | null = null;

  constructor(options: AssignedWorkOptions) {
    this.#options = options;
  }

  get all(): Workload {
    return { connectors: [...this.#connectors], tasks: [...this.#tasks.values()] };
  }

  /** Whether a rebalance is not over for this worker. */
  get isUnfinished(): boolean {
    return this.#unfinished !== null;
  }

  hasConnector(name: string): boolean {
    return this.#connectors.has(name);
  }

  hasTask(id: TaskId): boolean {
    return this.#tasks.has(taskIdText(id));
  }

  /** Takes an assignment, as part of the rebalance. Resolves when what is revoked has stopped: nobody else may start it before. */
  async take(assignment: Assignment): Promise<void> {
    this.cancelRebalance();
    const { revokedConnectors, revokedTasks, connectors, tasks, delay } = assignment;
    for (const name of revokedConnectors) this.#connectors.delete(name);
    for (const id of revokedTasks) this.#tasks.delete(taskIdText(id));
    await this.#options.work.stop(revokedConnectors, revokedTasks);
    for (const name of connectors) this.#connectors.add(name);
    for (const id of tasks) this.#tasks.set(taskIdText(id), id);
    if (delay > 0) this.#rebalanceTimer = setTimeout(() => this.#options.requestRejoin(), delay);
    this.#unfinished = assignment;
    this.#options.onAssigned();
  }

  /** Before a rebalance of the eager protocol. */
  async giveUpAll(): Promise<void> {
    this.#connectors.clear();
    this.#tasks.clear();
    await this.#options.work.stopAll();
  }

  /** Ends the rebalance: catches up with the config topic as far as the leader had read it, and starts what is new. */
  async finish(): Promise<void> {
    const assignment = this.#unfinished;
    if (assignment === null) return;
    this.#unfinished = null;
    if (!(await this.#hasCaughtUp(assignment))) {
      await new Promise((resolve) => setTimeout(resolve, unsyncPauseMs));
      this.#options.requestRejoin();
      return;
    }
    this.startMissing();
    this.#options.work.tellAgain();
    if (this.#options.isLeader()) this.#dutiesOfLeader();
    // What was revoked is given to others in a rebalance of its own.
    if (assignment.revokedConnectors.length > 0 || assignment.revokedTasks.length > 0) this.#options.requestRejoin();
  }

  /** Starts what is assigned and does not run. What failed stays failed until somebody restarts it. */
  startMissing(): void {
    const { configs, work } = this.#options;
    const snapshot = ClusterSnapshot.of(configs);
    const running = new Set(work.connectors);
    for (const name of this.#connectors) {
      if (!running.has(name) && snapshot.connectorConfig(name) !== null) void work.startConnector(name).catch(() => undefined);
    }
    work.startTasks([...this.#tasks.values()].filter(({ connector, task }) => task < snapshot.taskCount(connector)));
  }

  cancelRebalance(): void {
    if (this.#rebalanceTimer !== null) clearTimeout(this.#rebalanceTimer);
    this.#rebalanceTimer = null;
  }

  async #hasCaughtUp({ error, offset }: Assignment): Promise<boolean> {
    const { configs, syncTimeoutMs, log } = this.#options;
    if (error !== CONFIG_MISMATCH && ClusterSnapshot.of(configs).offset >= Number(offset)) return true;
    try {
      await configs.refresh(syncTimeoutMs);
    } catch (failure) {
      log.warn(`Worker could not catch up with the config topic: ${messageOf(failure)}`);
    }
    return error !== CONFIG_MISMATCH && ClusterSnapshot.of(configs).offset >= Number(offset);
  }

  /** After each rebalance, of the leader. */
  #dutiesOfLeader(): void {
    const { configs, statuses } = this.#options;
    const generation = this.#options.generation();
    const snapshot = ClusterSnapshot.of(configs);
    purgeStatuses(snapshot, statuses, generation);
    unassignOrphans(snapshot, statuses, { generation, isOwned: (name, task) => this.#options.isOwned(name, task) });
  }
}
