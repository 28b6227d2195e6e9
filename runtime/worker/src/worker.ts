import { type Properties, type SourceMap } from '@millrace/api';
import type { ConnectorHandle, ConnectorHost } from './herder/connector-host.ts';
import type { ConnectorServices } from './herder/running-connector.ts';
import { LoggerName } from './log/logger-names.ts';
import type { LogContext, WorkerLog } from './log/worker-log.ts';
import { statWindow, WorkerMeters } from './metrics/worker-meters.ts';
import type { PluginRegistry } from './plugins/plugin-registry.ts';
import type { OffsetStore } from './storage/offset-store.ts';
import type { TaskHandle, TaskHost } from './task/task-host.ts';
import { taskIdText, type TaskId } from './task/task-id.ts';
import type { LogLevel, TargetState, TaskMetrics, TaskServices, TaskStatus } from './task/task-services.ts';

/** Hears what connectors and tasks of a worker have to tell. */
export interface WorkerListener {
  connectorStatus(name: string, status: TaskStatus): void;
  taskStatus(id: TaskId, status: TaskStatus): void;
  topicUsed(id: TaskId, topic: string): void;
  reconfigurationRequested(connector: string): void;
}

export interface WorkerOptions {
  /** The worker's configuration as text, defaults filled in. */
  readonly config: Readonly<Record<string, string>>;
  readonly plugins: PluginRegistry;
  readonly taskHost: TaskHost;
  readonly connectorHost: ConnectorHost;
  readonly offsets: OffsetStore;
  readonly log: WorkerLog;
}

/** A connector configuration that is ready to run: every `${provider:…}` resolved. */
export interface RunnableConnector {
  readonly name: string;
  readonly type: 'source' | 'sink';
  readonly config: Properties;
  /** Where the offsets of a source are kept. Default: the worker's store. */
  readonly offsets?: OffsetStore;
}

interface RunningTask {
  readonly handle: TaskHandle;
  /** Cleared when the task has to be cut off, so that nothing it still says counts. */
  listening: boolean;
}

/** Runs connectors and tasks. What should run, and in which state, is the herder's business. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #listener: WorkerListener;
  readonly #connectors = new Map<string, ConnectorHandle>();
  readonly #tasks = new Map<string, RunningTask>();
  readonly #metrics = new Map<string, TaskMetrics>();
  /** What is measured of connectors and tasks. */
  readonly meters: WorkerMeters;
  readonly #tracksTopics: boolean;

  constructor(options: WorkerOptions, listener: WorkerListener) {
    this.#options = options;
    this.#tracksTopics = (options.config['topic.tracking.enable'] ?? 'true').trim().toLowerCase() === 'true';
    this.meters = new WorkerMeters(statWindow(options.config));
    this.#listener = listener;
  }

  /** Counts of the tasks that run or ran since their last start, by `connector-task`. */
  get taskMetrics(): ReadonlyMap<string, TaskMetrics> {
    return this.#metrics;
  }

  /** Time, in milliseconds, that a connector or a task has to stop. */
  get #graceMs(): number {
    return Number(this.#options.config['task.shutdown.graceful.timeout.ms'] ?? 5000);
  }

  isConnectorRunning(name: string): boolean {
    return this.#connectors.has(name);
  }

  /**
   * @param signal fires when the connector is not wanted any more
   * @throws whatever the connector's start throws; ConnectException if it does not end when it should.
   */
  async startConnector({ name, type, config, offsets }: RunnableConnector, signal: AbortSignal): Promise<void> {
    const plugin = this.#options.plugins.get([type], config['connector.class'] ?? '');
    const { log, pluginLog } = this.#logsOf({ connector: name }, LoggerName.WORKER_CONNECTOR, plugin.className);
    this.#options.log.secrets.addConfig(config);
    const services: ConnectorServices = {
      status: (status) => this.#listener.connectorStatus(name, status),
      log: (level, message, fields, origin) => (origin === undefined ? log : pluginLog)[level](message, fields),
      readOffsets: (partitions) => (offsets ?? this.#options.offsets).read(name, partitions),
      requestTaskReconfiguration: () => this.#listener.reconfigurationRequested(name),
    };
    const limits = { signal, graceMs: this.#graceMs };
    const connector = await this.meters.connectorStart(() => this.#options.connectorHost.start({ plugin, config, services, limits }));
    this.#connectors.set(name, connector);
  }

  /** Task configurations that the running connector asks for. */
  async taskConfigs(name: string, maxTasks: number, signal: AbortSignal): Promise<Properties[]> {
    return (await this.#connectors.get(name)?.taskConfigs(maxTasks, signal)) ?? [];
  }

  /** Errors of the connector's stop are logged: it is gone all the same. */
  async stopConnector(name: string): Promise<void> {
    const connector = this.#connectors.get(name);
    if (connector === undefined) return;
    this.#connectors.delete(name);
    try {
      await connector.stop();
    } catch (error) {
      const log = this.#options.log.named(LoggerName.WORKER_CONNECTOR).child({ connector: name });
      log.error(`Error while stopping the connector: ${(error as Error).message}`);
    }
  }

  startTask(connector: RunnableConnector, task: number, taskConfig: Properties, targetState: TargetState): void {
    const id: TaskId = { connector: connector.name, task };
    const running: RunningTask = { handle: notStarted, listening: true };
    this.#metrics.delete(taskIdText(id));
    this.meters.taskStarting(id, connector.type);
    const handle = this.#options.taskHost.start(
      {
        id,
        type: connector.type,
        connectorClass: connector.config['connector.class'] ?? '',
        connectorConfig: connector.config,
        taskConfig,
        workerConfig: this.#options.config,
        targetState,
      },
      this.#services(id, running, connector),
    );
    this.#tasks.set(taskIdText(id), Object.assign(running, { handle }));
  }

  setTaskTargetState(id: TaskId, state: TargetState): void {
    this.#tasks.get(taskIdText(id))?.handle.setTargetState(state);
  }

  /** Stops tasks side by side, within the worker's timeout for all of them. Tasks that do not stop in time are cut off. */
  async stopTasks(ids: readonly TaskId[], drain = false): Promise<void> {
    const timeoutMs = this.#graceMs;
    const stopping = ids.flatMap((id) => {
      const running = this.#tasks.get(taskIdText(id));
      running?.handle.stop(drain);
      return running === undefined ? [] : [{ id, running }];
    });
    await Promise.all(
      stopping.map(async ({ id, running }) => {
        const inTime = await running.handle.awaitStop(timeoutMs);
        running.listening = false;
        if (this.#tasks.get(taskIdText(id)) === running) {
          this.#tasks.delete(taskIdText(id));
          this.meters.taskGone(id);
        }
        if (inTime) return;
        const log = this.#options.log.named(LoggerName.WORKER_TASK).child({ connector: id.connector, task: id.task });
        log.error(`Task did not stop within task.shutdown.graceful.timeout.ms=${timeoutMs} and was cut off`);
      }),
    );
  }

  #services(id: TaskId, running: RunningTask, { type, config, offsets = this.#options.offsets }: RunnableConnector): TaskServices {
    const { plugins } = this.#options;
    const plugin = plugins.get([type], config['connector.class'] ?? '');
    const loggerName = type === 'source' ? LoggerName.SOURCE_TASK : LoggerName.SINK_TASK;
    const { log, pluginLog } = this.#logsOf(id, loggerName, plugin.taskClassName ?? plugin.className);
    const ifListening = (work: () => void): void => {
      if (running.listening) work();
    };
    return {
      status: (status) =>
        ifListening(() => {
          this.meters.taskStatus(id, status.state);
          this.#listener.taskStatus(id, status);
        }),
      metrics: (metrics) =>
        ifListening(() => {
          this.meters.taskReport(id, metrics);
          this.#metrics.set(taskIdText(id), metrics);
        }),
      log: (level: LogLevel, message, fields, origin) => (origin === undefined ? log : pluginLog)[level](message, fields),
      logThreshold: (origin) => (origin === undefined ? log : pluginLog).threshold,
      readOffsets: (partitions: readonly SourceMap[]) => offsets.read(id.connector, partitions),
      writeOffsets: async (entries) => {
        // A task that was cut off must not overwrite the offsets of its successor.
        if (running.listening) await offsets.write(id.connector, entries);
      },
      topicUsed: (topic) => {
        if (this.#tracksTopics) ifListening(() => this.#listener.topicUsed(id, topic));
      },
    };
  }

  /** The runtime's log and the plug-in's, for a connector or a task: each has a level of its own. */
  #logsOf(context: LogContext, runtimeName: string, pluginName: string): { readonly log: WorkerLog; readonly pluginLog: WorkerLog } {
    const log = this.#options.log.child(context);
    return { log: log.named(runtimeName), pluginLog: log.named(pluginName) };
  }
}

/** Stands in for a handle until the host has given one. */
const notStarted: TaskHandle = {
  setTargetState: () => undefined,
  stop: () => undefined,
  awaitStop: async () => true,
};
