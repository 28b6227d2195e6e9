import type { TargetState } from '../task/task-services.ts';
import type { TaskId } from '../task/task-id.ts';
import type { SessionKey } from './session-key.ts';

/** A configuration as it lies in the config topic; null values are possible, as in Kafka Connect. */
export type RawProperties = Readonly<Record<string, string | null>>;

/** What a cluster is to run, as of one position of its config topic. */
export interface ClusterConfig {
  /** One past the last record that was read; -1 before any. */
  readonly offset: number;
  readonly sessionKey: SessionKey | null;
  readonly connectors: ReadonlyMap<string, RawProperties>;
  readonly targetStates: ReadonlyMap<string, TargetState>;
  /** Number of tasks by connector, as the last commit record has it. */
  readonly taskCounts: ReadonlyMap<string, number>;
  /** Configurations of tasks by connector and number; numbers from the count on are left from earlier sets. */
  readonly taskConfigs: ReadonlyMap<string, ReadonlyMap<number, RawProperties>>;
  /** Number of tasks that ran when the zombies of a connector were last fenced (KIP-618). */
  readonly taskCountRecords: ReadonlyMap<string, number>;
  /** How many sets of task configurations each connector has had since this worker started; the first is 0. */
  readonly taskConfigGenerations: ReadonlyMap<string, number>;
  readonly pendingFencing: ReadonlySet<string>;
  /** Connectors whose last set of task configurations is not complete. */
  readonly inconsistent: ReadonlySet<string>;
  /** The configuration that each connector had when its last set of task configurations was written. */
  readonly appliedConnectorConfigs: ReadonlyMap<string, RawProperties>;
}

/** A snapshot that never changes: `org.apache.kafka.connect.storage.ClusterConfigState`. */
export class ClusterConfigState {
  /** Before anything was read. */
  static readonly EMPTY = new ClusterConfigState({
    offset: -1,
    sessionKey: null,
    connectors: new Map(),
    targetStates: new Map(),
    taskCounts: new Map(),
    taskConfigs: new Map(),
    taskCountRecords: new Map(),
    taskConfigGenerations: new Map(),
    pendingFencing: new Set(),
    inconsistent: new Set(),
    appliedConnectorConfigs: new Map(),
  });

  readonly #config: ClusterConfig;

  constructor(config: ClusterConfig) {
    this.#config = config;
  }

  /** One past the last record of the config topic that this holds; -1 before any. */
  get offset(): number {
    return this.#config.offset;
  }

  get sessionKey(): SessionKey | null {
    return this.#config.sessionKey;
  }

  get connectors(): string[] {
    return [...this.#config.connectors.keys()];
  }

  /** Connectors whose task configurations have to be made again. */
  get inconsistentConnectors(): ReadonlySet<string> {
    return this.#config.inconsistent;
  }

  contains(connector: string): boolean {
    return this.#config.connectors.has(connector);
  }

  /** References to configuration providers are as they were given. */
  connectorConfig(connector: string): RawProperties | null {
    return this.#config.connectors.get(connector) ?? null;
  }

  /** The configuration from which the present tasks were made, null if there are none. */
  appliedConnectorConfig(connector: string): RawProperties | null {
    return this.#config.appliedConnectorConfigs.get(connector) ?? null;
  }

  targetState(connector: string): TargetState | null {
    return this.#config.targetStates.get(connector) ?? null;
  }

  taskConfig({ connector, task }: TaskId): RawProperties | null {
    return this.#config.taskConfigs.get(connector)?.get(task) ?? null;
  }

  /** In the order of the tasks. */
  taskConfigs(connector: string): RawProperties[] {
    return this.tasks(connector).map((id) => this.taskConfig(id) ?? {});
  }

  taskCount(connector: string): number {
    return this.#config.taskCounts.get(connector) ?? 0;
  }

  /** None while the connector's set is not complete. */
  tasks(connector: string): TaskId[] {
    if (this.#config.inconsistent.has(connector)) return [];
    return Array.from({ length: this.taskCount(connector) }, (_, task) => ({ connector, task }));
  }

  /** Number of tasks at the last fencing of zombies; null before any. */
  taskCountRecord(connector: string): number | null {
    return this.#config.taskCountRecords.get(connector) ?? null;
  }

  /** Whether zombies of the tasks may still write (KIP-618). */
  pendingFencing(connector: string): boolean {
    return this.#config.pendingFencing.has(connector);
  }

  /** Null before the first set of task configurations since this worker started. */
  taskConfigGeneration(connector: string): number | null {
    return this.#config.taskConfigGenerations.get(connector) ?? null;
  }
}
