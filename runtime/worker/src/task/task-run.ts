import {
  ConnectException,
  type Configurable,
  type Converter,
  type HeaderConverter,
  type PluginConfig,
  type PluginKind,
  type Predicate,
  type SinkTask,
  type SourceTask,
  type Transformation,
} from '@millrace/api';
import type { Admin, Consumer, KafkaTransport, Producer } from '@millrace/kafka';
import { converterConfig, predicateConfigs, transformationConfigs } from '../config/transformation-config.ts';
import { SINK_CONNECTOR_CONFIG } from '../config/sink-connector-config.ts';
import { SOURCE_CONNECTOR_CONFIG } from '../config/source-connector-config.ts';
import { TopicCreationGroups } from '../config/topic-creation-config.ts';
import { topicPattern } from '../config/topic-pattern.ts';
import type { PluginRegistry } from '../plugins/plugin-registry.ts';
import { adminProperties, consumerProperties, producerProperties } from './client-properties.ts';
import { isAbort, settlesWithin } from './abort.ts';
import type { Clock } from './clock.ts';
import { messageOf } from './error-message.ts';
import { sinkErrorHandling, sourceErrorHandling, takesErrantRecords, type ErrorHandlingParts } from './errors/error-handling.ts';
import { WorkerErrantRecordReporter } from './errors/worker-errant-record-reporter.ts';
import type { NamedConverter, RecordConverters } from './record-converters.ts';
import { SinkConversion } from './sink-conversion.ts';
import { SourceConversion } from './source-conversion.ts';
import { TargetStateSwitch } from './target-state-switch.ts';
import { TaskCounters } from './task-counters.ts';
import { taskIdText } from './task-id.ts';
import { taskLogger } from './task-logger.ts';
import type { TaskMetrics, TaskServices, TaskSpec } from './task-services.ts';
import { TopicCreation } from './topic-creation.ts';
import { traceOf } from './trace.ts';
import { TransformationChain, type TransformationStage } from './transformation-chain.ts';
import { WorkerSinkTaskContext } from './worker-sink-task-context.ts';
import { WorkerSinkTask } from './worker-sink-task.ts';
import { WorkerSourceTask } from './worker-source-task.ts';

/** How often, in milliseconds, a running task tells its counts. */
const metricsIntervalMs = 250;
/** Longest time, in milliseconds, that a failed task has to clean up before its failure is reported. */
const failureReportDelayMs = 5000;
/** Time that a producer has for its last records when a task stops in order, as in Kafka Connect. */
const producerCloseTimeoutMs = 30_000;

/** What a task finds in the place where it runs. */
export interface TaskEnvironment {
  readonly plugins: PluginRegistry;
  readonly transport: KafkaTransport;
  readonly clock: Clock;
}

/** Worker settings that a task needs, parsed once. */
interface TaskSettings {
  readonly offsetFlushIntervalMs: number;
  readonly offsetFlushTimeoutMs: number;
  readonly topicCreationEnabled: boolean;
}

/** Something that the end of a run owes. */
interface Cleanup {
  readonly what: string;
  /** Also owed while the task still does something, which it must no longer do to others. */
  readonly cutsOff: boolean;
  readonly run: () => Promise<void> | void;
}

/** One run of a task, from the loading of its plug-ins to the release of all that it holds. */
export class TaskRun {
  readonly state: TargetStateSwitch;
  readonly #spec: TaskSpec;
  readonly #services: TaskServices;
  readonly #environment: TaskEnvironment;
  readonly #settings: TaskSettings;
  /** Undone in reverse order when the run ends, whatever happened. */
  readonly #cleanups: Cleanup[] = [];
  readonly #counters = new TaskCounters();
  #producer: Producer | null = null;

  constructor(spec: TaskSpec, services: TaskServices, environment: TaskEnvironment) {
    this.#spec = spec;
    this.#services = services;
    this.#environment = environment;
    this.state = new TargetStateSwitch(spec.targetState);
    const worker = spec.workerConfig;
    this.#settings = {
      offsetFlushIntervalMs: Number(worker['offset.flush.interval.ms'] ?? 60_000),
      offsetFlushTimeoutMs: Number(worker['offset.flush.timeout.ms'] ?? 5000),
      topicCreationEnabled: (worker['topic.creation.enable'] ?? 'true').trim().toLowerCase() === 'true',
    };
  }

  /** Runs the task to its end; never rejects: what went wrong is in its status. */
  async execute(): Promise<void> {
    let failure: unknown = null;
    try {
      if (this.#spec.type === 'source') await this.#runSource();
      else await this.#runSink();
    } catch (error) {
      failure = error;
    }
    const cleanedUp = this.#cleanUp();
    if (failure === null || this.state.isCancelled || (this.state.isStopping && isAbort(failure))) return cleanedUp;
    // Invariant 7: a task that cannot even be cleaned up shows that it failed.
    await settlesWithin(cleanedUp, failureReportDelayMs, this.#environment.clock);
    if (!this.state.isCancelled) this.#reportFailure(failure);
    return cleanedUp;
  }

  /**
   * Ends the task for an error that came up outside of its calls: in a timer, or in a promise that nobody awaited. What the task did before may
   * have failed with it, so nothing of it is committed any more. Invariant 1.
   */
  fail(error: unknown): void {
    if (this.state.isCancelled) return;
    this.#reportFailure(error);
    this.cancel();
  }

  #reportFailure(error: unknown): void {
    this.#services.log('error', `Task ${taskIdText(this.#spec.id)} failed: ${messageOf(error)}`, { error: traceOf(error) });
    this.#services.status({ state: 'FAILED', trace: traceOf(error) });
  }

  /** Cuts the task off: whatever it still does has no effect. What it owes to its plug-ins happens when it comes to an end, if ever. */
  cancel(): void {
    this.state.cancel();
    void this.#producer?.close(0);
    for (const cleanup of this.#cleanups.filter(({ cutsOff }) => cutsOff)) void this.#undo(cleanup);
  }

  async #runSource(): Promise<void> {
    const { id, connectorConfig, taskConfig } = this.#spec;
    const config = SOURCE_CONNECTOR_CONFIG.parse(connectorConfig);
    const task = (await this.#createTask()) as SourceTask;
    const operator = sourceErrorHandling(config, this.#errorHandlingParts());
    const conversion = new SourceConversion(await this.#converters(), await this.#chain());
    const producer = this.#openProducer();
    const run = new WorkerSourceTask({
      id,
      task,
      conversion,
      producer,
      topicCreation: this.#topicCreation(),
      operator,
      counters: this.#counters,
      services: this.#services,
      state: this.state,
      clock: this.#environment.clock,
      offsetFlushIntervalMs: this.#settings.offsetFlushIntervalMs,
      offsetFlushTimeoutMs: this.#settings.offsetFlushTimeoutMs,
    });
    task.initialize?.({
      log: taskLogger(this.#services),
      configs: () => taskConfig,
      offsetStorageReader: {
        offset: async (partition) => (await this.#services.readOffsets([partition]))[0] ?? null,
        offsets: (partitions) => this.#services.readOffsets(partitions),
      },
    });
    await this.#startTask(task);
    await this.#whileReporting(run, () => run.run());
  }

  async #runSink(): Promise<void> {
    const { id, connectorConfig, taskConfig } = this.#spec;
    const config = SINK_CONNECTOR_CONFIG.parse(connectorConfig);
    const task = (await this.#createTask()) as SinkTask;
    const operator = await sinkErrorHandling(config, this.#errorHandlingParts());
    const converters = await this.#converters();
    const errantRecords = takesErrantRecords(config) ? new WorkerErrantRecordReporter(operator, converters) : null;
    let consumer: Consumer | null = null;
    const context = new WorkerSinkTaskContext({
      log: taskLogger(this.#services),
      configs: taskConfig,
      consumer: () => {
        if (consumer === null) throw new ConnectException('This call needs a running task: make it in open, put or later');
        return consumer;
      },
      errantRecordReporter: errantRecords,
    });
    const run = new WorkerSinkTask({
      id,
      task,
      context,
      conversion: new SinkConversion(converters, await this.#chain(), errantRecords !== null),
      operator,
      errantRecords,
      counters: this.#counters,
      services: this.#services,
      state: this.state,
      clock: this.#environment.clock,
      offsetFlushIntervalMs: this.#settings.offsetFlushIntervalMs,
      offsetFlushTimeoutMs: this.#settings.offsetFlushTimeoutMs,
    });
    task.initialize?.(context);
    await this.#startTask(task);
    if (this.state.isStopping) return;
    const properties = consumerProperties(this.#spec);
    const regex = config['topics.regex'];
    consumer = this.#environment.transport.consumer({
      groupId: properties['group.id'] as string,
      subscription: regex === '' ? config.topics : topicPattern(regex),
      listener: run,
      properties,
      onCommitWanted: () => {
        context.requestCommit();
        consumer?.wakeup();
      },
    });
    const opened = consumer;
    this.#onEndClose('closing the consumer', () => opened.close());
    await this.#whileReporting(run, () => run.run(opened));
  }

  async #createTask(): Promise<SourceTask | SinkTask> {
    const { type, connectorClass } = this.#spec;
    const ConnectorClass = await this.#environment.plugins.get([type], connectorClass).load();
    const connector = new ConnectorClass() as { taskClass(): new () => SourceTask | SinkTask };
    const TaskClass = connector.taskClass();
    return new TaskClass();
  }

  /** From here on `stop` is owed to the task, whether its start succeeds or not. */
  async #startTask(task: SourceTask | SinkTask): Promise<void> {
    this.#onEnd('stopping the task', () => task.stop());
    await task.start(this.#spec.taskConfig, this.state.signal);
    if (this.state.isStopping) return;
    this.#services.status({ state: this.state.isPaused ? 'PAUSED' : 'RUNNING' });
  }

  async #whileReporting(run: { takeMetrics(): TaskMetrics }, work: () => Promise<void>): Promise<void> {
    const timer = setInterval(() => this.#services.metrics(run.takeMetrics()), metricsIntervalMs);
    // The counts of a task that was cut off would mix with those of its successor.
    this.state.cancelSignal.addEventListener('abort', () => clearInterval(timer), { once: true });
    try {
      if (!this.state.isStopping) await work();
    } finally {
      clearInterval(timer);
      if (!this.state.isCancelled) this.#services.metrics(run.takeMetrics());
    }
  }

  #openProducer(): Producer {
    const producer = this.#environment.transport.producer(producerProperties(this.#spec));
    this.#producer = producer;
    this.#onEndClose('closing the producer', () => producer.close(this.state.isCancelled ? 0 : producerCloseTimeoutMs));
    return producer;
  }

  #topicCreation(): TopicCreation | null {
    const groups = this.#settings.topicCreationEnabled ? TopicCreationGroups.from(this.#spec.connectorConfig) : null;
    if (groups === null) return null;
    const admin: Admin = this.#environment.transport.admin(adminProperties(this.#spec));
    this.#onEndClose('closing the admin client', () => admin.close());
    return new TopicCreation(admin, groups);
  }

  #errorHandlingParts(): ErrorHandlingParts {
    return {
      spec: this.#spec,
      services: this.#services,
      transport: this.#environment.transport,
      clock: this.#environment.clock,
      state: this.state,
      counters: this.#counters,
      onEnd: (what, release) => this.#onEndClose(what, release),
    };
  }

  async #converters(): Promise<RecordConverters> {
    return {
      key: await this.#converter('key.converter', (converter: Converter, config) => converter.configure(config, true)),
      value: await this.#converter('value.converter', (converter: Converter, config) => converter.configure(config, false)),
      header: await this.#converter('header.converter', (converter: HeaderConverter, config) => converter.configure(config)),
    };
  }

  async #converter<C extends Converter | HeaderConverter>(
    key: 'key.converter' | 'value.converter' | 'header.converter',
    configure: (converter: C, config: PluginConfig) => void,
  ): Promise<NamedConverter<C>> {
    const { className, config } = converterConfig(this.#spec.connectorConfig, this.#spec.workerConfig, key);
    const kind: PluginKind = key === 'header.converter' ? 'header_converter' : 'converter';
    const { plugin, name } = await this.#create<C>([kind], className);
    const type = key.slice(0, key.indexOf('.'));
    configure(plugin, { ...config, 'converter.type': type });
    if (plugin.close !== undefined) this.#onEnd(`closing the ${type} converter`, () => plugin.close?.());
    return { className: name, converter: plugin };
  }

  async #chain(): Promise<TransformationChain> {
    const { connectorConfig } = this.#spec;
    const predicates = new Map<string, Predicate>();
    for (const { alias, type, config } of predicateConfigs(connectorConfig)) {
      predicates.set(alias, await this.#configured<Predicate>('predicate', alias, type, config));
    }
    const stages: TransformationStage[] = [];
    for (const { alias, type, predicate, negate, config } of transformationConfigs(connectorConfig)) {
      const transformation = await this.#configured<Transformation>('transformation', alias, type, config);
      stages.push({
        alias,
        className: this.#environment.plugins.get(['transformation'], type).className,
        transformation,
        // The configuration was read with a check that the predicate is defined.
        predicate: predicate === null ? null : (predicates.get(predicate) as Predicate),
        negate,
      });
    }
    const chain = new TransformationChain(stages);
    this.#onEnd('closing the transformations', () => chain.close());
    return chain;
  }

  async #configured<P extends Configurable & { configure(config: PluginConfig): void }>(
    kind: 'transformation' | 'predicate',
    alias: string,
    type: string,
    config: PluginConfig,
  ): Promise<P> {
    const { plugin } = await this.#create<P>([kind], type);
    try {
      plugin.configure(config);
    } catch (error) {
      throw new ConnectException(`Configuring ${kind} ${alias} of ${this.#spec.id.connector}: ${messageOf(error)}`, { cause: error });
    }
    return plugin;
  }

  async #create<P>(kinds: readonly PluginKind[], name: string): Promise<{ plugin: P; name: string }> {
    const descriptor = this.#environment.plugins.get(kinds, name);
    const Plugin = await descriptor.load();
    return { plugin: new Plugin() as P, name: descriptor.className };
  }

  #onEnd(what: string, run: () => Promise<void> | void): void {
    this.#cleanups.push({ what, run, cutsOff: false });
  }

  /** A client of Kafka: closing is idempotent, and cuts the task off. */
  #onEndClose(what: string, run: () => Promise<void>): void {
    this.#cleanups.push({ what, run, cutsOff: true });
  }

  async #cleanUp(): Promise<void> {
    for (let cleanup = this.#cleanups.pop(); cleanup !== undefined; cleanup = this.#cleanups.pop()) await this.#undo(cleanup);
  }

  async #undo({ what, run }: Cleanup): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#services.log('warn', `Error while ${what} of task ${taskIdText(this.#spec.id)}`, { error: messageOf(error) });
    }
  }
}
