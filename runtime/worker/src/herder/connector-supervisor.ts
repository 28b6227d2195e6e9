import { ConnectException, type Properties } from '@millrace/api';
import type { WorkerLog } from '../log/worker-log.ts';
import type { PluginDescriptor } from '../plugins/plugin-descriptor.ts';
import { messageOf } from '../task/error-handling.ts';
import type { State, TargetState, TaskStatus } from '../task/task-services.ts';
import { traceOf } from '../task/trace.ts';
import type { RunnableConnector, Worker } from '../worker.ts';
import type { ConnectorInfo, RestartRequest } from './herder.ts';

/** Where a supervisor writes what it sees. */
export interface SupervisorListener {
  connectorStatus(status: TaskStatus, version: string | undefined): void;
  taskStatus(task: number, status: TaskStatus, version: string | undefined): void;
  tasksGone(): void;
  readonly log: WorkerLog;
}

/** What a restart request comes to (KIP-745). */
export interface RestartPlan {
  readonly connector: boolean;
  readonly tasks: readonly number[];
}

/**
 * Keeps one connector and its tasks of a standalone worker in their target state. Its methods that change something run one at a time;
 * the herder's queue sees to that.
 */
export class ConnectorSupervisor {
  readonly name: string;
  /** Outcome of the last start. */
  started: Promise<void> = Promise.resolve();
  readonly #worker: Worker;
  readonly #listener: SupervisorListener;
  readonly #taskStates = new Map<number, State>();
  #connectorState: State = 'UNASSIGNED';
  #targetState: TargetState;
  #config: Readonly<Record<string, string>> = {};
  #plugin: PluginDescriptor | null = null;
  #taskConfigs: readonly Properties[] = [];

  constructor(name: string, targetState: TargetState, worker: Worker, listener: SupervisorListener) {
    this.name = name;
    this.#targetState = targetState;
    this.#worker = worker;
    this.#listener = listener;
  }

  /** Raw configuration: `${…}` is not resolved. */
  get config(): Readonly<Record<string, string>> {
    return this.#config;
  }

  get type(): 'source' | 'sink' {
    return this.#plugin?.kind === 'sink' ? 'sink' : 'source';
  }

  get taskConfigs(): readonly Properties[] {
    return this.#taskConfigs;
  }

  info(): ConnectorInfo {
    return {
      name: this.name,
      config: this.#config,
      tasks: this.#taskConfigs.map((_, task) => ({ connector: this.name, task })),
      type: this.type,
    };
  }

  /** Takes a new configuration; {@link restart} puts it to work. */
  replaceConfig(config: Readonly<Record<string, string>>, plugin: PluginDescriptor): ConnectorInfo {
    this.#config = config;
    this.#plugin = plugin;
    if (this.#connectorState === 'UNASSIGNED') this.connectorStatus({ state: 'UNASSIGNED' });
    return this.info();
  }

  /** Stops everything and starts it with the current configuration. @throws what the connector's start throws. */
  async restart(): Promise<void> {
    await this.#stopTasks(this.#allTasks());
    await this.#worker.stopConnector(this.name);
    if (this.#targetState === 'STOPPED') this.#becomeStopped();
    else await this.#startConnector();
  }

  /** Stops everything; the target state stays. @param drain sink tasks take what is in their topics first */
  async halt(drain = false): Promise<void> {
    await this.#stopTasks(this.#allTasks(), drain);
    await this.#worker.stopConnector(this.name);
  }

  async setTargetState(state: TargetState): Promise<void> {
    if (state === this.#targetState) return;
    this.#targetState = state;
    switch (state) {
      case 'STOPPED':
        await this.halt();
        this.#becomeStopped();
        return;
      case 'PAUSED':
        this.#setTaskStates('PAUSED');
        await this.#worker.stopConnector(this.name);
        this.connectorStatus({ state: 'PAUSED' });
        return;
      case 'STARTED':
        this.#setTaskStates('STARTED');
        await this.#tryStart();
    }
  }

  /** Restarts the connector alone. Its tasks go on, unless it now asks for others. */
  async restartConnector(): Promise<void> {
    if (this.#targetState === 'STOPPED') return;
    await this.#worker.stopConnector(this.name);
    await this.#startConnector();
  }

  /** What the request selects by the states of now; those are RESTARTING from here on. */
  planRestart({ includeTasks, onlyFailed }: RestartRequest): RestartPlan {
    const connector = !onlyFailed || this.#connectorState === 'FAILED';
    const tasks = includeTasks ? this.#allTasks().filter((task) => !onlyFailed || this.#taskStates.get(task) === 'FAILED') : [];
    if (connector) this.connectorStatus({ state: 'RESTARTING' });
    for (const task of tasks) this.taskStatus(task, { state: 'RESTARTING' });
    return { connector, tasks };
  }

  async runRestart(plan: RestartPlan): Promise<void> {
    await this.#stopTasks(plan.tasks);
    if (plan.connector) {
      await this.#worker.stopConnector(this.name);
      if (this.#targetState === 'STOPPED') this.#becomeStopped();
      else await this.#tryStart();
    }
    this.#startMissingTasks();
  }

  async restartTasks(tasks: readonly number[]): Promise<void> {
    await this.#stopTasks(tasks);
    this.#startTasks(tasks);
  }

  /** Asks the connector for its tasks and, if they changed, replaces the running ones. */
  async updateTasks(): Promise<void> {
    if (this.#targetState !== 'STARTED' || !this.#worker.isConnectorRunning(this.name)) return;
    try {
      await this.#replaceTasks(await this.#askForTasks());
    } catch (error) {
      this.#failConnector(error);
    }
  }

  connectorStatus(status: TaskStatus): void {
    this.#connectorState = status.state;
    this.#listener.connectorStatus(status, this.#plugin?.version);
  }

  taskStatus(task: number, status: TaskStatus): void {
    this.#taskStates.set(task, status.state);
    this.#listener.taskStatus(task, status, this.#plugin?.version);
  }

  async #tryStart(): Promise<void> {
    try {
      await this.#startConnector();
    } catch {
      // The failure is in the status, where whoever asked for this start looks.
    }
  }

  async #startConnector(): Promise<void> {
    if (this.#targetState === 'PAUSED') {
      this.connectorStatus({ state: 'PAUSED' });
      return;
    }
    try {
      await this.#worker.startConnector(this.#runnable());
      this.connectorStatus({ state: 'RUNNING' });
      await this.#replaceTasks(await this.#askForTasks());
    } catch (error) {
      this.#failConnector(error);
      throw error;
    }
  }

  async #askForTasks(): Promise<Properties[]> {
    const maxTasks = Number(this.#config['tasks.max'] ?? 1);
    const configs = await this.#worker.taskConfigs(this.name, maxTasks);
    const enforced = (this.#config['tasks.max.enforce'] ?? 'true').trim().toLowerCase() === 'true';
    if (configs.length > maxTasks && enforced) {
      throw new ConnectException(
        `The connector ${this.name} has generated ${configs.length} tasks, which is greater than ${maxTasks}, the maximum number of tasks it is configured to create (tasks.max)`,
        { configKey: 'tasks.max' },
      );
    }
    const taskClass = this.#plugin?.taskClassName;
    return configs.map((config) => (taskClass ? { 'task.class': taskClass, ...config } : { ...config }));
  }

  async #replaceTasks(configs: readonly Properties[]): Promise<void> {
    if (JSON.stringify(configs) !== JSON.stringify(this.#taskConfigs)) {
      await this.#stopTasks(this.#allTasks());
      this.#listener.tasksGone();
      this.#taskConfigs = configs;
    }
    this.#startMissingTasks();
  }

  /** Starts what was not started yet or was stopped; failed tasks wait for somebody to restart them. */
  #startMissingTasks(): void {
    this.#startTasks(this.#allTasks().filter((task) => !this.#taskStates.has(task)));
  }

  #startTasks(tasks: readonly number[]): void {
    for (const task of tasks) {
      this.taskStatus(task, { state: 'UNASSIGNED' });
      this.#worker.startTask(this.#runnable(), task, this.#taskConfigs[task] as Properties, this.#targetState);
    }
  }

  async #stopTasks(tasks: readonly number[], drain = false): Promise<void> {
    await this.#worker.stopTasks(
      tasks.map((task) => ({ connector: this.name, task })),
      drain,
    );
    for (const task of tasks) this.#taskStates.delete(task);
  }

  #setTaskStates(state: TargetState): void {
    for (const task of this.#allTasks()) this.#worker.setTaskTargetState({ connector: this.name, task }, state);
  }

  #becomeStopped(): void {
    this.#taskConfigs = [];
    this.#listener.tasksGone();
    this.connectorStatus({ state: 'STOPPED' });
  }

  #failConnector(error: unknown): void {
    this.#listener.log.error(`Connector ${this.name} failed: ${messageOf(error)}`, { error: traceOf(error) });
    this.connectorStatus({ state: 'FAILED', trace: traceOf(error) });
  }

  #runnable(): RunnableConnector {
    return { name: this.name, type: this.type, config: this.#config };
  }

  #allTasks(): number[] {
    return this.#taskConfigs.map((_, task) => task);
  }
}
