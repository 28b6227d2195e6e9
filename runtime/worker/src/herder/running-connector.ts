import { ConnectException, type Connector, type Logger, type Properties, type SourceMap } from '@millrace/api';
import type { PluginDescriptor } from '../plugins/plugin-descriptor.ts';
import { messageOf } from '../task/error-message.ts';
import { ownedBy } from '../task/stray-errors.ts';
import { taskLogger } from '../task/task-logger.ts';
import { traceOf } from '../task/trace.ts';
import type { LogLevel, TaskStatus } from '../task/task-services.ts';
import { abandonable } from './abandonable.ts';

/** What a running connector asks of its herder. */
export interface ConnectorServices {
  status(status: TaskStatus): void;
  log(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>, origin?: 'plugin'): void;
  readOffsets(partitions: readonly SourceMap[]): Promise<(SourceMap | null)[]>;
  requestTaskReconfiguration(): void;
}

/** How long the connector's start is waited for. */
export interface StartLimits {
  /** Fires when the connector is not wanted any more. */
  readonly signal: AbortSignal;
  /** Time, in milliseconds, that its calls have to end once it is not. */
  readonly graceMs: number;
}

/** The one instance of a connector, which watches its system and splits the work, as `org.apache.kafka.connect.runtime.WorkerConnector`. */
export class RunningConnector {
  readonly #connector: Connector;
  readonly #services: ConnectorServices;
  readonly #stopping = new AbortController();
  readonly #name: string;
  readonly #graceMs: number;
  #failed = false;

  private constructor(connector: Connector, name: string, services: ConnectorServices, graceMs: number) {
    this.#connector = connector;
    this.#name = name;
    this.#services = services;
    this.#graceMs = graceMs;
  }

  /** Starts a connector. @throws whatever its start throws; it is stopped then. ConnectException if it does not end when it should. */
  static async start(
    plugin: PluginDescriptor,
    props: Properties,
    services: ConnectorServices,
    { signal, graceMs }: StartLimits,
  ): Promise<RunningConnector> {
    const ConnectorClass = await abandonable(() => plugin.load(), { what: `Loading ${plugin.className}`, signal, graceMs });
    const running = new RunningConnector(new ConnectorClass() as Connector, plugin.className, services, graceMs);
    await running.#start(props, signal);
    return running;
  }

  get hasFailed(): boolean {
    return this.#failed;
  }

  /** @throws ConnectException if the connector gives more than it may or nothing usable. */
  async taskConfigs(maxTasks: number, signal: AbortSignal): Promise<Properties[]> {
    const configs: unknown = await this.#call('taskConfigs', signal, () => this.#connector.taskConfigs(maxTasks));
    if (!Array.isArray(configs)) throw new ConnectException(`taskConfigs of ${this.#name} must return an array`);
    return configs as Properties[];
  }

  /** @throws whatever the connector's stop throws; ConnectException if it does not end in time. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#call('stop', this.#stopping.signal, () => this.#connector.stop());
  }

  async #call<T>(method: string, signal: AbortSignal, call: () => Promise<T> | T): Promise<T> {
    return abandonable(() => ownedBy(this, call), { what: `${method} of ${this.#name}`, signal, graceMs: this.#graceMs });
  }

  async #start(props: Properties, wanted: AbortSignal): Promise<void> {
    const log: Logger = taskLogger(this.#services);
    this.#connector.initialize?.({
      log,
      requestTaskReconfiguration: () => {
        if (!this.#stopping.signal.aborted) this.#services.requestTaskReconfiguration();
      },
      raiseError: (error) => this.fail(error),
      offsetStorageReader: {
        offset: async (partition) => (await this.#services.readOffsets([partition]))[0] ?? null,
        offsets: (partitions) => this.#services.readOffsets(partitions),
      },
    });
    const unwanted = (): void => this.#stopping.abort();
    wanted.addEventListener('abort', unwanted, { once: true });
    try {
      await this.#call('start', wanted, () => this.#connector.start(props, this.#stopping.signal));
    } catch (error) {
      await this.#stopQuietly();
      throw error;
    } finally {
      wanted.removeEventListener('abort', unwanted);
    }
  }

  /** Takes note of an error that the connector raised, or that came up outside of its calls. */
  fail(error: unknown): void {
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
