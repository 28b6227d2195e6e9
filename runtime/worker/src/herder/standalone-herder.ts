import { AlreadyExistsException, NotFoundException, type PluginKind } from '@millrace/api';
import type { KafkaTransport } from '@millrace/kafka';
import { LoggerName } from '../log/logger-names.ts';
import type { WorkerLog } from '../log/worker-log.ts';
import type { PluginRegistry } from '../plugins/plugin-registry.ts';
import type { OffsetStore } from '../storage/offset-store.ts';
import { MemoryStatusStore, storedStatus } from '../storage/status-store.ts';
import type { TaskHost } from '../task/task-host.ts';
import type { TargetState, TaskMetrics } from '../task/task-services.ts';
import { Worker } from '../worker.ts';
import type { ConfigInfos, ConfigKeyInfo } from './config-infos.ts';
import { ConnectorSupervisor } from './connector-supervisor.ts';
import { ConnectorValidator, validationError } from './connector-validation.ts';
import type {
  ConnectorInfo,
  ConnectorStateInfo,
  Herder,
  PluginInfo,
  PutOptions,
  PutResult,
  RawConfig,
  RestartRequest,
  StateInfo,
  TaskInfo,
} from './herder.ts';
import { BadRequestException } from './rest-exceptions.ts';
import { SerialQueue } from './serial-queue.ts';

const connectorKinds: readonly PluginKind[] = ['source', 'sink'];

export interface StandaloneHerderOptions {
  /** `host:port` under which this worker is known; asked for when a status is written, since the port may be chosen by then. */
  workerId(): string;
  /** The worker's configuration as text, defaults filled in. */
  readonly workerConfig: Readonly<Record<string, string>>;
  readonly plugins: PluginRegistry;
  readonly transport: KafkaTransport;
  readonly taskHost: TaskHost;
  readonly offsets: OffsetStore;
  readonly log: WorkerLog;
}

/** Herds the connectors of one worker, in memory, as `org.apache.kafka.connect.runtime.standalone.StandaloneHerder`. */
export class StandaloneHerder implements Herder {
  readonly #options: StandaloneHerderOptions;
  readonly #worker: Worker;
  readonly #status = new MemoryStatusStore();
  readonly #connectors = new Map<string, ConnectorSupervisor>();
  /** Changes of one connector happen one after the other; a connector that blocks holds up itself alone. */
  readonly #queues = new Map<string, SerialQueue>();
  readonly #validator: ConnectorValidator;
  #stopping: Promise<void> | null = null;

  constructor(options: StandaloneHerderOptions) {
    this.#options = options;
    const { workerConfig, plugins, taskHost, offsets, log } = options;
    this.#validator = new ConnectorValidator({ plugins, workerConfig });
    this.#worker = new Worker(
      { config: workerConfig, plugins, taskHost, offsets, log },
      {
        connectorStatus: (name, status) => this.#connectors.get(name)?.connectorStatus(status),
        taskStatus: (id, status) => this.#connectors.get(id.connector)?.taskStatus(id.task, status),
        topicUsed: (connector, topic) => this.#status.topicUsed(connector, topic),
        reconfigurationRequested: (name) => this.#reconfigure(name),
      },
    );
  }

  /** Counts of all tasks by `connector-task`. */
  get taskMetrics(): ReadonlyMap<string, TaskMetrics> {
    return this.#worker.taskMetrics;
  }

  async start(): Promise<void> {
    await this.#options.offsets.start();
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
    for (const type of ['source', 'sink'] as const) {
      const connectors = [...this.#connectors.values()].filter((connector) => connector.type === type);
      await Promise.all(connectors.map((connector) => this.#queue(connector.name).run(() => connector.halt(isVolatile))));
    }
    await this.#options.offsets.stop();
  }

  async kafkaClusterId(): Promise<string> {
    const admin = this.#options.transport.admin({});
    try {
      return await admin.clusterId();
    } finally {
      await admin.close();
    }
  }

  async checkHealth(): Promise<void> {
    // The herder answers as long as its event loop turns.
  }

  async connectors(): Promise<string[]> {
    return [...this.#connectors.keys()];
  }

  async connectorInfo(name: string): Promise<ConnectorInfo> {
    return this.#get(name).info();
  }

  async connectorConfig(name: string): Promise<Readonly<Record<string, string>>> {
    return this.#get(name).config;
  }

  async connectorStatus(name: string): Promise<ConnectorStateInfo> {
    const connector = this.#connectors.get(name);
    const status = this.#status.connector(name);
    if (connector === undefined || status === null) throw new NotFoundException(`No status found for connector ${name}`);
    return {
      name,
      connector: stateInfo(status),
      tasks: Array.from(this.#status.tasks(name), ([id, task]) => ({ id, ...stateInfo(task) })),
      type: connector.type,
    };
  }

  async taskStatus(name: string, task: number): Promise<StateInfo & { readonly id: number }> {
    const status = this.#status.tasks(name).get(task);
    if (status === undefined) throw new NotFoundException(`No status found for task ${name}-${task}`);
    return { id: task, ...stateInfo(status) };
  }

  async taskInfos(name: string): Promise<TaskInfo[]> {
    return this.#get(name).taskConfigs.map((config, task) => ({ id: { connector: name, task }, config }));
  }

  async connectorTopics(name: string): Promise<string[]> {
    return this.#status.topics(name);
  }

  async resetConnectorTopics(name: string): Promise<void> {
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
    const connector = existing ?? this.#supervise(name, options.initialState ?? 'STARTED');
    this.#connectors.set(name, connector);
    const info = connector.replaceConfig(valid, plugin);
    connector.started = this.#queue(name).run(() => connector.restart());
    // A failed start is in the status; only somebody who waits for it needs the error itself.
    connector.started.catch(() => undefined);
    return { created: existing === undefined, info };
  }

  async patchConnectorConfig(name: string, patch: RawConfig): Promise<PutResult> {
    const config: Record<string, string | null> = { ...this.#get(name).config };
    for (const [key, value] of Object.entries(patch)) {
      if (value === null) delete config[key];
      else config[key] = value;
    }
    return this.putConnectorConfig(name, config, { allowReplace: true });
  }

  async deleteConnector(name: string): Promise<void> {
    const connector = this.#get(name);
    this.#connectors.delete(name);
    await this.#queue(name).run(() => connector.halt());
    if (!this.#connectors.has(name)) this.#status.deleteConnector(name);
  }

  async setTargetState(name: string, state: TargetState): Promise<void> {
    const connector = this.#get(name);
    await this.#queue(name).run(() => connector.setTargetState(state));
  }

  async restartConnector(name: string): Promise<void> {
    const connector = this.#get(name);
    await this.#queue(name).run(() => connector.restartConnector());
  }

  async restartConnectorAndTasks(name: string, request: RestartRequest): Promise<ConnectorStateInfo> {
    const connector = this.#get(name);
    const plan = connector.planRestart(request);
    const status = await this.connectorStatus(name);
    await this.#queue(name).run(() => connector.runRestart(plan));
    return status;
  }

  async restartTask(name: string, task: number): Promise<void> {
    const connector = this.#get(name);
    if (task >= connector.taskConfigs.length) throw new NotFoundException(`Unknown task: ${name}-${task}`);
    await this.#queue(name).run(() => connector.restartTasks([task]));
  }

  /** Resolves when the connector's last start succeeded. @throws its error. */
  async awaitStart(name: string): Promise<void> {
    await this.#get(name).started;
  }

  async connectorPlugins(connectorsOnly: boolean): Promise<PluginInfo[]> {
    const plugins = this.#options.plugins.list(connectorsOnly ? ['sink', 'source'] : undefined);
    return plugins.map(({ className, kind, version }) => ({ class: className, type: kind, version }));
  }

  async connectorPluginConfig(name: string): Promise<ConfigKeyInfo[]> {
    return this.#validator.pluginConfig(name);
  }

  async validateConnectorConfig(config: RawConfig): Promise<ConfigInfos> {
    return this.#validator.validate(config);
  }

  #supervise(name: string, targetState: TargetState): ConnectorSupervisor {
    return new ConnectorSupervisor(name, targetState, this.#worker, {
      connectorStatus: (status, version) => this.#status.putConnector(name, storedStatus(status, this.#options.workerId(), version)),
      taskStatus: (task, status, version) => this.#status.putTask(name, task, storedStatus(status, this.#options.workerId(), version)),
      tasksGone: () => this.#status.deleteTasks(name),
      log: this.#options.log.named(LoggerName.STANDALONE_HERDER).child({ connector: name }),
    });
  }

  #reconfigure(name: string): void {
    const connector = this.#connectors.get(name);
    if (connector === undefined) return;
    void this.#queue(name).run(() => connector.updateTasks());
  }

  #queue(name: string): SerialQueue {
    const queue = this.#queues.get(name) ?? new SerialQueue();
    this.#queues.set(name, queue);
    return queue;
  }

  #get(name: string): ConnectorSupervisor {
    const connector = this.#connectors.get(name);
    if (connector === undefined) throw new NotFoundException(`Connector ${name} not found`);
    return connector;
  }
}

function alreadyExists(name: string): AlreadyExistsException {
  return new AlreadyExistsException(`Connector ${name} already exists`);
}

function stateInfo({ state, workerId, trace, version }: ReturnType<typeof storedStatus>): StateInfo {
  return {
    state,
    worker_id: workerId,
    ...(trace === undefined ? {} : { trace }),
    ...(version === undefined ? {} : { version }),
  };
}
