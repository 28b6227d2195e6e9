import type { MessagePort } from 'node:worker_threads';
import type { LocatedPlugin } from '../../plugins/discovery.ts';
import type { LogLevel, TargetState, TaskMetrics, TaskSpec, TaskStatus } from '../task-services.ts';

/** What a thread for tasks gets at its start. */
export interface TaskThreadData {
  readonly plugins: readonly LocatedPlugin[];
  /** See SharedCells. */
  readonly cells: SharedArrayBuffer;
}

/** The message with which a task begins in a thread: one after the other, each with a channel of its own. */
export interface TaskAssignment {
  readonly spec: TaskSpec;
  /** The thread's end of the channel. */
  readonly port: MessagePort;
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
  /**
   * The task is over and everything it held is released.
   * @param isThreadFree the thread waits for another task; else it ends now
   */
  finished(isThreadFree: boolean): void;
}

/** What the main thread asks of the thread of a task. */
export interface TaskThreadControl {
  setTargetState(state: TargetState): void;
  stop(drain: boolean): void;
  /** Cuts the task off, which gives back what it holds of Kafka. */
  cancel(): void;
}
