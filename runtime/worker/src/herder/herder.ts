import type { ConfigInfos, ConfigKeyInfo } from './config-infos.ts';
import type { State, TargetState } from '../task/task-services.ts';
import type { AutoRestartInfo } from './auto-restart/auto-restart-info.ts';
import type { SignatureHeaders } from './protocol/signature-headers.ts';
import type { ConnectorOffset } from './validation-sink-offsets.ts';

export { withDeadline } from './request-deadline.ts';
export { ConflictException, RequestTargetException } from './forwarding.ts';
export { BadRequestException, ConnectRestException, WorkerStartingException } from './rest-exceptions.ts';
export { signatureHeaders, type SignatureHeaders } from './protocol/signature-headers.ts';
export type { ConnectorOffset, TargetState };

/** How the worker is, as `GET /health` shows it (KIP-1017). */
export interface Health {
  readonly status: 'healthy' | 'starting' | 'unhealthy';
  readonly message: string;
}

/** A connector as REST shows it. */
export interface ConnectorInfo {
  readonly name: string;
  /** Raw configuration: `${…}` is not resolved. */
  readonly config: Readonly<Record<string, string>>;
  readonly tasks: readonly { readonly connector: string; readonly task: number }[];
  readonly type: 'source' | 'sink' | 'unknown';
}

export interface StateInfo {
  readonly state: State;
  readonly worker_id: string;
  readonly trace?: string;
  readonly version?: string;
}

export interface ConnectorStateInfo {
  readonly name: string;
  readonly connector: StateInfo;
  readonly tasks: readonly (StateInfo & { readonly id: number })[];
  readonly type: 'source' | 'sink' | 'unknown';
  /** Present when it was restarted because something of it had failed. */
  readonly auto_restart?: AutoRestartInfo;
}

export interface TaskInfo {
  readonly id: { readonly connector: string; readonly task: number };
  readonly config: Readonly<Record<string, string>>;
}

export interface PluginInfo {
  readonly class: string;
  readonly type: string;
  readonly version: string;
}

export interface PutResult {
  readonly created: boolean;
  readonly info: ConnectorInfo;
}

export interface PutOptions {
  /** False: a connector of this name must not exist. */
  readonly allowReplace: boolean;
  /** State in which a new connector begins (KIP-980). Default STARTED. */
  readonly initialState?: TargetState;
}

/** A configuration as it comes from outside: a null value is an error of its key, or in a patch the removal of it. */
export type RawConfig = Readonly<Record<string, string | null>>;

/**
 * Herds connectors and tasks: everything that REST and the command line can ask of a worker, standalone or distributed.
 *
 * Methods throw NotFoundException for a connector, task or plug-in that does not exist, AlreadyExistsException, BadRequestException
 * for what the caller has to mend, and ConnectException for the rest.
 */
export interface Herder {
  start(): Promise<void>;
  /** Stops every connector and task within the worker's timeout. Idempotent. */
  stop(): Promise<void>;
  kafkaClusterId(): Promise<string>;
  /** Resolves when the herder has an answer; never, if it is stuck. */
  checkHealth(): Promise<Health>;

  connectors(): Promise<string[]>;
  connectorInfo(name: string): Promise<ConnectorInfo>;
  connectorConfig(name: string): Promise<Readonly<Record<string, string>>>;
  connectorStatus(name: string): Promise<ConnectorStateInfo>;
  taskStatus(name: string, task: number): Promise<StateInfo & { readonly id: number }>;
  taskInfos(name: string): Promise<TaskInfo[]>;
  connectorTopics(name: string): Promise<string[]>;
  resetConnectorTopics(name: string): Promise<void>;

  putConnectorConfig(name: string, config: RawConfig, options: PutOptions): Promise<PutResult>;
  patchConnectorConfig(name: string, patch: RawConfig): Promise<PutResult>;
  deleteConnector(name: string): Promise<void>;
  setTargetState(name: string, state: TargetState): Promise<void>;
  restartConnector(name: string): Promise<void>;
  /** Restarts what the request selects and answers with the status in which those are RESTARTING (KIP-745). */
  restartConnectorAndTasks(name: string, request: RestartRequest): Promise<ConnectorStateInfo>;
  restartTask(name: string, task: number): Promise<void>;

  /** Offsets of a source as its tasks stored them, or of a sink's consumer group (KIP-875). */
  connectorOffsets(name: string): Promise<ConnectorOffset[]>;
  /** Changes offsets of a stopped connector; null removes one. @returns what was done, for the answer */
  alterConnectorOffsets(name: string, offsets: readonly ConnectorOffset[]): Promise<string>;
  /** Removes all offsets of a stopped connector. @returns what was done, for the answer */
  resetConnectorOffsets(name: string): Promise<string>;

  connectorPlugins(connectorsOnly: boolean): Promise<PluginInfo[]>;
  /** @param version required version, as one version or a range */
  connectorPluginConfig(name: string, version?: string): Promise<ConfigKeyInfo[]>;
  validateConnectorConfig(config: RawConfig): Promise<ConfigInfos>;
}

/** What workers of a cluster ask of each other besides (KIP-507). */
export interface ClusterHerder extends Herder {
  /** @throws WorkerStartingException until the internal topics have been read: what the worker knows before is not what the cluster has */
  ensureRead(): void;
  /** @throws BadRequestException, ConnectRestException 403 or 503, unless another worker has signed the request */
  checkInternalRequest(headers: SignatureHeaders, body: Buffer): void;
  /** Takes task configurations of a connector that runs on another worker. */
  takeTaskConfigs(connector: string, configs: readonly Readonly<Record<string, string>>[]): Promise<void>;
  /** @throws ConnectRestException: exactly once delivery is not there yet */
  fenceZombies(connector: string): Promise<void>;
}

export interface RestartRequest {
  readonly includeTasks: boolean;
  readonly onlyFailed: boolean;
}
