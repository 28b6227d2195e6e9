import type { GroupGeneration, GroupMember, KafkaTransport } from '@millrace/kafka';
import type { WorkerLog } from '../../log/worker-log.ts';
import type { ClusterConfigState } from '../../storage/cluster-config-state.ts';
import type { ClusterConfigStore } from '../../storage/kafka-config-store.ts';
import { messageOf } from '../../task/error-message.ts';
import type { TaskId } from '../../task/task-id.ts';
import { GroupLeader } from '../assignor/group-leader.ts';
import { NO_ASSIGNMENT, type Assignment, type WorkerState } from '../protocol/assignment.ts';
import { decodeAssignment, memberProtocols, versionOf, type ConnectProtocol } from '../protocol/connect-protocol.ts';

/** What a worker hears of its group. The group waits for each call. */
export interface WorkerGroupListener {
  /** Before an eager rebalance: everything has to stop. */
  giveUpAll(): Promise<void>;
  /** What changes for this worker. Whoever listens stops what is revoked before this resolves. */
  assigned(assignment: Assignment, generation: GroupGeneration): Promise<void>;
}

export interface WorkerGroupOptions {
  readonly transport: KafkaTransport;
  readonly configs: ClusterConfigStore;
  readonly log: WorkerLog;
  readonly groupId: string;
  readonly protocol: ConnectProtocol;
  readonly maxRebalanceDelayMs: number;
  readonly syncTimeoutMs: number;
  /** Settings of the member. */
  properties(): Readonly<Record<string, string>>;
  /** Where this worker takes requests of others; it ends in `/`. */
  url(): string;
  /** What this worker has been assigned so far. */
  held(): { readonly connectors: readonly string[]; readonly tasks: readonly TaskId[] };
}

/** Membership of a worker in its cluster, and as leader the distribution of work: `org.apache.kafka.connect.runtime.distributed.WorkerCoordinator`. */
export class WorkerGroup {
  readonly #options: WorkerGroupOptions;
  readonly #listener: WorkerGroupListener;
  /** Null before {@link join}. */
  #member: GroupMember | null = null;
  readonly #leader: GroupLeader;
  #assignment: Assignment = NO_ASSIGNMENT;
  #generation: GroupGeneration | null = null;

  constructor(options: WorkerGroupOptions, listener: WorkerGroupListener) {
    this.#options = options;
    this.#listener = listener;
    this.#leader = new GroupLeader({ maxDelayMs: options.maxRebalanceDelayMs, now: () => Date.now(), refresh: () => this.#refreshed() });
  }

  get isLeader(): boolean {
    return this.#generation?.isLeader === true;
  }

  /** Number of the generation; -1 outside of the group. */
  get generationId(): number {
    return this.#generation?.generationId ?? -1;
  }

  get memberId(): string {
    return this.#generation?.memberId ?? '';
  }

  /** Whether requests among workers are signed. */
  get isSessioned(): boolean {
    return this.#generation?.protocol === 'sessioned';
  }

  get isIncremental(): boolean {
    return this.#generation === null ? this.#options.protocol !== 'eager' : this.#generation.protocol !== 'default';
  }

  /** Address of the leader; null while it is not known. */
  get leaderUrl(): string | null {
    return this.#assignment.leaderUrl || null;
  }

  /** As leader: the address of the worker that runs a connector; null if none does. */
  connectorOwner(name: string): string | null {
    return this.#leader.ownerUrl(name, null);
  }

  /** As leader: the address of the worker that runs a task; null if none does. */
  taskOwner({ connector, task }: TaskId): string | null {
    return this.#leader.ownerUrl(connector, task);
  }

  /** As leader: whether a worker of the group has a connector, or one of its tasks. */
  isOwned(connector: string, task: number | null): boolean {
    return this.#leader.ownerUrl(connector, task) !== null;
  }

  /** Resolves when the first assignment has been taken. */
  async join(): Promise<void> {
    this.#member = this.#openMember();
    await this.#member.join();
  }

  requestRejoin(): void {
    this.#member?.requestRejoin();
  }

  async leave(): Promise<void> {
    await this.#member?.leave();
  }

  #openMember(): GroupMember {
    const { transport, groupId, protocol: connectProtocol, log } = this.#options;
    return transport.member({
      groupId,
      protocolType: 'connect',
      properties: this.#options.properties(),
      protocols: () => memberProtocols(connectProtocol, this.#state()),
      assign: (protocol, members, leaderId) => this.#leader.assign(protocol, members, leaderId, this.#options.configs.snapshot()),
      onAssigned: (bytes, generation) => this.#assigned(bytes, generation),
      onRevoked: (generation) => this.#revoked(generation),
      onLost: async () => {
        this.#generation = null;
      },
      onError: (error) => log.error(`Rebalance of group ${groupId} failed: ${messageOf(error)}`, { error: error.stack }),
    });
  }

  #state(): WorkerState {
    const { configs } = this.#options;
    const { offset } = configs.snapshot();
    const assignment =
      this.#assignment === NO_ASSIGNMENT
        ? null
        : { ...this.#assignment, ...this.#options.held(), revokedConnectors: [], revokedTasks: [], delay: 0 };
    return { url: this.#options.url(), offset, assignment };
  }

  async #revoked({ protocol }: GroupGeneration): Promise<void> {
    if (protocol === 'default') await this.#listener.giveUpAll();
  }

  async #assigned(bytes: Buffer, generation: GroupGeneration): Promise<void> {
    this.#assignment = decodeAssignment(bytes, versionOf(generation.protocol));
    this.#generation = generation;
    this.#leader.completed(generation);
    await this.#listener.assigned(this.#assignment, generation);
  }

  /** What this leader has read, or as much as it can read in time. */
  async #refreshed(): Promise<ClusterConfigState> {
    const { configs, syncTimeoutMs } = this.#options;
    try {
      await configs.refresh(syncTimeoutMs);
    } catch {
      // Said by the offset of what was read.
    }
    return configs.snapshot();
  }
}

/** Settings that a member of the group takes from the worker's. */
const memberKeys = ['session.timeout.ms', 'rebalance.timeout.ms', 'heartbeat.interval.ms', 'retry.backoff.ms', 'metadata.max.age.ms'];

/** What a worker's properties say of its group. @param workerId known when the group is joined */
export function groupSettings(
  workerConfig: Readonly<Record<string, string>>,
  workerId: () => string,
): Pick<WorkerGroupOptions, 'groupId' | 'protocol' | 'maxRebalanceDelayMs' | 'syncTimeoutMs' | 'properties'> {
  const member = Object.fromEntries(memberKeys.flatMap((key) => (workerConfig[key] === undefined ? [] : [[key, workerConfig[key]]])));
  return {
    groupId: workerConfig['group.id'] ?? '',
    protocol: (workerConfig['connect.protocol'] ?? 'sessioned').toLowerCase() as ConnectProtocol,
    maxRebalanceDelayMs: Number(workerConfig['scheduled.rebalance.max.delay.ms'] ?? 300_000),
    syncTimeoutMs: Number(workerConfig['worker.sync.timeout.ms'] ?? 3000),
    properties: () => ({ ...member, 'client.id': workerConfig['client.id'] || `connect-${workerId()}` }),
  };
}
