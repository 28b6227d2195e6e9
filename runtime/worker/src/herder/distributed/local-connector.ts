import { ConnectException, type Properties } from '@millrace/api';
import type { WorkerLog } from '../../log/worker-log.ts';
import type { PluginDescriptor } from '../../plugins/plugin-descriptor.ts';
import type { OffsetStore } from '../../storage/offset-store.ts';
import { messageOf } from '../../task/error-message.ts';
import type { TargetState, TaskStatus } from '../../task/task-services.ts';
import { traceOf } from '../../task/trace.ts';
import type { RunnableConnector, Worker } from '../../worker.ts';
import { abandonable } from '../abandonable.ts';
import type { ConnectorSettings } from '../connector-settings.ts';
import { SerialQueue } from '../serial-queue.ts';

const firstRetryMs = 250;
const lastRetryMs = 60_000;

/** What a connector instance works with. */
export interface LocalConnectorContext {
  readonly worker: Worker;
  readonly settings: ConnectorSettings;
  readonly log: WorkerLog;
  /** Time, in milliseconds, that a plug-in has to end what is no longer wanted. */
  readonly graceMs: number;
  /** Where a source keeps its offsets, ready to be used; null for others. @throws whatever keeps it from that */
  offsets(config: Properties): Promise<OffsetStore | null>;
  /** Resolves when an instance that ran here before has stopped. */
  readonly predecessor: Promise<void>;
  /** The class that runs it. @throws ConnectException if it is not installed here */
  plugin(): PluginDescriptor;
  /** What the connector is to run with now; null if it is gone. */
  current(): { readonly config: Properties; readonly targetState: TargetState } | null;
  status(status: TaskStatus): void;
  /** Brings the connector's tasks into the config topic. @throws whatever keeps it from that; it is tried again */
  publish(taskConfigs: readonly Properties[]): Promise<void>;
}

/**
 * The instance of a connector on the worker that it is assigned to. Its steps run one after the other in a queue of its own, so that one that
 * blocks holds up nothing but itself; a newer step tells older ones that they are not wanted any more.
 */
export class LocalConnector {
  readonly name: string;
  readonly #context: LocalConnectorContext;
  readonly #queue = new SerialQueue();
  #state: TaskStatus['state'] = 'UNASSIGNED';
  #isReleased = false;
  #retry: NodeJS.Timeout | null = null;

  constructor(name: string, context: LocalConnectorContext) {
    this.name = name;
    this.#context = context;
    void this.#queue.run(() => context.predecessor);
  }

  get hasFailed(): boolean {
    return this.#state === 'FAILED';
  }

  /** Starts it, or starts it anew with the configuration of now. @throws what its start throws */
  start(): Promise<void> {
    return this.#queue.override(async (signal) => {
      this.#cancelRetry();
      await this.#context.worker.stopConnector(this.name);
      await this.#start(signal);
    });
  }

  /** Goes to the target state of now. Never rejects. */
  async followTargetState(): Promise<void> {
    await this.#queue
      .override(async (signal) => {
        const current = this.#context.current();
        if (current === null || this.#isReleased) return;
        this.#cancelRetry();
        if (current.targetState === 'STARTED' && this.#context.worker.isConnectorRunning(this.name)) {
          await this.#reconfigure(signal, 0);
          return;
        }
        await this.#context.worker.stopConnector(this.name);
        await this.#start(signal);
      })
      .catch(() => undefined);
  }

  /** The connector wants other tasks. Never rejects. */
  async reconfigure(): Promise<void> {
    await this.#queue.run((signal) => this.#reconfigure(signal, 0)).catch(() => undefined);
  }

  /** It is not this worker's any more, or the worker stops. Resolves when it has stopped or was left to itself. */
  async release(): Promise<void> {
    await this.#queue.override(async () => {
      this.#isReleased = true;
      this.#cancelRetry();
      await this.#context.worker.stopConnector(this.name);
    });
  }

  /** A status that the instance itself reports. */
  reported(status: TaskStatus): void {
    if (!this.#isReleased) this.#become(status);
  }

  async #start(signal: AbortSignal): Promise<void> {
    const current = this.#context.current();
    if (current === null || this.#isReleased || signal.aborted) return;
    if (current.targetState !== 'STARTED') {
      this.#become({ state: current.targetState });
      return;
    }
    try {
      await this.#context.worker.startConnector(await this.#runnable(current.config, signal), signal);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
      throw this.#context.settings.hideInError(error);
    }
    this.#become({ state: 'RUNNING' });
    await this.#reconfigure(signal, 0);
  }

  /** Asks for the tasks and publishes them; again and again until that works, as in Kafka Connect. */
  async #reconfigure(signal: AbortSignal, attempt: number): Promise<void> {
    const current = this.#context.current();
    const { worker, settings } = this.#context;
    if (current?.targetState !== 'STARTED' || !worker.isConnectorRunning(this.name) || signal.aborted) return;
    try {
      const configs = await this.#askForTasks(settings.resolved, signal);
      await this.#context.publish(settings.unresolved(configs));
    } catch (error) {
      if (signal.aborted || this.#isReleased) return;
      if (error instanceof TooManyTasks) {
        this.#fail(error);
        return;
      }
      const waitMs = Math.min(lastRetryMs, firstRetryMs * 2 ** attempt);
      this.#context.log.warn(`Tasks of connector ${this.name} could not be configured, next attempt in ${waitMs} ms: ${messageOf(error)}`);
      this.#retry = setTimeout(() => void this.#queue.run((next) => this.#reconfigure(next, attempt + 1)), waitMs);
    }
  }

  async #askForTasks(
    { 'tasks.max': max, 'tasks.max.enforce': enforce, ...config }: Properties,
    signal: AbortSignal,
  ): Promise<Properties[]> {
    const maxTasks = Number(max ?? 1);
    const configs = await this.#context.worker.taskConfigs(this.name, maxTasks, signal);
    if (configs.length > maxTasks && (enforce ?? 'true').trim().toLowerCase() === 'true') {
      throw new TooManyTasks(this.name, configs.length, maxTasks);
    }
    const { kind, taskClassName } = this.#context.plugin();
    const taskClass = taskClassName === null ? {} : { 'task.class': taskClassName };
    return configs.map((task) => ({ ...taskClass, ...task, ...(kind === 'sink' ? topicsOf(config) : {}) }));
  }

  async #runnable(raw: Properties, signal: AbortSignal): Promise<RunnableConnector> {
    const { settings, graceMs } = this.#context;
    const type = this.#context.plugin().kind === 'sink' ? 'sink' : 'source';
    settings.replace(raw, []);
    const limits = { what: `Resolving the configuration of connector ${this.name}`, signal, graceMs };
    const config = await abandonable(() => settings.resolve(), limits);
    const store = await abandonable(() => this.#context.offsets(config), { ...limits, what: `Opening the offsets of ${this.name}` });
    return { name: this.name, type, config, ...(store === null ? {} : { offsets: store }) };
  }

  #fail(error: unknown): void {
    this.#context.log.error(`Connector ${this.name} failed: ${messageOf(error)}`, { error: traceOf(error) });
    this.#become({ state: 'FAILED', trace: traceOf(error) });
  }

  #become(status: TaskStatus): void {
    this.#state = status.state;
    this.#context.status(status.trace === undefined ? status : { ...status, trace: this.#context.settings.hide(status.trace) });
  }

  #cancelRetry(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
  }
}

/** More tasks than `tasks.max`: no repetition helps. */
class TooManyTasks extends ConnectException {
  constructor(name: string, count: number, max: number) {
    super(
      `The connector ${name} has generated ${count} tasks, which is greater than ${max}, the maximum number of tasks it is configured to create (tasks.max)`,
      { configKey: 'tasks.max' },
    );
  }
}

/** Tasks of a sink are told its topics, whatever its connector passes on. */
function topicsOf(config: Properties): Properties {
  const { topics, 'topics.regex': pattern } = config;
  return { ...(topics === undefined ? {} : { topics }), ...(pattern === undefined ? {} : { 'topics.regex': pattern }) };
}
