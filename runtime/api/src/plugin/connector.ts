import type { Config } from '../config/config-value.ts';
import type { ConfigDef } from '../config/config-def.ts';
import type { SourceMap } from '../record/source-record.ts';
import type { Properties } from './configurable.ts';
import type { Logger } from './logger.ts';
import type { OffsetStorageReader } from './offset-storage-reader.ts';
import type { TopicPartition } from '../record/topic-partition.ts';
import type { SinkTask } from './sink-task.ts';
import type { SourceTask } from './source-task.ts';

/** What a running connector may ask of its worker. */
export interface ConnectorContext {
  readonly log: Logger;
  /** Asks the worker to call `taskConfigs` again, since the source or the sink changed. Returns at once. */
  requestTaskReconfiguration(): void;
  /** Reports an error that no method call can: the connector becomes FAILED. */
  raiseError(error: unknown): void;
}

export interface SourceConnectorContext extends ConnectorContext {
  readonly offsetStorageReader: OffsetStorageReader;
}

/** What sources and sinks have in common. A connector decides how the work is split; its tasks do the work. */
interface BaseConnector<Context extends ConnectorContext, Task> {
  /** Version of the plug-in. Default: that of its package. */
  version?(): string;
  /** Class of the tasks. */
  taskClass(): new () => Task;
  /** Definition of the connector's own keys; the worker adds the common ones. */
  config(): ConfigDef;
  /** Called once, before `start`. */
  initialize?(context: Context): void;
  /**
   * Starts to watch the outside world. May wait for it until the signal fires.
   * @throws ConnectException: the connector becomes FAILED.
   */
  start(props: Properties, signal: AbortSignal): Promise<void> | void;
  /** One configuration a task, between none and `maxTasks`. */
  taskConfigs(maxTasks: number): Promise<Properties[]> | Properties[];
  /** Ends what `start` began. Called once, also after a failed start. */
  stop(): Promise<void> | void;
  /** Checks a configuration as a whole, also against the live system. Default: the checks of `config()`. */
  validate?(props: Properties, signal: AbortSignal): Promise<Config> | Config;
}

/** Splits the reading of an external system into tasks, as `org.apache.kafka.connect.source.SourceConnector`. */
export interface SourceConnector extends BaseConnector<SourceConnectorContext, SourceTask> {
  /**
   * Tells the external system, if it keeps offsets itself, that they are about to be changed; null is a reset of that partition.
   * Returns whether the connector took care of it. Default: false. @throws ConnectException to refuse.
   */
  alterOffsets?(props: Properties, offsets: ReadonlyMap<SourceMap, SourceMap | null>): Promise<boolean> | boolean;
  /** Whether each record comes exactly once with this configuration (KIP-618). Default: null, not known. */
  exactlyOnceSupport?(props: Properties): 'SUPPORTED' | 'UNSUPPORTED' | null;
  /** Whether tasks may define transaction boundaries (KIP-618). Default: UNSUPPORTED. */
  canDefineTransactionBoundaries?(props: Properties): 'SUPPORTED' | 'UNSUPPORTED';
}

/** Splits the writing to an external system into tasks, as `org.apache.kafka.connect.sink.SinkConnector`. */
export interface SinkConnector extends BaseConnector<ConnectorContext, SinkTask> {
  /** As for a source; the keys are topic partitions, the values offsets of records. */
  alterOffsets?(props: Properties, offsets: ReadonlyMap<TopicPartition, number | null>): Promise<boolean> | boolean;
}

export type Connector = SourceConnector | SinkConnector;
