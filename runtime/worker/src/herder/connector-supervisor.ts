import { ConnectException, type Properties } from '@millrace/api';
import type { WorkerLog } from '../log/worker-log.ts';
import type { PluginDescriptor } from '../plugins/plugin-descriptor.ts';
import { messageOf } from '../task/error-message.ts';
import type { TargetState, TaskStatus } from '../task/task-services.ts';
import { traceOf } from '../task/trace.ts';
import type { RunnableConnector, Worker } from '../worker.ts';
import { abandonable } from './abandonable.ts';
import type { ConnectorSettings } from './connector-settings.ts';
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

/** What a supervisor works with. */
export interface SupervisorContext {
  readonly worker: Worker;
  readonly settings: ConnectorSettings;
  readonly listener: SupervisorListener;
  /** Time, in milliseconds, that a plug-in has to end what is no longer wanted. */
  readonly graceMs: number;
}

/**
 * Keeps one connector and its tasks of a standalone worker in their target state. Its methods that change something run one at a time;
 * the herder's queue sees to that. The signal that they take says that something newer will override them: what serves the old state alone,
 * as the start of a connector that is to be deleted, ends then.
 */
export class ConnectorSupervisor {
  readonly name: string;
  /** Outcome of the last start. */
  started: Promise<void> = Promise.resolve();
  readonly #worker: Worker;
  readonly #settings: ConnectorSettings;
  readonly #listener: SupervisorListener;
  readonly #graceMs: number;
  readonly #tasks = new Map<number, TaskStatus>();
  #connector: TaskStatus = { state: 'UNASSIGNED' };
  #targetState: TargetState;
  #plugin: PluginDescriptor | null = null;
  /** Raw, as the configuration is. */
  #taskConfigs: readonly Properties[] = [];

  constructor(name: string, targetState: TargetState, { worker, settings, listener, graceMs }: SupervisorContext) {
    this.name = name;
    this.#targetState = targetState;
    this.#worker = worker;
    this.#settings = settings;
    this.#listener = listener;
    this.#graceMs = graceMs;
  }

  get settings(): ConnectorSettings {
    return this.#settings;
  }

  get targetState(): TargetState {
    return this.#targetState;
  }

  get plugin(): PluginDescriptor | null {
    return this.#plugin;
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
      config: this.#settings.raw,
      tasks: this.#taskConfigs.map((_, task) => ({ connector: this.name, task })),
      type: this.type,
    };
  }

  /** Takes a new configuration; {@link restart} puts it to work. @param plugin null if its class is not installed, which fails the restart */
  replaceConfig(config: Properties, passwordKeys: readonly string[], plugin: PluginDescriptor | null): ConnectorInfo {
    this.#settings.replace(config, passwordKeys);
    this.#plugin = plugin;
    if (this.#connector.state === 'UNASSIGNED') this.connectorStatus({ state: 'UNASSIGNED' });
    return this.info();
  }

  /** Stops everything and starts it with the current configuration. @throws what the connector's start throws. */
  async restart(signal: AbortSignal): Promise<void> {
    await this.#stopTasks(this.#allTasks());
    await this.#worker.stopConnector(this.name);
    if (this.#targetState === 'STOPPED') this.#becomeStopped();
    else await this.#startConnector(signal);
  }

  /** Stops everything; the target state stays. @param drain sink tasks take what is in their topics first */
  async halt(drain = false): Promise<void> {
    this.#settings.close();
    await this.#stopTasks(this.#allTasks(), drain);
    await this.#worker.stopConnector(this.name);
  }

  async setTargetState(state: TargetState, signal: AbortSignal): Promise<void> {
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
        await this.#tryStart(signal);
    }
  }

  /** Restarts the connector alone. Its tasks go on, unless it now asks for others. */
  async restartConnector(signal: AbortSignal): Promise<void> {
    if (this.#targetState === 'STOPPED') return;
    await this.#worker.stopConnector(this.name);
    await this.#startConnector(signal);
  }

  /** What the request selects by the states of now; those are RESTARTING from here on. */
  planRestart({ includeTasks, onlyFailed }: RestartRequest): RestartPlan {
    const connector = !onlyFailed || this.#connector.state === 'FAILED';
    const tasks = includeTasks ? this.#allTasks().filter((task) => !onlyFailed || this.#tasks.get(task)?.state === 'FAILED') : [];
    // The trace stays, so that the answer still says what is being mended.
    if (connector) this.connectorStatus({ ...this.#connector, state: 'RESTARTING' });
    for (const task of tasks) this.taskStatus(task, { ...this.#tasks.get(task), state: 'RESTARTING' });
    return { connector, tasks };
  }

  async runRestart(plan: RestartPlan, signal: AbortSignal): Promise<void> {
    await this.#stopTasks(plan.tasks);
    if (plan.connector) {
      await this.#worker.stopConnector(this.name);
      if (this.#targetState === 'STOPPED') this.#becomeStopped();
      else await this.#tryStart(signal);
    }
    await this.#startMissingTasks();
  }

  async restartTasks(tasks: readonly number[]): Promise<void> {
    await this.#stopTasks(tasks);
    await this.#startTasks(tasks);
  }

  /** Asks the connector for its tasks and, if they changed, replaces the running ones. */
  async updateTasks(signal: AbortSignal): Promise<void> {
    if (this.#targetState !== 'STARTED' || !this.#worker.isConnectorRunning(this.name)) return;
    try {
      await this.#replaceTasks(await this.#askForTasks(signal));
    } catch (error) {
      if (!signal.aborted) this.#failConnector(error);
    }
  }

  connectorStatus(status: TaskStatus): void {
    this.#connector = this.#withoutSecrets(status);
    this.#listener.connectorStatus(this.#connector, this.#plugin?.version);
  }

  taskStatus(task: number, status: TaskStatus): void {
    const shown = this.#withoutSecrets(status);
    this.#tasks.set(task, shown);
    this.#listener.taskStatus(task, shown, this.#plugin?.version);
  }

  /** Invariant 5. */
  #withoutSecrets({ state, trace }: TaskStatus): TaskStatus {
    return trace === undefined ? { state } : { state, trace: this.#settings.hide(trace) };
  }

  async #tryStart(signal: AbortSignal): Promise<void> {
    try {
      await this.#startConnector(signal);
    } catch {
      // The failure is in the status, where whoever asked for this start looks.
    }
  }

  async #startConnector(signal: AbortSignal): Promise<void> {
    if (this.#targetState === 'PAUSED') {
      this.connectorStatus({ state: 'PAUSED' });
      return;
    }
    // What overrides this start will see to the connector.
    if (signal.aborted) return;
    try {
      await this.#worker.startConnector(await this.#runnable(signal), signal);
      this.connectorStatus({ state: 'RUNNING' });
      await this.#replaceTasks(await this.#askForTasks(signal));
    } catch (error) {
      if (!signal.aborted) this.#failConnector(error);
      throw this.#settings.hideInError(error);
    }
  }

  async #askForTasks(signal: AbortSignal): Promise<Properties[]> {
    const { 'tasks.max': max, 'tasks.max.enforce': enforce } = this.#settings.resolved;
    const maxTasks = Number(max ?? 1);
    const configs = await this.#worker.taskConfigs(this.name, maxTasks, signal);
    const enforced = (enforce ?? 'true').trim().toLowerCase() === 'true';
    if (configs.length > maxTasks && enforced) {
      throw new ConnectException(
        `The connector ${this.name} has generated ${configs.length} tasks, which is greater than ${maxTasks}, the maximum number of tasks it is configured to create (tasks.max)`,
        { configKey: 'tasks.max' },
      );
    }
    const taskClass = this.#plugin?.taskClassName;
    return this.#settings.unresolved(configs.map((config) => (taskClass ? { 'task.class': taskClass, ...config } : { ...config })));
  }

  async #replaceTasks(configs: readonly Properties[]): Promise<void> {
    if (JSON.stringify(configs) !== JSON.stringify(this.#taskConfigs)) {
      await this.#stopTasks(this.#allTasks());
      this.#listener.tasksGone();
      this.#taskConfigs = configs;
    }
    await this.#startMissingTasks();
  }

  /** Starts what was not started yet or was stopped; failed tasks wait for somebody to restart them. */
  async #startMissingTasks(): Promise<void> {
    await this.#startTasks(this.#allTasks().filter((task) => !this.#tasks.has(task)));
  }

  async #startTasks(tasks: readonly number[]): Promise<void> {
    if (tasks.length === 0) return;
    for (const task of tasks) this.taskStatus(task, { state: 'UNASSIGNED' });
    try {
      const runnable = await this.#runnable();
      const configs = await this.#resolvedTasks(tasks);
      for (const [index, task] of tasks.entries()) {
        this.#worker.startTask(runnable, task, configs[index] as Properties, this.#targetState);
      }
    } catch (error) {
      this.#listener.log.error(`Tasks of connector ${this.name} cannot start: ${messageOf(error)}`, { error: traceOf(error) });
      for (const task of tasks) this.taskStatus(task, { state: 'FAILED', trace: traceOf(error) });
    }
  }

  async #resolvedTasks(tasks: readonly number[]): Promise<Properties[]> {
    const resolve = (): Promise<Properties[]> =>
      Promise.all(tasks.map((task) => this.#settings.resolveTask(this.#taskConfigs[task] as Properties)));
    const what = `Resolving the configurations of tasks of connector ${this.name}`;
    return abandonable(resolve, { what, signal: AbortSignal.timeout(this.#graceMs), graceMs: this.#graceMs });
  }

  async #stopTasks(tasks: readonly number[], drain = false): Promise<void> {
    await this.#worker.stopTasks(
      tasks.map((task) => ({ connector: this.name, task })),
      drain,
    );
    for (const task of tasks) this.#tasks.delete(task);
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

  /** @throws ConfigException if a reference cannot be resolved. */
  async #runnable(signal: AbortSignal = AbortSignal.timeout(this.#graceMs)): Promise<RunnableConnector> {
    const limits = { what: `Resolving the configuration of connector ${this.name}`, signal, graceMs: this.#graceMs };
    return { name: this.name, type: this.type, config: await abandonable(() => this.#settings.resolve(), limits) };
  }

  #allTasks(): number[] {
    return this.#taskConfigs.map((_, task) => task);
  }
}
