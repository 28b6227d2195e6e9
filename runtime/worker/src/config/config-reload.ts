import { CONNECTOR_CONFIG } from './connector-config.ts';

/** Restarts a connector whose configuration expires. */
export type RestartConnector = (connector: string) => void;

/**
 * Has connectors restarted when values from configuration providers expire, if their `config.action.reload` is `restart`; as
 * `org.apache.kafka.connect.runtime.WorkerConfigTransformer`. A restart resolves the configuration anew and so schedules the next.
 */
export class ConfigReload {
  readonly #restart: RestartConnector;
  /** By connector and path. */
  readonly #timers = new Map<string, Map<string, NodeJS.Timeout>>();

  constructor(restart: RestartConnector) {
    this.#restart = restart;
  }

  /** Takes the times to live that a transformation gave; an earlier schedule for the same path is replaced. */
  schedule(connector: string, props: Readonly<Record<string, string>>, ttls: ReadonlyMap<string, number>): void {
    if (CONNECTOR_CONFIG.parseValue('config.action.reload', props['config.action.reload']) === 'none') return;
    const timers = this.#timers.get(connector) ?? new Map<string, NodeJS.Timeout>();
    for (const [path, ttlMs] of ttls) {
      clearTimeout(timers.get(path));
      timers.set(path, setTimeout(() => this.#restart(connector), ttlMs).unref());
    }
    if (timers.size > 0) this.#timers.set(connector, timers);
  }

  /** Forgets a connector that was stopped or deleted. */
  cancel(connector: string): void {
    for (const timer of this.#timers.get(connector)?.values() ?? []) clearTimeout(timer);
    this.#timers.delete(connector);
  }

  /** Forgets all. Idempotent. */
  stop(): void {
    for (const connector of this.#timers.keys()) this.cancel(connector);
  }
}
