import type { LocatedPlugin } from '../../plugins/discovery.ts';
import type { LogLevel, TargetState, TaskMetrics, TaskSpec, TaskStatus } from '../task-services.ts';

/** What the thread of a task gets at its start. */
export interface TaskThreadData {
  readonly spec: TaskSpec;
  readonly plugins: readonly LocatedPlugin[];
  /** See SharedCells. */
  readonly cells: SharedArrayBuffer;
}

/** What a thread of a plug-in asks of the main thread, whatever runs in it. Offsets cross in their portable form. */
export interface PluginThreadServices {
  log(level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>, origin?: 'plugin'): void;
  readOffsets(partitions: readonly unknown[]): Promise<unknown[]>;
  /** The plug-in reads the standard input, which only the main thread has. */
  standardInputWanted(): void;
}

/** What the thread of a task asks of the main thread: TaskServices. */
export interface TaskThreadServices extends PluginThreadServices {
  status(status: TaskStatus): void;
  metrics(metrics: TaskMetrics): void;
  writeOffsets(offsets: readonly (readonly [unknown, unknown])[]): Promise<void>;
  topicUsed(topic: string): void;
  /** The task is over and everything it held is released. The thread ends now. */
  finished(): void;
}

/** What the main thread asks of the thread of a task. */
export interface TaskThreadControl {
  setTargetState(state: TargetState): void;
  stop(drain: boolean): void;
  /** Cuts the task off, which gives back what it holds of Kafka. */
  cancel(): void;
}
