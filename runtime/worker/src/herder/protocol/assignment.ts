import type { TaskId } from '../../task/task-id.ts';

/** A position in the config topic: one past the last record that was read, -1 before any. A `bigint` beyond the safe integers only. */
export type ConfigOffset = number | bigint;

/** Connectors and tasks that run on one worker, or are to run there. */
export interface Workload {
  readonly connectors: readonly string[];
  readonly tasks: readonly TaskId[];
}

/** What the leader tells one member. Under the eager protocol nothing is revoked and there is no delay. */
export interface Assignment extends Workload {
  /** Version of the bytes: 0 eager, 1 compatible, 2 sessioned. */
  readonly version: number;
  readonly error: AssignmentError;
  /** Member id of the leader; null only in the assignment of a worker that had none yet. */
  readonly leader: string | null;
  /** URL at which the leader takes requests that others forward. */
  readonly leaderUrl: string | null;
  /** Position in the config topic that the assignment was made for. */
  readonly offset: ConfigOffset;
  readonly revokedConnectors: readonly string[];
  readonly revokedTasks: readonly TaskId[];
  /** Time, in milliseconds, after which the member is to join again; 0: none. */
  readonly delay: number;
}

/** 0: no error. 1: the leader could not read as much of the config topic as some member has. */
export type AssignmentError = number;

export const NO_ERROR: AssignmentError = 0;
export const CONFIG_MISMATCH: AssignmentError = 1;

/** What a worker holds before its first assignment: the only one that is written as null. */
export const NO_ASSIGNMENT: Assignment = Object.freeze({
  version: 1,
  error: NO_ERROR,
  leader: null,
  leaderUrl: null,
  offset: -1,
  connectors: [],
  tasks: [],
  revokedConnectors: [],
  revokedTasks: [],
  delay: 0,
});

/** What a member tells the leader when it joins. */
export interface WorkerState {
  /** URL at which this worker takes forwarded requests; it ends in `/`. */
  readonly url: string;
  readonly offset: ConfigOffset;
  /** What runs now; null or {@link NO_ASSIGNMENT}: nothing has been assigned yet. */
  readonly assignment: Assignment | null;
}
