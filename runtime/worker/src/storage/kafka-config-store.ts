import { ConnectException, type Logger } from '@millrace/api';
import type { ConsumedRecord, KafkaTransport } from '@millrace/kafka';
import type { TargetState } from '../task/task-services.ts';
import type { ClusterConfigState, RawProperties } from './cluster-config-state.ts';
import {
  commitRecord,
  connectorRecord,
  loggerRecord,
  parseConfigRecord,
  restartRecord,
  sessionKeyRecord,
  targetStateRecord,
  taskCountRecord,
  taskRecord,
  type ClusterRestartRequest,
  type KeyAndValue,
} from './config-records.ts';
import { ConfigStateBuilder, type ClusterConfigListener } from './config-state-builder.ts';
import type { ConfigStore, StoredConfig, StoredConnector } from './config-store.ts';
import { KafkaBasedLog, type KafkaBasedLogOptions } from './kafka-based-log.ts';
import type { SessionKey } from './session-key.ts';

export interface KafkaConfigStoreOptions extends Pick<KafkaBasedLogOptions, 'topic' | 'clients'> {
  readonly transport: KafkaTransport;
  readonly listener: ClusterConfigListener;
  readonly log: Logger;
  /** Longest time, in milliseconds, for all steps of one change. Default: 30,000, as in Kafka Connect. */
  readonly timeoutMs?: number;
}

/**
 * The configurations of a cluster of workers. Changes act when they come back from the topic: a worker that writes hears of it from the
 * listener as all others do. Only the leader may write connectors, tasks, session keys and restarts.
 */
export interface ClusterConfigStore extends ConfigStore {
  /** What has been read so far. */
  snapshot(): ClusterConfigState;
  /** Reads to the end of the topic. @throws TimeoutError after so many milliseconds */
  refresh(timeoutMs: number): Promise<void>;
  /** Replaces all task configurations of a connector. */
  putTaskConfigs(connector: string, configs: readonly RawProperties[]): Promise<void>;
  putSessionKey(key: SessionKey): Promise<void>;
  putRestartRequest(request: ClusterRestartRequest): Promise<void>;
  putTaskCountRecord(connector: string, count: number): Promise<void>;
  putLoggerLevel(namespace: string, level: string): Promise<void>;
}

/** Configurations in a topic of one partition: `org.apache.kafka.connect.storage.KafkaConfigBackingStore`. */
export class KafkaConfigStore implements ClusterConfigStore {
  readonly #log: Logger;
  readonly #kafkaLog: KafkaBasedLog;
  readonly #state: ConfigStateBuilder;
  readonly #timeoutMs: number;

  constructor({ transport, topic, clients, listener, log, timeoutMs = 30_000 }: KafkaConfigStoreOptions) {
    this.#log = log;
    this.#timeoutMs = timeoutMs;
    this.#state = new ConfigStateBuilder(listener);
    this.#kafkaLog = new KafkaBasedLog({
      transport,
      topic,
      clients,
      log,
      onRecord: (record) => this.#read(record),
      onCaughtUp: () => {
        this.#state.isLive = true;
      },
    });
  }

  /** The keys of secrets are not in the topic, so that none are returned. */
  async start(): Promise<readonly StoredConnector[]> {
    await this.#kafkaLog.start();
    const state = this.snapshot();
    return state.connectors.map((name) => ({
      name,
      config: withoutNulls(state.connectorConfig(name) ?? {}),
      passwordKeys: [],
      targetState: state.targetState(name) ?? 'STARTED',
    }));
  }

  async stop(): Promise<void> {
    await this.#kafkaLog.stop();
  }

  snapshot(): ClusterConfigState {
    return this.#state.snapshot();
  }

  async refresh(timeoutMs: number): Promise<void> {
    await this.#kafkaLog.readToEnd(AbortSignal.timeout(timeoutMs));
  }

  async putConnector(name: string, { config }: StoredConfig, targetState: TargetState | null): Promise<void> {
    await this.#change(`the configuration of connector ${name}`, async (signal) => {
      // Whoever sees the connector knows its state already.
      await this.#send(...(targetState === null ? [] : [targetStateRecord(name, targetState)]), connectorRecord(name, config));
      await this.#kafkaLog.readToEnd(signal);
    });
  }

  async deleteConnector(name: string): Promise<void> {
    await this.#change(`the removal of connector ${name}`, async (signal) => {
      await this.#send(connectorRecord(name, null), targetStateRecord(name, null));
      await this.#kafkaLog.readToEnd(signal);
    });
  }

  async putTargetState(name: string, targetState: TargetState): Promise<void> {
    await this.#change(`the target state of connector ${name}`, async (signal) => {
      await this.#send(targetStateRecord(name, targetState));
      await this.#kafkaLog.readToEnd(signal);
    });
  }

  async putTaskConfigs(connector: string, configs: readonly RawProperties[]): Promise<void> {
    await this.#change(`the task configurations of connector ${connector}`, async (signal) => {
      // What an earlier leader has written may still be on its way here, and would end up in this set.
      await this.#kafkaLog.readToEnd(signal);
      if (configs.length > 0) {
        await this.#send(...configs.map((config, task) => taskRecord({ connector, task }, config)));
        await this.#kafkaLog.readToEnd(signal);
      }
      await this.#send(commitRecord(connector, configs.length));
      await this.#kafkaLog.readToEnd(signal);
    });
  }

  async putSessionKey(key: SessionKey): Promise<void> {
    await this.#change('a session key', async (signal) => {
      await this.#send(sessionKeyRecord(key));
      await this.#kafkaLog.readToEnd(signal);
    });
  }

  async putRestartRequest(request: ClusterRestartRequest): Promise<void> {
    await this.#change(`a restart request for connector ${request.connector}`, () => this.#send(restartRecord(request)));
  }

  async putTaskCountRecord(connector: string, count: number): Promise<void> {
    await this.#change(`the task count of connector ${connector}`, async (signal) => {
      await this.#send(taskCountRecord(connector, count));
      await this.#kafkaLog.readToEnd(signal);
    });
  }

  async putLoggerLevel(namespace: string, level: string): Promise<void> {
    await this.#change(`the level of logger ${namespace}`, () => this.#send(loggerRecord(namespace, level)));
  }

  /** Runs the steps of a change within the time for all of them. */
  async #change(what: string, steps: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const expired = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    try {
      await Promise.race([steps(signal), expired]);
    } catch (error) {
      const reason = signal.aborted ? `it was not done within ${this.#timeoutMs} ms` : (error as Error).message;
      throw new ConnectException(`Error writing ${what} to the config topic: ${reason}`, { cause: error });
    }
  }

  async #send(...records: readonly KeyAndValue[]): Promise<void> {
    await Promise.all(records.map(([key, value]) => this.#kafkaLog.send(Buffer.from(key), value)));
  }

  #read({ key, value, offset }: ConsumedRecord): void {
    this.#state.advance(offset + 1);
    if (key === null) return;
    const name = key.toString('utf8');
    const record = parseConfigRecord(name, value);
    if (record === null) this.#log.debug(`Nothing is done about record ${offset} of the config topic with key ${name}`);
    else this.#state.apply(record);
  }
}

function withoutNulls(config: RawProperties): Record<string, string> {
  return Object.fromEntries(Object.entries(config).filter((entry): entry is [string, string] => entry[1] !== null));
}
