import type { State, TaskStatus } from '../task/task-services.ts';
import type { AutoRestartRecord } from './auto-restart-record.ts';

/** What is known of one connector or task. */
export interface StoredStatus {
  readonly state: State;
  readonly workerId: string;
  readonly trace?: string;
  readonly version?: string;
}

/** States of connectors and tasks as REST shows them. */
export class MemoryStatusStore {
  readonly #connectors = new Map<string, StoredStatus>();
  readonly #tasks = new Map<string, Map<number, StoredStatus>>();
  readonly #topics = new Map<string, Set<string>>();
  readonly #autoRestarts = new Map<string, AutoRestartRecord>();

  connector(name: string): StoredStatus | null {
    return this.#connectors.get(name) ?? null;
  }

  /** Tasks by number, in their order. */
  tasks(connector: string): ReadonlyMap<number, StoredStatus> {
    return new Map([...(this.#tasks.get(connector) ?? [])].sort(([a], [b]) => a - b));
  }

  putConnector(name: string, status: StoredStatus): void {
    this.#connectors.set(name, status);
  }

  putTask(connector: string, task: number, status: StoredStatus): void {
    const tasks = this.#tasks.get(connector) ?? new Map<number, StoredStatus>();
    this.#tasks.set(connector, tasks);
    tasks.set(task, status);
  }

  deleteTasks(connector: string): void {
    this.#tasks.delete(connector);
  }

  deleteConnector(name: string): void {
    this.#connectors.delete(name);
    this.#tasks.delete(name);
    this.#topics.delete(name);
    this.#autoRestarts.delete(name);
  }

  /** Connectors that were restarted because something of them had failed. */
  autoRestarted(): string[] {
    return [...this.#autoRestarts.keys()];
  }

  autoRestart(connector: string): AutoRestartRecord | null {
    return this.#autoRestarts.get(connector) ?? null;
  }

  /** @param record null: forgets it */
  putAutoRestart(connector: string, record: AutoRestartRecord | null): void {
    if (record === null) this.#autoRestarts.delete(connector);
    else this.#autoRestarts.set(connector, record);
  }

  topicUsed(connector: string, topic: string): void {
    const topics = this.#topics.get(connector) ?? new Set<string>();
    this.#topics.set(connector, topics);
    topics.add(topic);
  }

  topics(connector: string): string[] {
    return [...(this.#topics.get(connector) ?? [])];
  }

  resetTopics(connector: string): void {
    this.#topics.delete(connector);
  }
}

/** A task's own status with where it runs. */
export function storedStatus(status: TaskStatus, workerId: string, version: string | undefined): StoredStatus {
  return { ...status, workerId, ...(version === undefined ? {} : { version }) };
}
