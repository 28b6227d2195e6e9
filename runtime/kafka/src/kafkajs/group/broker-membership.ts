import { KafkaException } from '@millrace/api';
import type { GroupGeneration, MemberProtocol } from '../../port.ts';
import type { JoinedGroup, Membership } from '../../membership/membership.ts';
import { heartbeat } from '../wire/apis/heartbeat.ts';
import { joinGroup, type JoinGroupResponse } from '../wire/apis/join-group.ts';
import { leaveGroup } from '../wire/apis/leave-group.ts';
import { syncGroup } from '../wire/apis/sync-group.ts';
import { brokerError, isRetriable } from '../wire/broker-errors.ts';
import type { Cluster } from '../wire/cluster.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { exponentialBackoff } from '../wire/wire-config.ts';
import { Coordinator } from './coordinator.ts';

/** What the broker may take longer than the members have to join, in milliseconds: as Kafka's clients allow. */
const joinGraceMs = 5000;
/** How long leaving may take before it is given up; the session timeout does the rest. In milliseconds. */
const leaveTimeoutMs = 3000;

export interface BrokerMembershipOptions {
  readonly groupId: string;
  readonly protocolType: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly protocols: () => readonly MemberProtocol[];
  /** Gets ready for the next call of `protocols`. */
  readonly prepare?: () => Promise<void>;
  /** The assignment of all, for the leader to give out. */
  readonly assign: (joined: JoinedGroup) => Promise<ReadonlyMap<string, Buffer>>;
  /** Something happened that the owner has to act upon. */
  readonly onChange: () => void;
  /** Whether the owner still does its part; if not, the member leaves at its next heartbeat. Default: always. */
  readonly isAlive?: () => boolean;
}

/**
 * Membership by Kafka's classic group protocol, for any protocol type. Heartbeats run on a timer, so a member that is busy stays one; while it
 * waits for a join the broker knows that it is there.
 */
export class BrokerMembership implements Membership {
  readonly #cluster: Cluster;
  readonly #coordinator: Coordinator;
  readonly #options: BrokerMembershipOptions;
  #memberId = '';
  #generation: GroupGeneration | null = null;
  #isRejoinNeeded = true;
  #isRemoved = false;
  #isJoining = false;
  #isBeating = false;
  #hasLeft = false;
  #timer: NodeJS.Timeout | null = null;
  /** Ends a wait between two attempts. */
  #wake: (() => void) | null = null;

  constructor(cluster: Cluster, options: BrokerMembershipOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#coordinator = new Coordinator(cluster, 'group', options.groupId);
  }

  get generation(): GroupGeneration | null {
    return this.#generation;
  }

  get isRejoinNeeded(): boolean {
    return this.#isRejoinNeeded;
  }

  get isRemoved(): boolean {
    return this.#isRemoved;
  }

  /** Whether a {@link join} is under way. */
  get isJoining(): boolean {
    return this.#isJoining;
  }

  takeRemoval(): boolean {
    const wasRemoved = this.#isRemoved;
    this.#isRemoved = false;
    return wasRemoved;
  }

  async join(): Promise<Buffer> {
    this.#isJoining = true;
    try {
      for (let failures = 0; ; failures++) {
        if (this.#hasLeft) throw new KafkaException('The member has left its group');
        this.#isRejoinNeeded = false;
        const assignment = await this.#tryToJoin();
        if (assignment !== null) return assignment;
        const { retryBackoffMs, retryBackoffMaxMs } = this.#cluster.config;
        if (failures > 0) await this.#pause(exponentialBackoff(retryBackoffMs, retryBackoffMaxMs, failures - 1));
      }
    } finally {
      this.#isJoining = false;
    }
  }

  /** The coordinator has refused something of this generation: it has gone on without this member. During a join, that will tell. */
  refused(generation: GroupGeneration): void {
    if (this.#generation === generation && !this.#isJoining) this.#removed();
  }

  requestRejoin(): void {
    this.#isRejoinNeeded = true;
    this.#options.onChange();
  }

  reset(): void {
    void this.#leaveGroup();
    this.#forget();
    this.#isRejoinNeeded = true;
  }

  async leave(): Promise<void> {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#wake?.();
    const left = this.#leaveGroup();
    this.#forget();
    await left;
  }

  /** @returns null if it has to be tried again */
  async #tryToJoin(): Promise<Buffer | null> {
    this.#stopHeartbeats();
    try {
      const joined = await this.#joinOnce();
      if (joined === null) return null;
      if (this.#hasLeft) {
        // The answer was under way when the member left: the group has it again.
        void this.#leaveGroup();
        this.#forget();
        throw new KafkaException('The member has left its group');
      }
      const isLeader = joined.leaderId === joined.memberId;
      this.#generation = { generationId: joined.generationId, memberId: joined.memberId, protocol: joined.protocol, isLeader };
      this.#startHeartbeats();
      const assignments = isLeader ? await this.#options.assign(joined) : new Map<string, Buffer>();
      return await this.#sync(joined, assignments);
    } catch (error) {
      if (!isRetriable(error) || this.#hasLeft) throw error;
      return null;
    }
  }

  async #joinOnce(): Promise<JoinGroupResponse | null> {
    const { groupId, protocolType, sessionTimeoutMs, rebalanceTimeoutMs, protocols } = this.#options;
    await this.#options.prepare?.();
    const answer = await this.#coordinator.request(
      joinGroup,
      { groupId, sessionTimeoutMs, rebalanceTimeoutMs, memberId: this.#memberId, protocolType, protocols: protocols() },
      { lane: 'coordinator', timeoutMs: Math.max(rebalanceTimeoutMs + joinGraceMs, this.#cluster.config.requestTimeoutMs) },
    );
    switch (answer.errorCode) {
      case ErrorCode.NONE:
        this.#memberId = answer.memberId;
        return answer;
      case ErrorCode.MEMBER_ID_REQUIRED:
        this.#memberId = answer.memberId;
        return this.#hasLeft ? null : this.#joinOnce();
      case ErrorCode.UNKNOWN_MEMBER_ID:
      case ErrorCode.ILLEGAL_GENERATION:
        this.#isRemoved ||= this.#generation !== null;
        this.#forget();
        return null;
      case ErrorCode.REBALANCE_IN_PROGRESS:
        return null;
      default:
        if (this.#coordinator.hasMoved(answer.errorCode)) return null;
        throw brokerError(answer.errorCode, `Joining group ${groupId}`);
    }
  }

  async #sync({ generationId, memberId }: JoinGroupResponse, assignments: ReadonlyMap<string, Buffer>): Promise<Buffer | null> {
    const { groupId, rebalanceTimeoutMs } = this.#options;
    const request = { groupId, generationId, memberId, assignments };
    const timeoutMs = Math.max(rebalanceTimeoutMs + joinGraceMs, this.#cluster.config.requestTimeoutMs);
    // Heartbeats go another way meanwhile: this request waits until the leader has made up its mind.
    const { errorCode, assignment } = await this.#coordinator.request(syncGroup, request, { lane: 'coordinator', timeoutMs });
    switch (errorCode) {
      case ErrorCode.NONE:
        return assignment;
      case ErrorCode.UNKNOWN_MEMBER_ID:
      case ErrorCode.ILLEGAL_GENERATION:
        this.#isRemoved = true;
        this.#forget();
        return null;
      case ErrorCode.REBALANCE_IN_PROGRESS:
        return null;
      default:
        if (this.#coordinator.hasMoved(errorCode)) return null;
        throw brokerError(errorCode, `Synchronising group ${groupId}`);
    }
  }

  #startHeartbeats(): void {
    this.#stopHeartbeats();
    const timer = setInterval(() => void this.#beat(timer), this.#options.heartbeatIntervalMs);
    this.#timer = timer;
  }

  #stopHeartbeats(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  async #beat(timer: NodeJS.Timeout): Promise<void> {
    const generation = this.#generation;
    if (generation === null || this.#isBeating) return;
    if (this.#options.isAlive?.() === false) {
      void this.#leaveGroup();
      this.#removed();
      return;
    }
    const { groupId } = this.#options;
    const { generationId, memberId } = generation;
    let code: number;
    this.#isBeating = true;
    try {
      ({ errorCode: code } = await this.#coordinator.request(heartbeat, { groupId, generationId, memberId }));
    } catch {
      // The coordinator is being looked for; whether the session is over by then, it will say.
      return;
    } finally {
      this.#isBeating = false;
    }
    // Said of a generation that is over.
    if (this.#timer !== timer || this.#generation !== generation) return;
    if (code === ErrorCode.REBALANCE_IN_PROGRESS) {
      if (!this.#isJoining && !this.#isRejoinNeeded) this.requestRejoin();
    } else if (code !== ErrorCode.NONE && !this.#coordinator.hasMoved(code)) {
      this.#removed();
    }
  }

  #removed(): void {
    this.#forget();
    this.#isRemoved = true;
    // A join under way goes on as that of a new member.
    if (this.#isJoining) this.#options.onChange();
    else this.requestRejoin();
  }

  #forget(): void {
    this.#stopHeartbeats();
    this.#memberId = '';
    this.#generation = null;
  }

  async #leaveGroup(): Promise<void> {
    const memberId = this.#memberId;
    if (memberId === '') return;
    try {
      // On a connection of its own: a join that waits must not keep it from being heard.
      await this.#coordinator.request(leaveGroup, { groupId: this.#options.groupId, memberId }, { timeoutMs: leaveTimeoutMs });
    } catch {
      // The session timeout tells the group.
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }
}
