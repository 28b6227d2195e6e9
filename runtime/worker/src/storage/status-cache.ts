import type { TaskId } from '../task/task-id.ts';
import type { AutoRestartRecord } from './auto-restart-record.ts';
import type { ClusterStatus, StatusRecord, TopicStatus } from './status-records.ts';

/** The last status of one connector or task, with what is needed to write it safely. */
export class StatusEntry {
  value: ClusterStatus | null = null;
  /** Counts the writes of this worker. */
  sequence = 0;
  isDeleted = false;

  /** Whether a status may replace the last one without hiding that of a worker which took over since. */
  takes(status: ClusterStatus): boolean {
    return this.value === null || this.value.workerId === status.workerId || this.value.generation <= status.generation;
  }
}

/** What has been read of the status topic. */
export class StatusCache {
  readonly #connectors = new Map<string, StatusEntry>();
  readonly #tasks = new Map<string, Map<number, StatusEntry>>();
  readonly #topics = new Map<string, Map<string, TopicStatus>>();
  readonly #autoRestarts = new Map<string, AutoRestartRecord>();

  /** All of which there is a status, of themselves or a task, or a topic that they use. */
  connectors(): string[] {
    return [...new Set([...this.#connectors.keys(), ...this.#tasks.keys(), ...this.#topics.keys()])];
  }

  connector(name: string): ClusterStatus | null {
    return this.#connectors.get(name)?.value ?? null;
  }

  /** By number, in their order. */
  tasks(connector: string): ReadonlyMap<number, ClusterStatus> {
    const entries = [...(this.#tasks.get(connector) ?? [])].sort(([left], [right]) => left - right);
    return new Map(entries.flatMap(([task, { value }]) => (value === null ? [] : [[task, value] as const])));
  }

  topics(connector: string): TopicStatus[] {
    return [...(this.#topics.get(connector)?.values() ?? [])];
  }

  hasTopic(connector: string, topic: string): boolean {
    return this.#topics.get(connector)?.has(topic) ?? false;
  }

  autoRestarts(): ReadonlyMap<string, AutoRestartRecord> {
    return this.#autoRestarts;
  }

  connectorEntry(name: string): StatusEntry {
    const entry = this.#connectors.get(name) ?? new StatusEntry();
    this.#connectors.set(name, entry);
    return entry;
  }

  taskEntry({ connector, task }: TaskId): StatusEntry {
    const tasks = this.#tasks.get(connector) ?? new Map<number, StatusEntry>();
    this.#tasks.set(connector, tasks);
    const entry = tasks.get(task) ?? new StatusEntry();
    tasks.set(task, entry);
    return entry;
  }

  apply(record: StatusRecord): void {
    switch (record.kind) {
      case 'connector':
        if (record.value === null) this.#removeConnector(record.connector);
        else this.connectorEntry(record.connector).value = record.value;
        return;
      case 'task':
        if (record.value === null) this.#removeTask(record.id);
        else this.#applyTask(record.id, record.value);
        return;
      case 'auto-restart':
        if (record.value === null) this.#autoRestarts.delete(record.connector);
        else this.#autoRestarts.set(record.connector, record.value);
        return;
      case 'topic':
        this.#applyTopic(record.connector, record.topic, record.value);
    }
  }

  #applyTask(id: TaskId, status: ClusterStatus): void {
    const entry = this.taskEntry(id);
    const { value } = entry;
    // The old owner may say that it gave the task up after the new one has said that it runs.
    const isLate = status.state === 'UNASSIGNED' && value?.state === 'RUNNING' && value.generation >= status.generation;
    if (!isLate) entry.value = status;
  }

  #applyTopic(connector: string, topic: string, status: TopicStatus | null): void {
    const topics = this.#topics.get(connector) ?? new Map<string, TopicStatus>();
    if (status === null) topics.delete(topic);
    else topics.set(topic, status);
    if (topics.size > 0) this.#topics.set(connector, topics);
    else this.#topics.delete(connector);
  }

  #removeConnector(name: string): void {
    const entries = [this.#connectors.get(name), ...(this.#tasks.get(name)?.values() ?? [])];
    for (const entry of entries) if (entry !== undefined) entry.isDeleted = true;
    this.#connectors.delete(name);
    this.#tasks.delete(name);
  }

  #removeTask({ connector, task }: TaskId): void {
    const tasks = this.#tasks.get(connector);
    const entry = tasks?.get(task);
    if (entry !== undefined) entry.isDeleted = true;
    tasks?.delete(task);
    if (tasks?.size === 0) this.#tasks.delete(connector);
  }
}
