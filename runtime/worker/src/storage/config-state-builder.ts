import type { TargetState } from '../task/task-services.ts';
import type { TaskId } from '../task/task-id.ts';
import { ClusterConfigState, type ClusterConfig, type RawProperties } from './cluster-config-state.ts';
import type { ClusterRestartRequest, ConfigRecord } from './config-records.ts';
import type { SessionKey } from './session-key.ts';

/** Hears what changes in the config topic, once everything that was there at the start has been read. Calls come in the order of the topic. */
export interface ClusterConfigListener {
  onConnectorConfigUpdate(connector: string): void;
  onConnectorConfigRemove(connector: string): void;
  /** A set of task configurations was committed. @param tasks those with a new configuration */
  onTaskConfigUpdate(connector: string, tasks: readonly TaskId[]): void;
  onTargetStateChange(connector: string): void;
  onSessionKeyUpdate(key: SessionKey): void;
  onRestartRequest(request: ClusterRestartRequest): void;
  onLoggingLevelUpdate(namespace: string, level: string): void;
}

/** Applies records of the config topic, one by one and in their order, as `KafkaConfigBackingStore` does. */
export class ConfigStateBuilder {
  readonly #listener: ClusterConfigListener;
  readonly #connectors = new Map<string, RawProperties>();
  readonly #targetStates = new Map<string, TargetState>();
  readonly #taskCounts = new Map<string, number>();
  readonly #taskConfigs = new Map<string, Map<number, RawProperties>>();
  /** Task configurations that wait for their commit record. A connector whose map is empty has had some since the start. */
  readonly #deferred = new Map<string, Map<number, RawProperties>>();
  readonly #taskCountRecords = new Map<string, number>();
  readonly #generations = new Map<string, number>();
  readonly #pendingFencing = new Set<string>();
  readonly #inconsistent = new Set<string>();
  readonly #applied = new Map<string, RawProperties>();
  #sessionKey: SessionKey | null = null;
  #offset = -1;
  /** Null when something has changed since. */
  #snapshot: ClusterConfigState | null = null;
  /** Set once the records of the start have been read. */
  isLive = false;

  constructor(listener: ClusterConfigListener) {
    this.#listener = listener;
  }

  snapshot(): ClusterConfigState {
    this.#snapshot ??= new ClusterConfigState(this.#copy());
    return this.#snapshot;
  }

  /** Notes that everything before this offset has been read, known or not. */
  advance(offset: number): void {
    this.#offset = offset;
    this.#snapshot = null;
  }

  apply(record: ConfigRecord): void {
    switch (record.kind) {
      case 'connector':
        this.#applyConnector(record.connector, record.value);
        break;
      case 'target-state':
        this.#applyTargetState(record.connector, record.value);
        break;
      case 'task':
        this.#defer(record.id, record.value);
        break;
      case 'commit':
        this.#commit(record.connector, record.value);
        break;
      case 'task-count':
        this.#taskCountRecords.set(record.connector, record.value);
        this.#pendingFencing.delete(record.connector);
        break;
      case 'session-key':
        this.#sessionKey = record.value;
        this.#tell((listener) => listener.onSessionKeyUpdate(record.value));
        break;
      case 'restart':
        this.#tell((listener) => listener.onRestartRequest(record.value));
        break;
      case 'logger':
        this.#tell((listener) => listener.onLoggingLevelUpdate(record.namespace, record.level));
    }
  }

  #tell(event: (listener: ClusterConfigListener) => void): void {
    if (this.isLive) event(this.#listener);
  }

  #applyConnector(connector: string, properties: RawProperties | null): void {
    if (properties === null) {
      this.#forget(connector);
      this.#tell((listener) => listener.onConnectorConfigRemove(connector));
      return;
    }
    this.#connectors.set(connector, properties);
    // Its target state may have come before it.
    if (!this.#targetStates.has(connector)) this.#targetStates.set(connector, 'STARTED');
    this.#tell((listener) => listener.onConnectorConfigUpdate(connector));
  }

  #forget(connector: string): void {
    this.#connectors.delete(connector);
    this.#taskCounts.delete(connector);
    this.#taskConfigs.delete(connector);
    this.#deferred.delete(connector);
    this.#applied.delete(connector);
    this.#inconsistent.delete(connector);
  }

  #applyTargetState(connector: string, state: TargetState | null): void {
    const isKnown = this.#connectors.has(connector);
    if (state === null) {
      this.#targetStates.delete(connector);
      if (isKnown) this.#targetStates.set(connector, 'STARTED');
      // The removal of the connector itself tells the listener.
      return;
    }
    const previous = this.#targetStates.get(connector);
    this.#targetStates.set(connector, state);
    if (isKnown && previous !== state) this.#tell((listener) => listener.onTargetStateChange(connector));
  }

  #defer({ connector, task }: TaskId, properties: RawProperties): void {
    const waiting = this.#deferred.get(connector) ?? new Map<number, RawProperties>();
    this.#deferred.set(connector, waiting);
    waiting.set(task, properties);
  }

  #commit(connector: string, count: number): void {
    const config = this.#connectors.get(connector);
    if (config === undefined) {
      // Compaction has removed the connector and its tombstone; its task records have outlived them, and are not those of a later namesake.
      this.#forget(connector);
      return;
    }
    const deferred = this.#deferred.get(connector);
    const updated: TaskId[] = [];
    const isComplete = Array.from({ length: count }, (_, task) => task).every((task) => deferred?.has(task));
    if (isComplete) {
      if (deferred !== undefined) {
        this.#taskConfigs.set(connector, new Map([...(this.#taskConfigs.get(connector) ?? []), ...deferred]));
        for (const task of deferred.keys()) updated.push({ connector, task });
        this.#generations.set(connector, (this.#generations.get(connector) ?? -1) + 1);
      }
      this.#applied.set(connector, config);
      this.#inconsistent.delete(connector);
    } else {
      this.#inconsistent.add(connector);
    }
    // What did not make a whole set now never will: the next set is written anew from its first task on.
    deferred?.clear();
    this.#taskCounts.set(connector, count);
    this.#pendingFencing.add(connector);
    this.#tell((listener) => listener.onTaskConfigUpdate(connector, updated));
  }

  #copy(): ClusterConfig {
    return {
      offset: this.#offset,
      sessionKey: this.#sessionKey,
      connectors: new Map(this.#connectors),
      targetStates: new Map(this.#targetStates),
      taskCounts: new Map(this.#taskCounts),
      // The inner maps are replaced, never changed.
      taskConfigs: new Map(this.#taskConfigs),
      taskCountRecords: new Map(this.#taskCountRecords),
      taskConfigGenerations: new Map(this.#generations),
      pendingFencing: new Set(this.#pendingFencing),
      inconsistent: new Set(this.#inconsistent),
      appliedConnectorConfigs: new Map(this.#applied),
    };
  }
}
