import type { RestartRequest } from '../herder.ts';
import type { ClusterConfigListener } from '../../storage/config-state-builder.ts';

/** What has come from the config topic and waits for the herder's loop. */
export interface Changes {
  readonly connectors: ReadonlySet<string>;
  readonly targetStates: ReadonlySet<string>;
  /** Connectors whose tasks have other configurations. */
  readonly tasks: ReadonlySet<string>;
  /** Whether work has come or gone, so that the group has to distribute it anew. */
  readonly needsRebalance: boolean;
}

/** Collects what changes in the config topic until the loop acts upon it. */
export class ClusterChanges {
  /** Called after each change. */
  onChange: () => void = () => undefined;
  /** Connectors that were there before. */
  readonly #known = new Set<string>();
  #connectors = new Set<string>();
  #targetStates = new Set<string>();
  #tasks = new Set<string>();
  #restarts = new Map<string, RestartRequest>();
  #needsRebalance = false;

  get needsRebalance(): boolean {
    return this.#needsRebalance;
  }

  /** A connector that is there from the beginning. */
  know(connector: string): void {
    this.#known.add(connector);
  }

  take(): Changes {
    const changes = {
      connectors: this.#connectors,
      targetStates: this.#targetStates,
      tasks: this.#tasks,
      needsRebalance: this.#needsRebalance,
    };
    this.#connectors = new Set();
    this.#targetStates = new Set();
    this.#tasks = new Set();
    this.#needsRebalance = false;
    return changes;
  }

  /** Requests to restart, one for each connector. */
  takeRestarts(): ReadonlyMap<string, RestartRequest> {
    const restarts = this.#restarts;
    this.#restarts = new Map();
    return restarts;
  }

  /** @param onLoggingLevelUpdate sets the level on this worker */
  listener(onLoggingLevelUpdate: (logger: string, level: string) => void): ClusterConfigListener {
    const note = (change: () => void): void => {
      change();
      this.onChange();
    };
    return {
      onConnectorConfigUpdate: (name) =>
        note(() => {
          // Nobody runs a new one; of one that is there only the instance is started anew, by who has it.
          if (!this.#known.has(name)) this.#needsRebalance = true;
          this.#known.add(name);
          this.#connectors.add(name);
        }),
      onConnectorConfigRemove: (name) =>
        note(() => {
          this.#known.delete(name);
          this.#needsRebalance = true;
        }),
      onTaskConfigUpdate: (connector) =>
        note(() => {
          this.#tasks.add(connector);
          this.#needsRebalance = true;
        }),
      onTargetStateChange: (connector) => note(() => this.#targetStates.add(connector)),
      onRestartRequest: (request) =>
        note(() => this.#restarts.set(request.connector, stronger(this.#restarts.get(request.connector), request))),
      onLoggingLevelUpdate,
      onSessionKeyUpdate: () => this.onChange(),
    };
  }
}

/** Of two requests for one connector the one that restarts more is kept, as in KIP-745. */
function stronger(before: RestartRequest | undefined, request: RestartRequest): RestartRequest {
  const impact = ({ includeTasks, onlyFailed }: RestartRequest): number => (includeTasks ? 1 : 0) + (onlyFailed ? 0 : 2);
  return before !== undefined && impact(before) > impact(request) ? before : request;
}
