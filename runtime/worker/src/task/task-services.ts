import type { SourceMap } from '@millrace/api';
import type { TaskId } from './task-id.ts';

/** What a connector or a task is meant to do. */
export type TargetState = 'STARTED' | 'PAUSED' | 'STOPPED';

/** What a connector or a task does. `STOPPED` is a state of connectors only. */
export type State = 'UNASSIGNED' | 'RUNNING' | 'PAUSED' | 'FAILED' | 'RESTARTING' | 'STOPPED';

/** Everything that a task needs to run: plain data, so that it can cross to a worker thread. */
export interface TaskSpec {
  readonly id: TaskId;
  readonly type: 'source' | 'sink';
  /** Class of the connector as configured, which names the plug-in. */
  readonly connectorClass: string;
  readonly connectorConfig: Readonly<Record<string, string>>;
  readonly taskConfig: Readonly<Record<string, string>>;
  readonly workerConfig: Readonly<Record<string, string>>;
  readonly targetState: TargetState;
}

export interface TaskStatus {
  readonly state: State;
  /** Stack trace of the failure. */
  readonly trace?: string;
}

/** What a task counted since it started, as plain data. Rates and averages are made of it by who receives it. */
export interface TaskMetrics {
  /** Records polled from the source, or read from Kafka. */
  readonly recordsIn: number;
  /** Records acknowledged by Kafka, or put to the sink. */
  readonly recordsOut: number;
  /** Records dropped by transformations or skipped by error tolerance. */
  readonly recordsDropped: number;
  /** Records handed out and not yet acknowledged, or read and not yet committed. */
  readonly active: number;
  /** Polls that had records, or puts. */
  readonly batches: number;
  /** Records in those batches. */
  readonly batchRecords: number;
  /** Greatest batch since the last report. */
  readonly batchMax: number;
  /** Time spent in those polls or puts, in milliseconds. */
  readonly transferMs: number;
  /** Longest of them since the last report. */
  readonly transferMaxMs: number;
  /** Offset commits that succeeded. */
  readonly commits: number;
  /** Time spent in them, in milliseconds. */
  readonly commitMs: number;
  /** Longest of them since the last report. */
  readonly commitMaxMs: number;
  readonly commitFailures: number;
  /** Commits whose outcome came too late to count. */
  readonly commitSkips: number;
  /** Number of the last commit that was begun. */
  readonly commitSequence: number;
  /** Topic partitions that a sink task has. */
  readonly partitions: number;
  /** Failed attempts, those that are tried again included. */
  readonly recordFailures: number;
  /** Records that failed for good, tolerated or not. */
  readonly recordErrors: number;
  /** Records skipped because the error is tolerated. */
  readonly recordsSkipped: number;
  readonly retries: number;
  readonly errorsLogged: number;
  readonly deadLetterRequests: number;
  readonly deadLetterFailures: number;
  /** Milliseconds since the epoch; 0 if there was no error. */
  readonly lastErrorAt: number;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/**
 * What a running task asks of its worker: the one contract between the two, wherever the task runs. Only plain data crosses it, records never do.
 */
export interface TaskServices {
  status(status: TaskStatus): void;
  metrics(metrics: TaskMetrics): void;
  /** @param origin whose line it is: the runtime's, which is the default, or the plug-in's, which has a logger of its own */
  log(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>, origin?: 'plugin'): void;
  /** Level number below which lines are not written, so that they need not be sent. Default: none. */
  logThreshold?(origin?: 'plugin'): number;
  /** Stored offsets of the connector's source partitions, null where there is none. */
  readOffsets(partitions: readonly SourceMap[]): Promise<(SourceMap | null)[]>;
  /** Stores offsets; resolves when they are safe. A null offset removes the partition's. */
  writeOffsets(offsets: readonly (readonly [SourceMap, SourceMap | null])[]): Promise<void>;
  /** The topic got or gave a record of this connector (KIP-558). */
  topicUsed(topic: string): void;
}
