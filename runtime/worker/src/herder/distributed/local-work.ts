import { ConnectException, type PluginKind, type Properties } from '@millrace/api';
import type { ConfigReload } from '../../config/config-reload.ts';
import type { ConfigTransformer } from '../../config/config-transformer.ts';
import { LoggerName } from '../../log/logger-names.ts';
import type { WorkerLog } from '../../log/worker-log.ts';
import type { PluginDescriptor } from '../../plugins/plugin-descriptor.ts';
import type { PluginRegistry } from '../../plugins/plugin-registry.ts';
import type { ConnectorOffsetStores } from '../../storage/connector-offset-stores.ts';
import type { OffsetStore } from '../../storage/offset-store.ts';
import { storedStatus } from '../../storage/status-store.ts';
import { messageOf } from '../../task/error-message.ts';
import { taskIdText, type TaskId } from '../../task/task-id.ts';
import type { TaskStatus } from '../../task/task-services.ts';
import { traceOf } from '../../task/trace.ts';
import type { Worker } from '../../worker.ts';
import { ConnectorSettings } from '../connector-settings.ts';
import type { ClusterConfigStore } from '../../storage/kafka-config-store.ts';
import type { KafkaStatusStore } from '../../storage/kafka-status-store.ts';
import type { ClusterStatus } from '../../storage/status-records.ts';
import { LastStatuses } from './last-statuses.ts';
import { LocalConnector } from './local-connector.ts';
import { ClusterSnapshot } from './cluster-snapshot.ts';

const connectorKinds: readonly PluginKind[] = ['source', 'sink'];

export interface LocalWorkOptions {
  readonly worker: Worker;
  readonly plugins: PluginRegistry;
  readonly configs: ClusterConfigStore;
  readonly statuses: KafkaStatusStore;
  readonly transformer: ConfigTransformer;
  readonly reload: ConfigReload;
  readonly log: WorkerLog;
  readonly graceMs: number;
  readonly offsetStores: ConnectorOffsetStores;
  workerId(): string;
  /** Generation of the group. */
  generation(): number;
  publishTasks(connector: string, configs: readonly Properties[]): Promise<void>;
}

/** The connectors and tasks that run on this worker, and what they tell the rest of the cluster. */
export class LocalWork {
  readonly #options: LocalWorkOptions;
  readonly #connectors = new Map<string, LocalConnector>();
  /** Tasks that run or are about to; the number tells a start that is over from the one that counts. */
  readonly #tasks = new Map<string, { readonly id: TaskId; readonly start: number }>();
  /** Tasks whose stop is not over: nobody starts them again before, here or elsewhere. */
  readonly #stoppingTasks = new Map<string, Promise<void>>();
  readonly #stoppingConnectors = new Map<string, Promise<void>>();
  readonly #failedTasks = new Set<string>();
  /** The last word of each connector (`null`) and task here about itself. */
  readonly #told = new LastStatuses();
  readonly #settings = new Map<string, ConnectorSettings>();
  #starts = 0;

  constructor(options: LocalWorkOptions) {
    this.#options = options;
  }

  get connectors(): string[] {
    return [...this.#connectors.keys()];
  }

  get tasks(): TaskId[] {
    return Array.from(this.#tasks.values(), ({ id }) => id);
  }

  connector(name: string): LocalConnector | undefined {
    return this.#connectors.get(name);
  }

  hasTask(id: TaskId): boolean {
    return this.#tasks.has(taskIdText(id));
  }

  hasTaskFailed(id: TaskId): boolean {
    return this.#failedTasks.has(taskIdText(id));
  }

  /** Starts a connector instance in the background, or starts it anew. @returns settles with the start */
  startConnector(name: string): Promise<void> {
    let connector = this.#connectors.get(name);
    if (connector === undefined) {
      connector = this.#newConnector(name);
      this.#connectors.set(name, connector);
    }
    const started = connector.start();
    started.catch(() => undefined);
    return started;
  }

  /** Starts tasks in the background, those that still stop after that. Those that run already are left alone. */
  startTasks(ids: readonly TaskId[]): void {
    for (const id of ids) {
      if (this.hasTask(id)) continue;
      this.#starts += 1;
      this.#tasks.set(taskIdText(id), { id, start: this.#starts });
      void this.#startTask(id, this.#starts);
    }
  }

  /** Gives up connector instances and tasks. Resolves when they have stopped or were cut off. */
  async stop(connectors: readonly string[], tasks: readonly TaskId[]): Promise<void> {
    await Promise.all([this.stopTasks(tasks), ...connectors.map((name) => this.#stopConnector(name))]);
    for (const name of this.#settings.keys()) this.#forgetSettingsOf(name);
  }

  async stopAll(): Promise<void> {
    await this.stop(this.connectors, this.tasks);
  }

  /** Resolves when tasks have stopped or were cut off. They can be started anew before; that waits. */
  async stopTasks(ids: readonly TaskId[]): Promise<void> {
    for (const id of ids) {
      if (this.#tasks.delete(taskIdText(id))) keepUntilOver(this.#stoppingTasks, taskIdText(id), this.#stopTask(id));
    }
    await Promise.all(ids.map(async (id) => this.#stoppingTasks.get(taskIdText(id))));
  }

  /** Stops tasks and starts them anew in the background. @returns resolves when they have stopped */
  restartTasks(ids: readonly TaskId[]): Promise<void> {
    const stopped = this.stopTasks(ids);
    this.startTasks(ids);
    return stopped;
  }

  /** Local instances of a connector go to its target state of now, in the background. */
  followTargetState(name: string): void {
    const { configs, worker } = this.#options;
    const snapshot = ClusterSnapshot.of(configs);
    if (snapshot.connectorConfig(name) === null) return;
    const state = snapshot.targetState(name);
    const tasks = this.tasks.filter(({ connector }) => connector === name);
    if (state === 'STOPPED') void this.stopTasks(tasks);
    else for (const id of tasks) worker.setTaskTargetState(id, state);
    void this.#connectors.get(name)?.followTargetState();
  }

  connectorStatus(name: string, status: TaskStatus): void {
    this.#connectors.get(name)?.reported(status);
  }

  taskStatus(id: TaskId, status: TaskStatus): void {
    const { statuses } = this.#options;
    this.#told.set(id.connector, id.task, status);
    const settings = this.#settings.get(id.connector);
    const trace = status.trace === undefined ? {} : { trace: settings?.hide(status.trace) ?? status.trace };
    if (status.state === 'FAILED') this.#failedTasks.add(taskIdText(id));
    else this.#failedTasks.delete(taskIdText(id));
    const stored = storedStatus({ state: status.state, ...trace }, this.#options.workerId(), this.#versionFor(id.connector, status));
    const shared = { ...stored, generation: this.#options.generation() };
    if (isSafe(status)) statuses.putTaskSafe(id, shared);
    else statuses.putTask(id, shared);
  }

  putConnectorStatus(name: string, status: TaskStatus): void {
    const { statuses } = this.#options;
    this.#told.set(name, null, status);
    const shared = {
      ...storedStatus(status, this.#options.workerId(), this.#versionFor(name, status)),
      generation: this.#options.generation(),
    };
    if (isSafe(status)) statuses.putConnectorSafe(name, shared);
    else statuses.putConnector(name, shared);
  }

  /**
   * Tells again what runs here and was taken for dead: a worker that was frozen, and is back before its work was given to others, finds it marked
   * as UNASSIGNED by the leader. A word of the group that this worker has not heard yet is left alone.
   */
  tellAgain(): void {
    const { statuses } = this.#options;
    for (const name of this.#connectors.keys()) {
      const status = this.#told.get(name, null);
      if (status !== null && this.#isContradicted(statuses.connector(name), status)) this.putConnectorStatus(name, status);
    }
    for (const { id } of this.#tasks.values()) {
      const status = this.#told.get(id.connector, id.task);
      if (status !== null && this.#isContradicted(statuses.tasks(id.connector).get(id.task) ?? null, status)) this.taskStatus(id, status);
    }
  }

  #isContradicted(stored: ClusterStatus | null, told: TaskStatus): boolean {
    if (stored === null || stored.state !== 'UNASSIGNED' || told.state === 'UNASSIGNED') return false;
    return stored.workerId === this.#options.workerId() && stored.generation <= this.#options.generation();
  }

  #versionFor(name: string, { state }: TaskStatus): string | undefined {
    if (state === 'UNASSIGNED' || state === 'RESTARTING') return undefined;
    return this.#findPlugin(name)?.version;
  }

  #newConnector(name: string): LocalConnector {
    const { worker, configs, log, graceMs } = this.#options;
    return new LocalConnector(name, {
      worker,
      settings: this.#settingsOf(name),
      log: log.named(LoggerName.WORKER_CONNECTOR).child({ connector: name }),
      graceMs,
      predecessor: this.#stoppingConnectors.get(name) ?? Promise.resolve(),
      plugin: () => this.#pluginOf(name),
      offsets: (config) => this.#offsetsOf(name, config),
      current: () => {
        const snapshot = ClusterSnapshot.of(configs);
        const config = snapshot.connectorConfig(name);
        return config === null ? null : { config, targetState: snapshot.targetState(name) };
      },
      status: (status) => this.putConnectorStatus(name, status),
      publish: (taskConfigs) => this.#options.publishTasks(name, taskConfigs),
    });
  }

  async #stopConnector(name: string): Promise<void> {
    const connector = this.#connectors.get(name);
    if (connector !== undefined) {
      this.#connectors.delete(name);
      keepUntilOver(this.#stoppingConnectors, name, this.#release(connector));
    }
    await this.#stoppingConnectors.get(name);
  }

  async #release(connector: LocalConnector): Promise<void> {
    await connector.release();
    if (!this.#connectors.has(connector.name)) this.putConnectorStatus(connector.name, { state: 'UNASSIGNED' });
  }

  async #stopTask(id: TaskId): Promise<void> {
    await this.#options.worker.stopTasks([id]);
    if (this.hasTask(id)) return;
    this.#failedTasks.delete(taskIdText(id));
    this.taskStatus(id, { state: 'UNASSIGNED' });
  }

  async #startTask(id: TaskId, start: number): Promise<void> {
    const { configs, worker, log } = this.#options;
    const isCurrent = (): boolean => this.#tasks.get(taskIdText(id))?.start === start;
    await this.#stoppingTasks.get(taskIdText(id));
    if (!isCurrent()) return;
    try {
      const snapshot = ClusterSnapshot.of(configs);
      const raw = snapshot.connectorConfig(id.connector);
      const taskConfig = snapshot.taskConfigs(id.connector)[id.task];
      if (raw === null || taskConfig === undefined) throw new ConnectException(`Task ${taskIdText(id)} has no configuration`);
      const plugin = this.#pluginOf(id.connector);
      const settings = this.#settingsOf(id.connector);
      if (settings.raw !== raw) settings.replace(raw, []);
      const config = await settings.resolve();
      const resolved = await settings.resolveTask(taskConfig);
      const type = plugin.kind === 'sink' ? 'sink' : 'source';
      const store = await this.#offsetsOf(id.connector, config);
      // What has been stopped meanwhile does not come back.
      if (!isCurrent()) return;
      const connector = { name: id.connector, type, config, ...(store === null ? {} : { offsets: store }) } as const;
      worker.startTask(connector, id.task, resolved, snapshot.targetState(id.connector));
    } catch (error) {
      if (!isCurrent()) return;
      log
        .named(LoggerName.WORKER_TASK)
        .child({ ...id })
        .error(`Task ${taskIdText(id)} cannot start: ${messageOf(error)}`, { error: traceOf(error) });
      this.taskStatus(id, { state: 'FAILED', trace: traceOf(error) });
    }
  }

  #settingsOf(name: string): ConnectorSettings {
    let settings = this.#settings.get(name);
    if (settings === undefined) {
      const { transformer, reload, log } = this.#options;
      settings = new ConnectorSettings(name, { transformer, reload, mask: log.secrets });
      this.#settings.set(name, settings);
    }
    return settings;
  }

  #forgetSettingsOf(name: string): void {
    if (this.#connectors.has(name) || this.tasks.some(({ connector }) => connector === name)) return;
    this.#settings.get(name)?.close();
    this.#settings.delete(name);
    void this.#options.offsetStores.release(name);
  }

  async #offsetsOf(name: string, config: Properties): Promise<OffsetStore | null> {
    return this.#pluginOf(name).kind === 'sink' ? null : this.#options.offsetStores.of(name, config);
  }

  #findPlugin(name: string): PluginDescriptor | null {
    const className = ClusterSnapshot.of(this.#options.configs).connectorConfig(name)?.['connector.class'];
    return className === undefined ? null : this.#options.plugins.find(connectorKinds, className);
  }

  #pluginOf(name: string): PluginDescriptor {
    return this.#options.plugins.get(
      connectorKinds,
      ClusterSnapshot.of(this.#options.configs).connectorConfig(name)?.['connector.class'] ?? '',
    );
  }
}

/** Keeps what is under way by name. Who waits for a second stop waits for the first as well. */
function keepUntilOver(underWay: Map<string, Promise<void>>, name: string, stop: Promise<void>): void {
  const all = Promise.all([underWay.get(name), stop]).then(() => {
    if (underWay.get(name) === all) underWay.delete(name);
  });
  underWay.set(name, all);
}

/** A failure, and that nobody runs it any more, must not hide what a newer owner has written. */
function isSafe({ state }: TaskStatus): boolean {
  return state === 'FAILED' || state === 'UNASSIGNED';
}
