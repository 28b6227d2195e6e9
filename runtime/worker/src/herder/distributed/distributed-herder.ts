import { AlreadyExistsException, NotFoundException, type Properties } from '@millrace/api';
import { patchedConfig } from '../../config/config-patch.ts';
import { ConfigReload } from '../../config/config-reload.ts';
import type { WorkerMeters } from '../../metrics/worker-meters.ts';
import { messageOf } from '../../task/error-message.ts';
import { taskIdText, type TaskId } from '../../task/task-id.ts';
import type { TargetState, TaskMetrics } from '../../task/task-services.ts';
import { Worker } from '../../worker.ts';
import { abandonable } from '../abandonable.ts';
import { notStopped, type ChangeOffsets } from '../connector-offsets.ts';
import { validationError } from '../connector-validation.ts';
import { rebalanceNeeded, RequestTargetException } from '../forwarding.ts';
import type {
  ClusterHerder,
  ConnectorOffset,
  ConnectorStateInfo,
  Health,
  PutOptions,
  PutResult,
  RawConfig,
  RestartRequest,
  StateInfo,
} from '../herder.ts';
import type { SignatureHeaders } from '../protocol/signature-headers.ts';
import { stageBegun } from '../request-deadline.ts';
import { BadRequestException, ConnectRestException, WorkerStartingException } from '../rest-exceptions.ts';
import { AssignedWork } from './assigned-work.ts';
import { ChangeApplier } from './change-applier.ts';
import { checkPlugins } from './check-plugins.ts';
import type { ClusterChanges } from './cluster-changes.ts';
import { ClusterQueries, type ClusterQueriesOptions } from './cluster-queries.ts';
import type { ClusterConfigStore } from '../../storage/kafka-config-store.ts';
import { ConnectorOffsetStores } from '../../storage/connector-offset-stores.ts';
import type { KafkaStatusStore } from '../../storage/kafka-status-store.ts';
import { HerderLoop } from './herder-loop.ts';
import { LocalWork } from './local-work.ts';
import { SessionKeys } from './session-keys.ts';
import { TaskPublisher, type SendToWorker } from './task-publisher.ts';
import { groupSettings, WorkerGroup } from './worker-group.ts';
import { ClusterSnapshot } from './cluster-snapshot.ts';

export interface DistributedHerderOptions extends ClusterQueriesOptions {
  /** `host:port` under which this worker is known. */
  workerId(): string;
  /** Where this worker takes requests; it ends in `/`. */
  url(): string;
  /** What the config store reports. */
  readonly changes: ClusterChanges;
  /** Joins although classes of the cluster's connectors are not installed here. Default: false. */
  readonly force?: boolean;
  readonly send: SendToWorker;
  /** The herder cannot go on. */
  onCrash(error: unknown): void;
}

/** Herds the connectors of a cluster of workers as `org.apache.kafka.connect.runtime.distributed.DistributedHerder`. */
export class DistributedHerder extends ClusterQueries implements ClusterHerder {
  readonly #options: DistributedHerderOptions;
  readonly #configs: ClusterConfigStore;
  readonly #statuses: KafkaStatusStore;
  readonly #worker: Worker;
  readonly #work: LocalWork;
  readonly #group: WorkerGroup;
  readonly #reload: ConfigReload;
  readonly #loop: HerderLoop;
  readonly #assigned: AssignedWork;
  readonly #applier: ChangeApplier;
  readonly #changes: ClusterChanges;
  readonly #keys: SessionKeys;
  /** Has an assignment: before that nobody is known who leads. */
  #isStarted = false;
  /** Has read the internal topics. */
  #hasRead = false;
  /** What the start is at, as the answer to a look at its health goes on. */
  #startingStage = '';
  #stopping: Promise<void> | null = null;

  constructor(options: DistributedHerderOptions) {
    super(options);
    this.#options = options;
    const { workerConfig, plugins, hosts, offsets, transformer, transport, log, configs, statuses } = options;
    this.#configs = configs;
    this.#statuses = statuses;
    this.#reload = new ConfigReload((name) => void this.#loop.request(() => this.#applier.restartAll(name)));
    this.#worker = new Worker(
      { config: workerConfig, plugins, offsets, log, ...hosts },
      {
        connectorStatus: (name, status) => this.#work.connectorStatus(name, status),
        taskStatus: (id, status) => this.#work.taskStatus(id, status),
        topicUsed: (id, topic) => this.#topicUsed(id, topic),
        reconfigurationRequested: (name) => void this.#work.connector(name)?.reconfigure(),
      },
    );
    statuses.onUnassigned = () => this.#work.tellAgain();
    this.#changes = options.changes;
    this.#changes.onChange = () => this.#loop.wake();
    this.#keys = new SessionKeys(configs, workerConfig, () => this.#loop.wake());
    this.#group = new WorkerGroup(
      {
        ...groupSettings(workerConfig, () => options.workerId()),
        transport,
        configs,
        log,
        url: () => options.url(),
        held: () => this.#assigned.all,
      },
      {
        giveUpAll: () => this.#assigned.giveUpAll(),
        assigned: (assignment) => this.#assigned.take(assignment),
      },
    );
    const publisher = new TaskPublisher(configs, this.#group, this.#keys, (request) => options.send(request));
    this.#work = new LocalWork({
      worker: this.#worker,
      plugins,
      configs,
      statuses,
      transformer,
      reload: this.#reload,
      log,
      graceMs: this.#number('task.shutdown.graceful.timeout.ms', 5000),
      offsetStores: new ConnectorOffsetStores(this.openOffsets),
      workerId: () => options.workerId(),
      generation: () => this.#group.generationId,
      publishTasks: (connector, taskConfigs) => publisher.publish(connector, taskConfigs),
    });
    this.#assigned = this.#newAssignedWork();
    this.#applier = new ChangeApplier(this.#changes, this.#work, this.#assigned, this.#group);
    this.#loop = new HerderLoop(
      () => this.#turn(),
      (error) => options.onCrash(error),
    );
  }

  get taskMetrics(): ReadonlyMap<string, TaskMetrics> {
    return this.#worker.taskMetrics;
  }

  /** Whether this worker leads the group now. */
  get isLeader(): boolean {
    return this.#group.isLeader;
  }

  get meters(): WorkerMeters {
    return this.#worker.meters;
  }

  /** Reads the internal topics and joins the group. @throws ConfigException, ConnectException if the worker cannot take part */
  async start(): Promise<void> {
    const { offsets, log } = this.#options;
    this.#startingStage = stageBegun('initializing and reading to the end of internal topics');
    await offsets.start();
    await this.#statuses.start();
    await this.#configs.start();
    this.#hasRead = true;
    for (const name of this.view.connectors()) this.#changes.know(name);
    checkPlugins(this.view.unknownClasses(), { log, force: this.#options.force === true });
    this.#loop.start();
    this.#startingStage = stageBegun('ensuring membership in the cluster');
    this.#group.join().then(
      () => {
        this.#isStarted = true;
      },
      (error: unknown) => {
        if (this.#stopping !== null) return;
        log.error(`Worker could not join its group: ${messageOf(error)}`);
        this.#options.onCrash(error);
      },
    );
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async checkHealth(): Promise<Health> {
    if (this.#stopping !== null) return { status: 'unhealthy', message: 'Worker is shutting down.' };
    if (!this.#isStarted) return { status: 'starting', message: `Worker is still starting up. ${this.#startingStage}` };
    await this.#loop.request(() => undefined);
    return { status: 'healthy', message: 'Worker has completed startup and is ready to handle requests.' };
  }

  async putConnectorConfig(name: string, config: RawConfig, options: PutOptions): Promise<PutResult> {
    const invalid = validationError(await this.validateConnectorConfig(config));
    if (invalid !== null) throw new BadRequestException(invalid);
    return this.#asLeader('creating or updating connector', async () => {
      const isNew = ClusterSnapshot.of(this.#configs).connectorConfig(name) === null;
      if (!isNew && !options.allowReplace) throw new AlreadyExistsException(`Connector ${name} already exists`);
      await this.#configs.putConnector(
        name,
        { config: config as Properties, passwordKeys: [] },
        isNew ? (options.initialState ?? null) : null,
      );
      return { created: isNew, info: this.view.info(name) };
    });
  }

  async patchConnectorConfig(name: string, patch: RawConfig): Promise<PutResult> {
    const config = await this.#asLeader('patching connector', async () => patchedConfig<string>(this.view.config(name), patch));
    return this.putConnectorConfig(name, config, { allowReplace: true });
  }

  async deleteConnector(name: string): Promise<void> {
    await this.#asLeader('deleting connector', async () => {
      this.view.config(name);
      await this.#configs.deleteConnector(name);
    });
  }

  async setTargetState(name: string, state: TargetState): Promise<void> {
    if (state === 'STOPPED') {
      await this.#asLeader('stopping connector', async () => {
        this.view.config(name, `Unknown connector ${name}`);
        // Tasks go first, so that a connector that is STOPPED has none (KIP-875).
        await this.#configs.putTaskConfigs(name, []);
        await this.#configs.putTargetState(name, 'STOPPED');
      });
      return;
    }
    this.view.config(name, `Unknown connector ${name}`);
    await this.#configs.putTargetState(name, state);
  }

  async restartConnector(name: string): Promise<void> {
    await this.withDeadline(`restarting connector ${name}`, async () => {
      const restarted = await this.#loop.request(() => {
        this.view.config(name, `Unknown connector: ${name}`);
        this.#ensureBalanced();
        if (this.#assigned.hasConnector(name)) return { done: this.#work.startConnector(name) };
        throw this.#elsewhere(`Cannot restart connector ${name} since it is not assigned to this member`, this.#group.connectorOwner(name));
      });
      await restarted.done;
    });
  }

  async restartTask(name: string, task: number): Promise<void> {
    const id = { connector: name, task };
    await this.withDeadline(`restarting task ${taskIdText(id)}`, async () => {
      const restarted = await this.#loop.request(() => {
        this.view.config(name, `Unknown connector: ${name}`);
        if (task >= ClusterSnapshot.of(this.#configs).taskCount(name)) throw new NotFoundException(`Unknown task: ${taskIdText(id)}`);
        this.#ensureBalanced();
        if (!this.#assigned.hasTask(id)) {
          throw this.#elsewhere(`Cannot restart task ${taskIdText(id)} since it is not assigned to this member`, this.#group.taskOwner(id));
        }
        return { stopped: this.#work.restartTasks([id]) };
      });
      await restarted.stopped;
    });
  }

  async restartConnectorAndTasks(name: string, request: RestartRequest): Promise<ConnectorStateInfo> {
    return this.#asLeader(`handling restart request for connector ${name}`, async () => {
      this.view.config(name, `Unknown connector: ${name}`);
      const status = await this.connectorStatus(name);
      await this.#configs.putRestartRequest({ connector: name, ...request });
      const isPlanned = ({ state }: StateInfo): boolean => !request.onlyFailed || state === 'FAILED';
      const restarting = <Info extends StateInfo>(info: Info): Info => ({ ...info, state: 'RESTARTING' });
      return {
        ...status,
        connector: isPlanned(status.connector) ? restarting(status.connector) : status.connector,
        tasks: status.tasks.map((info) => (request.includeTasks && isPlanned(info) ? restarting(info) : info)),
      };
    });
  }

  alterConnectorOffsets(name: string, offsets: readonly ConnectorOffset[]): Promise<string> {
    return this.#changeOffsets(name, (subject, signal) => this.offsets.alter(subject, offsets, signal));
  }

  resetConnectorOffsets(name: string): Promise<string> {
    return this.#changeOffsets(name, (subject, signal) => this.offsets.reset(subject, signal));
  }

  ensureRead(): void {
    if (!this.#hasRead) throw new WorkerStartingException(`Worker is still starting up. ${this.#startingStage}`);
  }

  checkInternalRequest(headers: SignatureHeaders, body: Buffer): void {
    if (this.#group.isSessioned) this.#keys.check(headers, body);
  }

  async fenceZombies(name: string): Promise<void> {
    this.view.config(name);
    throw new ConnectRestException(500, 'Exactly once delivery is not supported by this worker: exactly.once.source.support is disabled');
  }

  async takeTaskConfigs(name: string, configs: readonly Properties[]): Promise<void> {
    await this.#asLeader(`taking task configurations of connector ${name}`, async () => {
      this.view.config(name);
      if (configs.length > 0 && ClusterSnapshot.of(this.#configs).targetState(name) === 'STOPPED') {
        throw new BadRequestException(`Cannot submit non-empty set of task configs for stopped connector ${name}`);
      }
      await this.#configs.putTaskConfigs(name, configs);
    });
  }

  /** Sets the level of a logger on every worker (KIP-976). */
  async setClusterLoggerLevel(logger: string, level: string): Promise<void> {
    await this.#configs.putLoggerLevel(logger, level);
  }

  #newAssignedWork(): AssignedWork {
    return new AssignedWork({
      configs: this.#configs,
      statuses: this.#statuses,
      work: this.#work,
      log: this.#options.log,
      syncTimeoutMs: this.#syncTimeoutMs,
      isLeader: () => this.#group.isLeader,
      isOwned: (name, task) => this.#group.isOwned(name, task),
      generation: () => this.#group.generationId,
      requestRejoin: () => this.#group.requestRejoin(),
      onAssigned: () => this.#loop.wake(),
    });
  }

  #topicUsed({ connector, task }: TaskId, topic: string): void {
    if (!this.#statuses.hasTopic(connector, topic)) {
      this.#statuses.putTopic({ connector, topic, task, discoverTimestamp: Date.now() });
    }
  }

  /** One turn of the loop. */
  async #turn(): Promise<void> {
    await this.#assigned.finish();
    if (this.#stopping !== null) return;
    if (this.#group.isLeader && this.#group.isSessioned) await this.#keys.rotate();
    this.#applier.apply();
  }

  async #changeOffsets(name: string, change: ChangeOffsets): Promise<string> {
    const run = (signal: AbortSignal): Promise<string> =>
      this.#loop
        .request(async () => {
          this.#ensureLeader();
          this.#ensureBalanced();
          await this.#configs.refresh(this.#syncTimeoutMs);
          const snapshot = ClusterSnapshot.of(this.#configs);
          this.view.config(name);
          if (snapshot.targetState(name) !== 'STOPPED' || snapshot.taskCount(name) > 0) throw notStopped(name);
          return {
            change: abandonable(async () => change(await this.subjectOf(name), signal), {
              what: `Modifying offsets of connector ${name}`,
              signal,
              graceMs: 0,
            }),
          };
        })
        .then((begun) => begun.change);
    return this.withDeadline(`modifying offsets for connector ${name}`, run);
  }

  async #stop(): Promise<void> {
    this.#assigned.cancelRebalance();
    this.#keys.stop();
    this.#reload.stop();
    await this.#loop.stop();
    await this.#work.stopAll();
    await this.#group.leave();
    await this.#statuses.stop();
    await this.#configs.stop();
    await this.#options.offsets.stop();
  }

  /** In the loop, on the leader. @throws RequestTargetException elsewhere */
  #asLeader<Result>(stage: string, action: () => Promise<Result>): Promise<Result> {
    return this.withDeadline(stage, () =>
      this.#loop.request(async () => {
        this.#ensureLeader();
        return action();
      }),
    );
  }

  #ensureLeader(): void {
    if (!this.#group.isLeader) throw new RequestTargetException('Only the leader can do this.', this.#group.leaderUrl);
  }

  /** While a rebalance is due nobody knows who runs what. @throws ConflictException */
  #ensureBalanced(): void {
    if (this.#changes.needsRebalance || this.#assigned.isUnfinished) throw rebalanceNeeded();
  }

  #elsewhere(message: string, owner: string | null): RequestTargetException {
    return new RequestTargetException(message, this.#group.isLeader ? owner : this.#group.leaderUrl);
  }

  get #syncTimeoutMs(): number {
    return this.#number('worker.sync.timeout.ms', 3000);
  }

  #number(key: string, otherwise: number): number {
    return Number(this.#options.workerConfig[key] ?? otherwise);
  }
}
