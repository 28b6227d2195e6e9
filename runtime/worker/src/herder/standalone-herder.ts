import type { PluginHosts } from '../plugin-hosts.ts';
import { AlreadyExistsException, NotFoundException, type PluginKind } from '@millrace/api';
import type { KafkaTransport } from '@millrace/kafka';
import { patchedConfig } from '../config/config-patch.ts';
import { ConfigReload } from '../config/config-reload.ts';
import type { ConfigTransformer } from '../config/config-transformer.ts';
import { LoggerName } from '../log/logger-names.ts';
import type { WorkerLog } from '../log/worker-log.ts';
import type { WorkerMeters } from '../metrics/worker-meters.ts';
import { pluginKinds, type PluginRegistry } from '../plugins/plugin-registry.ts';
import type { ConfigStore, StoredConnector } from '../storage/config-store.ts';
import type { OffsetStore } from '../storage/offset-store.ts';
import { MemoryStatusStore, storedStatus } from '../storage/status-store.ts';
import type { TargetState, TaskMetrics } from '../task/task-services.ts';
import { Worker } from '../worker.ts';
import { abandonable } from './abandonable.ts';
import { withAutoRestart } from './auto-restart/auto-restart-info.ts';
import { AutoRestarts } from './auto-restart/auto-restarts.ts';
import type { ConfigInfos, ConfigKeyInfo } from './config-infos.ts';
import { ConnectorOffsets, notStopped, subjectOf, type ChangeOffsets } from './connector-offsets.ts';
import { ConnectorSettings } from './connector-settings.ts';
import { ConnectorSupervisor, type SupervisorListener } from './connector-supervisor.ts';
import { ConnectorValidator, passwordKeys, validationError } from './connector-validation.ts';
import type {
  ConnectorInfo,
  ConnectorOffset,
  ConnectorStateInfo,
  Health,
  Herder,
  PluginInfo,
  PutOptions,
  PutResult,
  RawConfig,
  RestartRequest,
  StateInfo,
  TaskInfo,
} from './herder.ts';
import { REQUEST_TIMEOUT_MS, withDeadline } from './request-deadline.ts';
import { BadRequestException } from './rest-exceptions.ts';
import { SerialQueue, type QueuedOperation } from './serial-queue.ts';
import { stateInfo } from './state-info.ts';
import { ensureTopicReset, ensureTopicTracking } from './topic-tracking.ts';

const connectorKinds: readonly PluginKind[] = ['source', 'sink'];
/** Providers are the worker's business, not that of connectors. */
const listedKinds = pluginKinds.filter((kind) => kind !== 'config_provider');

export interface StandaloneHerderOptions {
  /** `host:port` under which this worker is known; asked for when a status is written, since the port may be chosen by then. */
  workerId(): string;
  /** The worker's configuration as text, defaults filled in. */
  readonly workerConfig: Readonly<Record<string, string>>;
  readonly plugins: PluginRegistry;
  readonly transport: KafkaTransport;
  /** Of the Kafka that the transport leads to. */
  readonly clusterId: string;
  readonly hosts: PluginHosts;
  readonly offsets: OffsetStore;
  /** Started by whoever made it; the herder writes to it and stops it. */
  readonly configs: ConfigStore;
  /** Resolves `${provider:path:key}` in configurations of connectors. */
  readonly transformer: ConfigTransformer;
  readonly log: WorkerLog;
  /** Time, in milliseconds, that a request may take. Default: 90 seconds, as in Kafka Connect. */
  readonly requestTimeoutMs?: number;
}

/** Herds the connectors of one worker as `org.apache.kafka.connect.runtime.standalone.StandaloneHerder`. */
export class StandaloneHerder implements Herder {
  readonly #options: StandaloneHerderOptions;
  readonly #worker: Worker;
  readonly #status = new MemoryStatusStore();
  readonly #connectors = new Map<string, ConnectorSupervisor>();
  /** Changes of one connector happen one after the other; a connector that blocks holds up itself alone. */
  readonly #queues = new Map<string, SerialQueue>();
  readonly #validator: ConnectorValidator;
  readonly #offsets: ConnectorOffsets;
  readonly #reload: ConfigReload;
  readonly #restarts: AutoRestarts;
  readonly #requestTimeoutMs: number;
  #isStarted = false;
  #stopping: Promise<void> | null = null;

  constructor(options: StandaloneHerderOptions) {
    this.#options = options;
    const { workerConfig, plugins, hosts, offsets, transformer, transport, log } = options;
    this.#requestTimeoutMs = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
    this.#validator = new ConnectorValidator({ plugins, workerConfig, transformer, log, ...hosts });
    this.#offsets = new ConnectorOffsets({ transport, offsets, workerConfig, host: hosts.connectorHost });
    this.#reload = new ConfigReload((name) => this.#reloadConfig(name));
    this.#restarts = this.#newAutoRestarts();
    this.#worker = new Worker(
      { config: workerConfig, plugins, offsets, log, ...hosts },
      {
        connectorStatus: (name, status) => this.#connectors.get(name)?.connectorStatus(status),
        taskStatus: (id, status) => this.#connectors.get(id.connector)?.taskStatus(id.task, status),
        topicUsed: ({ connector }, topic) => this.#status.topicUsed(connector, topic),
        reconfigurationRequested: (name) => this.#reconfigure(name),
      },
    );
  }

  #newAutoRestarts(): AutoRestarts {
    const { workerConfig, log } = this.#options;
    return new AutoRestarts({
      herder: this,
      history: this.#status,
      workerConfig,
      log: log.named(LoggerName.STANDALONE_HERDER),
      isDecider: () => true,
      now: () => Date.now(),
    });
  }

  /** Counts of all tasks by `connector-task`. */
  get taskMetrics(): ReadonlyMap<string, TaskMetrics> {
    return this.#worker.taskMetrics;
  }

  /** What is measured of connectors and tasks. */
  get meters(): WorkerMeters {
    return this.#worker.meters;
  }

  async start(): Promise<void> {
    await this.#options.offsets.start();
    this.#restarts.start();
    this.#isStarted = true;
  }

  /** Takes over connectors of the worker's last life, and starts those that are to run. Nobody waits for them. */
  restore(connectors: readonly StoredConnector[]): void {
    for (const { name, config, passwordKeys, targetState } of connectors) {
      const connector = this.#supervise(name, targetState);
      this.#connectors.set(name, connector);
      // A class that is no longer installed fails the start, and with it the connector.
      connector.replaceConfig(config, passwordKeys, this.#options.plugins.find(connectorKinds, config['connector.class'] ?? ''));
      this.#start(connector);
    }
  }

  async stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    await this.#stopping;
  }

  /**
   * Sources first, so that sinks can take what those have sent: a log that ends with the process would lose it, although the sources' offsets
   * are stored.
   */
  async #stopAll(): Promise<void> {
    const { isVolatile } = this.#options.transport;
    this.#reload.stop();
    this.#restarts.stop();
    for (const type of ['source', 'sink'] as const) {
      const connectors = [...this.#connectors.values()].filter((connector) => connector.type === type);
      await Promise.all(connectors.map((connector) => this.#queue(connector.name).override(() => connector.halt(isVolatile))));
    }
    await this.#options.offsets.stop();
    await this.#options.configs.stop();
  }

  async kafkaClusterId(): Promise<string> {
    return this.#options.clusterId;
  }

  /** The herder answers as long as its event loop turns: a connector that is stuck holds up nothing but itself. */
  async checkHealth(): Promise<Health> {
    if (this.#stopping !== null) return { status: 'unhealthy', message: 'Worker is shutting down.' };
    if (!this.#isStarted) return { status: 'starting', message: 'Worker is still starting up.' };
    return { status: 'healthy', message: 'Worker has completed startup and is ready to handle requests.' };
  }

  async connectors(): Promise<string[]> {
    return [...this.#connectors.keys()];
  }

  async connectorInfo(name: string): Promise<ConnectorInfo> {
    return this.#get(name).info();
  }

  async connectorConfig(name: string): Promise<Readonly<Record<string, string>>> {
    return this.#get(name).settings.raw;
  }

  async connectorStatus(name: string): Promise<ConnectorStateInfo> {
    const connector = this.#connectors.get(name);
    const status = this.#status.connector(name);
    if (connector === undefined || status === null) throw new NotFoundException(`No status found for connector ${name}`);
    const tasks = Array.from(this.#status.tasks(name), ([id, task]) => ({ id, ...stateInfo(task) }));
    return withAutoRestart({ name, connector: stateInfo(status), tasks, type: connector.type }, this.#status.autoRestart(name));
  }

  async taskStatus(name: string, task: number): Promise<StateInfo & { readonly id: number }> {
    const status = this.#status.tasks(name).get(task);
    if (status === undefined) throw new NotFoundException(`No status found for task ${name}-${task}`);
    return { id: task, ...stateInfo(status) };
  }

  async taskInfos(name: string): Promise<TaskInfo[]> {
    const { taskConfigs, settings } = this.#get(name);
    return taskConfigs.map((config, task) => ({ id: { connector: name, task }, config: settings.shown(config) }));
  }

  async connectorTopics(name: string): Promise<string[]> {
    ensureTopicTracking(this.#options.workerConfig);
    return this.#status.topics(name);
  }

  async resetConnectorTopics(name: string): Promise<void> {
    ensureTopicReset(this.#options.workerConfig);
    this.#status.resetTopics(name);
  }

  async putConnectorConfig(name: string, config: RawConfig, options: PutOptions): Promise<PutResult> {
    if (!options.allowReplace && this.#connectors.has(name)) throw alreadyExists(name);
    const infos = await this.validateConnectorConfig(config);
    const invalid = validationError(infos);
    if (invalid !== null) throw new BadRequestException(invalid);
    // From here to the change of the table nothing waits, so two requests for one name cannot both create it.
    const existing = this.#connectors.get(name);
    if (existing !== undefined && !options.allowReplace) throw alreadyExists(name);
    const valid = config as Readonly<Record<string, string>>;
    const plugin = this.#options.plugins.get(connectorKinds, valid['connector.class'] as string);
    const state = options.initialState ?? 'STARTED';
    const connector = existing ?? this.#supervise(name, state);
    this.#connectors.set(name, connector);
    const secretKeys = passwordKeys(infos);
    const info = connector.replaceConfig(valid, secretKeys, plugin);
    this.#start(connector);
    await this.#options.configs.putConnector(name, { config: valid, passwordKeys: secretKeys }, existing === undefined ? state : null);
    return { created: existing === undefined, info };
  }

  async patchConnectorConfig(name: string, patch: RawConfig): Promise<PutResult> {
    const config = patchedConfig<string>(this.#get(name).settings.raw, patch);
    return this.putConnectorConfig(name, config, { allowReplace: true });
  }

  async deleteConnector(name: string): Promise<void> {
    const connector = this.#get(name);
    this.#connectors.delete(name);
    try {
      await this.#override(name, `deleting connector ${name}`, () => connector.halt());
    } finally {
      // Also one that hangs is not to come back.
      if (!this.#connectors.has(name)) await this.#options.configs.deleteConnector(name);
    }
    if (this.#connectors.has(name)) return;
    this.#status.deleteConnector(name);
    this.#queues.delete(name);
  }

  async setTargetState(name: string, state: TargetState): Promise<void> {
    const connector = this.#get(name, `Unknown connector ${name}`);
    const stage = `bringing connector ${name} to the state ${state}`;
    await this.#options.configs.putTargetState(name, state);
    // A connector that is about to reach that state goes on.
    if (connector.targetState === state) await this.#await(name, stage, (signal) => connector.setTargetState(state, signal));
    else await this.#override(name, stage, (signal) => connector.setTargetState(state, signal));
  }

  async restartConnector(name: string): Promise<void> {
    const connector = this.#get(name, `Unknown connector: ${name}`);
    await this.#override(name, `restarting connector ${name}`, (signal) => connector.restartConnector(signal));
  }

  async restartConnectorAndTasks(name: string, request: RestartRequest): Promise<ConnectorStateInfo> {
    const connector = this.#get(name, `Unknown connector: ${name}`);
    const plan = connector.planRestart(request);
    const status = await this.connectorStatus(name);
    const stage = `handling restart request for connector ${name}`;
    if (plan.connector) await this.#override(name, stage, (signal) => connector.runRestart(plan, signal));
    else await this.#await(name, stage, (signal) => connector.runRestart(plan, signal));
    return status;
  }

  async restartTask(name: string, task: number): Promise<void> {
    const connector = this.#get(name, `Unknown connector: ${name}`);
    if (task >= connector.taskConfigs.length) throw new NotFoundException(`Unknown task: ${name}-${task}`);
    await this.#await(name, `restarting task ${name}-${task}`, () => connector.restartTasks([task]));
  }

  async connectorOffsets(name: string): Promise<ConnectorOffset[]> {
    const connector = this.#get(name);
    const run = async (): Promise<ConnectorOffset[]> => this.#offsets.read(await subjectOf(connector));
    return withDeadline({ stage: `reading offsets of connector ${name}`, timeoutMs: this.#requestTimeoutMs, run });
  }

  async alterConnectorOffsets(name: string, offsets: readonly ConnectorOffset[]): Promise<string> {
    return this.#changeOffsets(name, (subject, signal) => this.#offsets.alter(subject, offsets, signal));
  }

  async resetConnectorOffsets(name: string): Promise<string> {
    return this.#changeOffsets(name, (subject, signal) => this.#offsets.reset(subject, signal));
  }

  /** In the connector's queue, so that it is not started meanwhile. */
  async #changeOffsets(name: string, change: ChangeOffsets): Promise<string> {
    const connector = this.#get(name);
    return this.#await(name, `modifying offsets for connector ${name}`, async (signal) => {
      if (connector.targetState !== 'STOPPED' || connector.taskConfigs.length > 0) throw notStopped(name);
      const limits = { what: `Modifying offsets of connector ${name}`, signal, graceMs: this.#graceMs };
      return abandonable(async () => change(await subjectOf(connector), signal), limits);
    });
  }

  /** Queues work for a connector and waits for it as long as a request may. */
  #await<T>(name: string, stage: string, work: QueuedOperation<T>): Promise<T> {
    return withDeadline({ stage, timeoutMs: this.#requestTimeoutMs, run: () => this.#queue(name).run(work) });
  }

  /** Like {@link #await}, for work after which nothing of before matters. */
  #override<T>(name: string, stage: string, work: QueuedOperation<T>): Promise<T> {
    return withDeadline({ stage, timeoutMs: this.#requestTimeoutMs, run: () => this.#queue(name).override(work) });
  }

  /** Resolves when the connector's last start succeeded. @throws its error. */
  async awaitStart(name: string): Promise<void> {
    await this.#get(name).started;
  }

  async connectorPlugins(connectorsOnly: boolean): Promise<PluginInfo[]> {
    const plugins = this.#options.plugins.list(connectorsOnly ? ['sink', 'source'] : listedKinds);
    return plugins.map(({ className, kind, version }) => ({ class: className, type: kind, version }));
  }

  async connectorPluginConfig(name: string, version?: string): Promise<ConfigKeyInfo[]> {
    return withDeadline({
      stage: `describing plug-in ${name}`,
      timeoutMs: this.#requestTimeoutMs,
      run: (signal) => this.#validator.pluginConfig(name, version, signal),
    });
  }

  /** Outside of the connector's queue: a check that takes its time holds up nothing. */
  async validateConnectorConfig(config: RawConfig): Promise<ConfigInfos> {
    return withDeadline({
      stage: 'performing multi-property validation for the connector',
      timeoutMs: this.#requestTimeoutMs,
      run: (signal) => this.#validator.validate(config, signal),
    });
  }

  #supervise(name: string, targetState: TargetState): ConnectorSupervisor {
    const { transformer, log } = this.#options;
    const settings = new ConnectorSettings(name, { transformer, reload: this.#reload, mask: log.secrets });
    const listener: SupervisorListener = {
      connectorStatus: (status, version) => this.#status.putConnector(name, storedStatus(status, this.#options.workerId(), version)),
      taskStatus: (task, status, version) => this.#status.putTask(name, task, storedStatus(status, this.#options.workerId(), version)),
      tasksGone: () => this.#status.deleteTasks(name),
      log: log.named(LoggerName.STANDALONE_HERDER).child({ connector: name }),
    };
    return new ConnectorSupervisor(name, targetState, { worker: this.#worker, settings, listener, graceMs: this.#graceMs });
  }

  get #graceMs(): number {
    return Number(this.#options.workerConfig['task.shutdown.graceful.timeout.ms'] ?? 5000);
  }

  /** A failed start is in the status; only somebody who waits for it needs the error itself. */
  #start(connector: ConnectorSupervisor): void {
    connector.started = this.#queue(connector.name).override((signal) => connector.restart(signal));
    connector.started.catch(() => undefined);
  }

  #reconfigure(name: string): void {
    const connector = this.#connectors.get(name);
    if (connector === undefined) return;
    void this.#queue(name).run((signal) => connector.updateTasks(signal));
  }

  /** Values of a configuration have expired: connector and tasks start anew with those of now. */
  #reloadConfig(name: string): void {
    const connector = this.#connectors.get(name);
    if (connector === undefined) return;
    connector.started = this.#queue(name).run((signal) => connector.restart(signal));
    connector.started.catch(() => undefined);
  }

  #queue(name: string): SerialQueue {
    const queue = this.#queues.get(name) ?? new SerialQueue();
    this.#queues.set(name, queue);
    return queue;
  }

  #get(name: string, otherwise = `Connector ${name} not found`): ConnectorSupervisor {
    const connector = this.#connectors.get(name);
    if (connector === undefined) throw new NotFoundException(otherwise);
    return connector;
  }
}

function alreadyExists(name: string): AlreadyExistsException {
  return new AlreadyExistsException(`Connector ${name} already exists`);
}
