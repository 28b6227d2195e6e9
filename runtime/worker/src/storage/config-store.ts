import type { TargetState } from '../task/task-services.ts';

/** The configuration of a connector as it is kept: raw, so with references to providers and not what they resolve to. */
export interface StoredConfig {
  readonly config: Readonly<Record<string, string>>;
  /** Keys whose values are secrets. */
  readonly passwordKeys: readonly string[];
}

/** What a store knows of one connector. */
export interface StoredConnector extends StoredConfig {
  readonly name: string;
  readonly targetState: TargetState;
}

/**
 * Keeps the connectors of a worker from one life to the next. Changes take effect in the order of the calls; each resolves when it is
 * safe, and rejects with a ConnectException when it cannot be made so.
 */
export interface ConfigStore {
  /** @returns what was stored @throws ConnectException if that cannot be used */
  start(): Promise<readonly StoredConnector[]>;
  stop(): Promise<void>;
  /** @param targetState null leaves the state of a connector that is there as it is */
  putConnector(name: string, config: StoredConfig, targetState: TargetState | null): Promise<void>;
  /** Does nothing for a connector that is not there. */
  putTargetState(name: string, targetState: TargetState): Promise<void>;
  deleteConnector(name: string): Promise<void>;
}

/** Keeps nothing: the herder's own tables are all there is, as in Kafka's standalone mode. */
export class MemoryConfigStore implements ConfigStore {
  async start(): Promise<readonly StoredConnector[]> {
    return [];
  }

  async stop(): Promise<void> {
    // Nothing is open.
  }

  async putConnector(): Promise<void> {
    // Nothing to keep.
  }

  async putTargetState(): Promise<void> {
    // Nothing to keep.
  }

  async deleteConnector(): Promise<void> {
    // Nothing to keep.
  }
}
