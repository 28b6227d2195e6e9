import type { Properties } from '@millrace/api';
import type { ClusterConfigStore } from '../../storage/kafka-config-store.ts';
import { rebalanceNeeded } from '../forwarding.ts';
import { ClusterSnapshot } from './cluster-snapshot.ts';
import type { SessionKeys } from './session-keys.ts';
import type { WorkerGroup } from './worker-group.ts';

/** A request to another worker. */
export interface RequestToWorker {
  readonly url: string;
  readonly method: string;
  /** Empty: none. */
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends a request to another worker. @throws ConnectRestException with its answer if that is an error */
export type SendToWorker = (request: RequestToWorker) => Promise<unknown>;

/** Brings task configurations of connectors that run here into the config topic, through the leader. */
export class TaskPublisher {
  readonly #configs: ClusterConfigStore;
  readonly #group: WorkerGroup;
  readonly #keys: SessionKeys;
  readonly #send: SendToWorker;

  constructor(configs: ClusterConfigStore, group: WorkerGroup, keys: SessionKeys, send: SendToWorker) {
    this.#configs = configs;
    this.#group = group;
    this.#keys = keys;
    this.#send = send;
  }

  /** Does nothing if the tasks are those of now, made from the configuration of now. @throws what the leader answers */
  async publish(connector: string, configs: readonly Properties[]): Promise<void> {
    const snapshot = ClusterSnapshot.of(this.#configs);
    const config = snapshot.connectorConfig(connector);
    if (config === null || snapshot.targetState(connector) !== 'STARTED') return;
    const isSame = JSON.stringify(snapshot.taskConfigs(connector)) === JSON.stringify(configs);
    // A new converter changes no task configuration, and takes new tasks all the same.
    const isApplied = JSON.stringify(snapshot.appliedConnectorConfig(connector)) === JSON.stringify(config);
    if (isSame && isApplied) return;
    if (this.#group.isLeader) await this.#configs.putTaskConfigs(connector, configs);
    else await this.#post(connector, configs);
  }

  async #post(connector: string, configs: readonly Properties[]): Promise<void> {
    const { leaderUrl } = this.#group;
    if (leaderUrl === null) throw rebalanceNeeded();
    const body = Buffer.from(JSON.stringify(configs));
    const headers = this.#group.isSessioned ? this.#keys.sign(body) : {};
    await this.#send({ url: `${leaderUrl}connectors/${encodeURIComponent(connector)}/tasks`, method: 'POST', body, headers });
  }
}
