import { KafkaException } from '@millrace/api';
import { RebalanceInProgressException, UnknownMemberIdException } from '../errors.ts';
import type { GroupGeneration, MemberProtocol } from '../port.ts';
import type { JoinedGroup, Membership } from '../membership/membership.ts';
import type { Group } from './group.ts';
import type { MemberClient } from './group-member-state.ts';

export interface GroupSessionOptions {
  /** The group, asked anew before every join because it may have been deleted in between. */
  readonly group: () => Group;
  readonly clientId: string;
  readonly protocolType: string;
  readonly rebalanceTimeoutMs: number;
  readonly protocols: () => readonly MemberProtocol[];
  /** The assignment of all, for the leader to give out. */
  readonly assign: (joined: JoinedGroup) => Promise<ReadonlyMap<string, Buffer>>;
  /** Something happened that the owner has to act upon. */
  readonly onChange: () => void;
}

/** Membership in a group of the embedded log. */
export class GroupSession implements Membership, MemberClient {
  readonly #options: GroupSessionOptions;
  #group: Group | null = null;
  #memberId: string | null = null;
  #generation: GroupGeneration | null = null;
  #isRejoinNeeded = true;
  #isRemoved = false;
  #hasLeft = false;

  constructor(options: GroupSessionOptions) {
    this.#options = options;
  }

  get generation(): GroupGeneration | null {
    return this.#generation;
  }

  get isRejoinNeeded(): boolean {
    return this.#isRejoinNeeded;
  }

  takeRemoval(): boolean {
    const wasRemoved = this.#isRemoved;
    this.#isRemoved = false;
    return wasRemoved;
  }

  get isRemoved(): boolean {
    return this.#isRemoved;
  }

  async join(): Promise<Buffer> {
    for (;;) {
      this.#isRejoinNeeded = false;
      try {
        return await this.#joinOnce();
      } catch (error) {
        if (error instanceof UnknownMemberIdException && !this.#hasLeft) this.#forget();
        else if (!(error instanceof RebalanceInProgressException)) throw error;
      }
    }
  }

  requestRejoin(): void {
    this.#isRejoinNeeded = true;
    this.#options.onChange();
  }

  rebalanceStarted(): void {
    this.requestRejoin();
  }

  removed(): void {
    this.#forget();
    this.#isRemoved = true;
    this.requestRejoin();
  }

  /** The group, if this member may commit to it now. @throws UnknownMemberIdException and what {@link Group.checkCommit} throws */
  groupToCommit(): Group {
    if (this.#group === null || this.#generation === null) throw new UnknownMemberIdException('The member is in no group');
    this.#group.checkCommit(this.#generation.memberId, this.#generation.generationId);
    return this.#group;
  }

  async leave(): Promise<void> {
    this.#hasLeft = true;
    this.#drop();
  }

  /** Leaves to join again as somebody else. */
  #drop(): void {
    const memberId = this.#memberId;
    this.#forget();
    if (memberId !== null) this.#group?.leave(memberId);
  }

  reset(): void {
    this.#drop();
    this.#isRejoinNeeded = true;
  }

  #forget(): void {
    this.#memberId = null;
    this.#generation = null;
  }

  async #joinOnce(): Promise<Buffer> {
    const { protocolType, rebalanceTimeoutMs, clientId } = this.#options;
    if (this.#hasLeft) throw new KafkaException('The member has left its group');
    if (this.#group === null || this.#memberId === null) {
      this.#group = this.#options.group();
      this.#memberId = this.#group.admit(clientId);
    }
    const group = this.#group;
    const memberId = this.#memberId;
    const joined = await group.join({ memberId, protocolType, protocols: this.#options.protocols(), rebalanceTimeoutMs, client: this });
    const isLeader = joined.leaderId === memberId;
    const { generationId, protocol, leaderId } = joined;
    this.#generation = { generationId, memberId, protocol, isLeader };
    if (!isLeader) return group.sync(memberId, generationId, null);
    const members = [...joined.members].map(([id, metadata]) => ({ memberId: id, metadata }));
    return group.sync(memberId, generationId, await this.#options.assign({ protocol, leaderId, members }));
  }
}
