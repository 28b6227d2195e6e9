import type { Logger } from '@millrace/api';
import type { AutoRestartRecord } from '../../storage/auto-restart-record.ts';
import { messageOf } from '../../task/error-message.ts';
import type { ConnectorStateInfo, Herder } from '../herder.ts';
import { autoRestartStep } from './auto-restart-rule.ts';
import { autoRestartSettings, type AutoRestartSettings } from './auto-restart-settings.ts';

/** How often, in milliseconds, connectors are looked at. */
const lookIntervalMs = 1000;
const never: AutoRestartSettings = { isEnabled: false, maxRestarts: null };

/** Where restarts are remembered, so that whoever decides next goes on from there. */
export interface AutoRestartHistory {
  /** Connectors that have a record. */
  autoRestarted(): readonly string[];
  autoRestart(connector: string): AutoRestartRecord | null;
  /** @param record null: the connector has a clean record again */
  putAutoRestart(connector: string, record: AutoRestartRecord | null): void;
}

export interface AutoRestartsOptions {
  readonly herder: Pick<Herder, 'connectors' | 'connectorConfig' | 'connectorStatus' | 'restartConnectorAndTasks'>;
  readonly history: AutoRestartHistory;
  readonly workerConfig: Readonly<Record<string, string>>;
  readonly log: Logger;
  /** Whether it is for this worker to decide: of a cluster, only the leader does. */
  isDecider(): boolean;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Restarts what has failed of connectors that want it: `auto.restart.enabled`, of the connector or of the worker. */
export class AutoRestarts {
  readonly #options: AutoRestartsOptions;
  /** Messages about settings that cannot be used: each is logged once. */
  readonly #reported = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;

  constructor(options: AutoRestartsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.look(), lookIntervalMs).unref();
  }

  /** Idempotent. */
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Looks at all connectors once. Never rejects. */
  async look(): Promise<void> {
    if (this.#isLooking || !this.#options.isDecider()) return;
    this.#isLooking = true;
    try {
      const { herder, history } = this.#options;
      const names = await herder.connectors();
      for (const name of names) await this.#lookAt(name);
      const known = new Set(names);
      for (const name of history.autoRestarted()) if (!known.has(name)) history.putAutoRestart(name, null);
    } finally {
      this.#isLooking = false;
    }
  }

  async #lookAt(name: string): Promise<void> {
    const { herder, history, log } = this.#options;
    try {
      const { isEnabled, maxRestarts } = this.#settings(name, await herder.connectorConfig(name));
      const record = history.autoRestart(name);
      if (!isEnabled) {
        if (record !== null) history.putAutoRestart(name, null);
        return;
      }
      const now = this.#options.now();
      const step = autoRestartStep(hasFailed(await herder.connectorStatus(name)), record, now, maxRestarts);
      if (step === 'forget') history.putAutoRestart(name, null);
      if (step !== 'restart') return;
      const count = (record?.count ?? 0) + 1;
      await herder.restartConnectorAndTasks(name, { includeTasks: true, onlyFailed: true });
      history.putAutoRestart(name, { count, lastRestartMs: now });
      log.info(`Connector ${name}: what failed is restarted, for the ${ordinal(count)} time in a row`);
    } catch (error) {
      // It is deleted just now, or the group rebalances: the next look sees what became of it.
      log.debug(`Connector ${name} is not restarted now: ${messageOf(error)}`);
    }
  }

  #settings(name: string, config: Readonly<Record<string, string>>): AutoRestartSettings {
    try {
      return autoRestartSettings(config, this.#options.workerConfig);
    } catch (error) {
      const message = `Connector ${name} is not restarted automatically: ${messageOf(error)}`;
      if (!this.#reported.has(message)) this.#options.log.warn(message);
      this.#reported.add(message);
      return never;
    }
  }
}

function hasFailed({ connector, tasks }: ConnectorStateInfo): boolean {
  return connector.state === 'FAILED' || tasks.some(({ state }) => state === 'FAILED');
}

function ordinal(count: number): string {
  const isTeen = Math.floor(count / 10) % 10 === 1;
  return `${count}${(isTeen ? undefined : ['th', 'st', 'nd', 'rd'][count % 10]) ?? 'th'}`;
}
