import type { Properties } from '@millrace/api';
import type { ClusterConfigState, RawProperties } from '../../storage/cluster-config-state.ts';
import type { ClusterConfigStore } from '../../storage/kafka-config-store.ts';
import type { SessionKey } from '../../storage/session-key.ts';
import type { TargetState } from '../../task/task-services.ts';

/** The same object for the same record, so that who has it can tell whether it has changed. */
const withoutNulls = new WeakMap<RawProperties, Properties>();

/** What a cluster is to run, as a herder looks at it: no null values, and a target state for every connector. */
export class ClusterSnapshot {
  readonly #state: ClusterConfigState;

  constructor(state: ClusterConfigState) {
    this.#state = state;
  }

  /** What a store has read so far. */
  static of(configs: ClusterConfigStore): ClusterSnapshot {
    return new ClusterSnapshot(configs.snapshot());
  }

  /** One past the last record of the config topic that was read; -1 before any. */
  get offset(): number {
    return this.#state.offset;
  }

  get sessionKey(): SessionKey | null {
    return this.#state.sessionKey;
  }

  get connectors(): string[] {
    return this.#state.connectors;
  }

  /** Raw; null if there is no such connector. */
  connectorConfig(name: string): Properties | null {
    return properties(this.#state.connectorConfig(name));
  }

  /** The configuration from which the present tasks were made; null if there are none. */
  appliedConnectorConfig(name: string): Properties | null {
    return properties(this.#state.appliedConnectorConfig(name));
  }

  targetState(name: string): TargetState {
    return this.#state.targetState(name) ?? 'STARTED';
  }

  /** Raw, in the order of the task numbers; empty while a set of tasks is incomplete. */
  taskConfigs(name: string): Properties[] {
    return this.#state.taskConfigs(name).map((config) => properties(config) ?? {});
  }

  taskCount(name: string): number {
    return this.#state.tasks(name).length;
  }
}

function properties(raw: RawProperties | null): Properties | null {
  if (raw === null) return null;
  let known = withoutNulls.get(raw);
  if (known === undefined) {
    known = Object.fromEntries(Object.entries(raw).filter((entry): entry is [string, string] => entry[1] !== null));
    withoutNulls.set(raw, known);
  }
  return known;
}
