import { ConnectException, type Connector, type Logger, type Properties, type SourceMap } from '@millrace/api';
import type { PluginDescriptor } from '../plugins/plugin-descriptor.ts';
import { messageOf } from '../task/error-handling.ts';
import { taskLogger } from '../task/task-logger.ts';
import { traceOf } from '../task/trace.ts';
import type { LogLevel, TaskStatus } from '../task/task-services.ts';

/** What a running connector asks of its herder. */
export interface ConnectorServices {
  status(status: TaskStatus): void;
  log(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>, origin?: 'plugin'): void;
  readOffsets(partitions: readonly SourceMap[]): Promise<(SourceMap | null)[]>;
  requestTaskReconfiguration(): void;
}

/** The one instance of a connector, which watches its system and splits the work, as `org.apache.kafka.connect.runtime.WorkerConnector`. */
export class RunningConnector {
  readonly #connector: Connector;
  readonly #services: ConnectorServices;
  readonly #stopping = new AbortController();
  #failed = false;

  private constructor(connector: Connector, services: ConnectorServices) {
    this.#connector = connector;
    this.#services = services;
  }

  /** Starts a connector. @throws whatever its start throws; it is stopped then. */
  static async start(plugin: PluginDescriptor, props: Properties, services: ConnectorServices): Promise<RunningConnector> {
    const ConnectorClass = await plugin.load();
    const running = new RunningConnector(new ConnectorClass() as Connector, services);
    await running.#start(props);
    return running;
  }

  get hasFailed(): boolean {
    return this.#failed;
  }

  /** @throws ConnectException if the connector gives more than it may or nothing usable. */
  async taskConfigs(maxTasks: number): Promise<Properties[]> {
    const configs = await this.#connector.taskConfigs(maxTasks);
    if (!Array.isArray(configs)) throw new ConnectException(`taskConfigs of ${this.#connector.constructor.name} must return an array`);
    return configs;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#connector.stop();
  }

  async #start(props: Properties): Promise<void> {
    const log: Logger = taskLogger(this.#services);
    this.#connector.initialize?.({
      log,
      requestTaskReconfiguration: () => {
        if (!this.#stopping.signal.aborted) this.#services.requestTaskReconfiguration();
      },
      raiseError: (error) => this.#fail(error),
      offsetStorageReader: {
        offset: async (partition) => (await this.#services.readOffsets([partition]))[0] ?? null,
        offsets: (partitions) => this.#services.readOffsets(partitions),
      },
    });
    try {
      await this.#connector.start(props, this.#stopping.signal);
    } catch (error) {
      await this.#stopQuietly();
      throw error;
    }
  }

  #fail(error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    this.#failed = true;
    this.#services.log('error', `Connector reported an error: ${messageOf(error)}`, { error: traceOf(error) });
    this.#services.status({ state: 'FAILED', trace: traceOf(error) });
  }

  async #stopQuietly(): Promise<void> {
    try {
      await this.stop();
    } catch (error) {
      this.#services.log('warn', `Error while stopping a connector that failed to start: ${messageOf(error)}`, {});
    }
  }
}
