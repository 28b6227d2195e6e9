import { randomUUID } from 'node:crypto';
import type { TopicPartition } from '@millrace/api';
import {
  IllegalGenerationException,
  InconsistentGroupProtocolException,
  RebalanceInProgressException,
  UnknownMemberIdException,
} from '../errors.ts';
import { consumerProtocolType, decodeAssignment, decodeSubscription } from './consumer-protocol.ts';
import { Deferred } from '../waiting/deferred.ts';
import { chooseProtocol, type JoinRequest, type JoinResult, type MemberState, metadataFor, sameProtocols } from './group-member-state.ts';
import { GroupOffsets, type OffsetJournal } from './group-offsets.ts';
import { maxTimerMs } from '../waiting/timer.ts';

/** Kafka's names. Preparing: waits for the members to join; completing: waits for the leader's assignment. */
type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable';

const noAssignment = Buffer.alloc(0);

/**
 * A group and its coordinator, after Kafka's classic group protocol: join, sync, leave, with generations, one leader and any protocol type.
 * Members in one process cannot be cut off, so there are no heartbeats: a member hears of a rebalance through its
 * {@link MemberClient}, and only one that does not join again in time is removed.
 */
export class Group {
  readonly id: string;
  readonly offsets: GroupOffsets;
  #state: GroupState = 'Empty';
  #generationId = 0;
  #protocolType = '';
  #protocol = '';
  #leaderId: string | null = null;
  /** Ids that were given out and have not joined yet. */
  readonly #admitted = new Set<string>();
  readonly #members = new Map<string, MemberState>();
  #deadline: NodeJS.Timeout | null = null;
  #isCompletionDue = false;

  constructor(id: string, now: () => number, journal: OffsetJournal) {
    this.id = id;
    this.offsets = new GroupOffsets(now, journal);
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /** Whether a member, as a consumer, reads the topic. */
  isSubscribedTo(topic: string): boolean {
    if (this.#protocolType !== consumerProtocolType) return false;
    return [...this.#members.values()].some(({ request }) =>
      request.protocols.some(({ metadata }) => decodeSubscription(metadata).includes(topic)),
    );
  }

  /** An id for a new member, to join with, as in KIP-394. */
  admit(clientId: string): string {
    const id = `${clientId}-${randomUUID()}`;
    this.#admitted.add(id);
    return id;
  }

  /**
   * Resolves when all members have joined.
   * @throws UnknownMemberIdException if the member was removed, InconsistentGroupProtocolException if it does not fit in
   */
  async join(request: JoinRequest): Promise<JoinResult> {
    this.#checkProtocols(request);
    const known = this.#members.get(request.memberId);
    const member = known ?? this.#newMember(request);
    const isUnchanged = known !== undefined && sameProtocols(known.request.protocols, request.protocols);
    member.request = request;
    const isSettled = this.#state === 'CompletingRebalance' || (this.#state === 'Stable' && member.id !== this.#leaderId);
    if (isUnchanged && isSettled) return this.#resultFor(member);
    member.joining ??= new Deferred();
    const { promise } = member.joining;
    this.#rebalance();
    return promise;
  }

  /**
   * Resolves with the member's assignment when the leader has given them out.
   * @param assignments null but from the leader
   * @throws RebalanceInProgressException if the next rebalance came first: join again
   */
  async sync(memberId: string, generationId: number, assignments: ReadonlyMap<string, Buffer> | null): Promise<Buffer> {
    const member = this.#current(memberId, generationId);
    if (this.#state === 'PreparingRebalance') throw rebalanceInProgress(this.id);
    if (this.#state === 'Stable') return member.assignment;
    member.syncing ??= new Deferred();
    const { promise } = member.syncing;
    if (assignments !== null && memberId === this.#leaderId) this.#settle(assignments);
    return promise;
  }

  /** Leaves the group; an unknown member is none already. */
  leave(memberId: string): void {
    this.#admitted.delete(memberId);
    this.#remove(memberId);
  }

  /**
   * Checks that the member may commit now.
   * @throws UnknownMemberIdException, IllegalGenerationException, RebalanceInProgressException
   */
  checkCommit(memberId: string, generationId: number): void {
    this.#current(memberId, generationId);
    // While the others join, the old generation still may: a member commits what it is about to lose.
    if (this.#state === 'CompletingRebalance') throw rebalanceInProgress(this.id);
  }

  /** A topic is about to be deleted. */
  forgetTopic(topic: string): void {
    this.offsets.forgetTopic(topic);
  }

  #checkProtocols(request: JoinRequest): void {
    const others = [...this.#members.values()].filter(({ id }) => id !== request.memberId);
    const isSameType = others.length === 0 || request.protocolType === this.#protocolType;
    const names = request.protocols.map(({ name }) => name);
    const isSpoken = names.some((name) => others.every(({ request: { protocols } }) => protocols.some((other) => other.name === name)));
    if (isSameType && isSpoken) return;
    throw new InconsistentGroupProtocolException(
      `Group ${this.id} of type ${this.#protocolType} cannot take a member of type ${request.protocolType} with protocols ${names.join(', ')}`,
    );
  }

  #newMember(request: JoinRequest): MemberState {
    const id = request.memberId;
    if (!this.#admitted.delete(id)) throw unknownMember(this.id, id);
    const member: MemberState = { id, request, joining: null, syncing: null, assignment: noAssignment };
    this.#members.set(id, member);
    this.#protocolType = request.protocolType;
    return member;
  }

  #known(memberId: string): MemberState {
    const member = this.#members.get(memberId);
    if (member === undefined) throw unknownMember(this.id, memberId);
    return member;
  }

  #current(memberId: string, generationId: number): MemberState {
    const member = this.#known(memberId);
    if (generationId === this.#generationId) return member;
    throw new IllegalGenerationException(`Group ${this.id} is at generation ${this.#generationId}, not ${generationId}`);
  }

  /** Asks everybody to join, or goes on with a rebalance under way. */
  #rebalance(): void {
    if (this.#state !== 'PreparingRebalance') {
      this.#enter('PreparingRebalance');
      for (const member of this.#members.values()) {
        member.syncing?.reject(rebalanceInProgress(this.id));
        member.syncing = null;
        if (member.joining === null) member.request.client.rebalanceStarted();
      }
    }
    if (this.#isCompletionDue || !this.#haveAllJoined()) return;
    // Members that start in the same turn of the event loop shall share one rebalance.
    this.#isCompletionDue = true;
    setImmediate(() => {
      this.#isCompletionDue = false;
      if (this.#state === 'PreparingRebalance' && this.#haveAllJoined()) this.#complete();
    });
  }

  #haveAllJoined(): boolean {
    return [...this.#members.values()].every(({ joining }) => joining !== null);
  }

  /** Begins the next generation. */
  #complete(): void {
    const members = [...this.#members.values()];
    this.#generationId += 1;
    this.#protocol = chooseProtocol(members) ?? '';
    if (this.#leaderId === null || !this.#members.has(this.#leaderId)) this.#leaderId = members[0]?.id ?? null;
    if (members.length === 0) {
      this.#enter('Empty');
      this.offsets.holdOnly(new Set());
      return;
    }
    this.#enter('CompletingRebalance');
    for (const member of members) {
      member.assignment = noAssignment;
      member.joining?.resolve(this.#resultFor(member));
      member.joining = null;
    }
  }

  #resultFor(member: MemberState): JoinResult {
    const members = new Map<string, Buffer>();
    if (member.id === this.#leaderId) {
      for (const other of this.#members.values()) members.set(other.id, metadataFor(other, this.#protocol));
    }
    return {
      generationId: this.#generationId,
      memberId: member.id,
      protocol: this.#protocol,
      leaderId: this.#leaderId ?? member.id,
      members,
    };
  }

  #settle(assignments: ReadonlyMap<string, Buffer>): void {
    this.#enter('Stable');
    for (const member of this.#members.values()) {
      member.assignment = assignments.get(member.id) ?? noAssignment;
      member.syncing?.resolve(member.assignment);
      member.syncing = null;
    }
    if (this.#protocolType === consumerProtocolType) this.offsets.holdOnly(this.#assigned());
  }

  #assigned(): Set<TopicPartition> {
    return new Set([...this.#members.values()].flatMap(({ assignment }) => decodeAssignment(assignment)));
  }

  /** Goes to a state, and waits there no longer than the most patient member says. */
  #enter(state: GroupState): void {
    this.#state = state;
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#deadline = null;
    if (state !== 'PreparingRebalance' && state !== 'CompletingRebalance') return;
    const timeoutMs = Math.max(0, ...[...this.#members.values()].map(({ request }) => request.rebalanceTimeoutMs));
    this.#deadline = setTimeout(() => this.#removeLate(state), Math.min(timeoutMs, maxTimerMs));
  }

  #removeLate(state: 'PreparingRebalance' | 'CompletingRebalance'): void {
    const late = [...this.#members.values()].filter(
      (member) => (state === 'PreparingRebalance' ? member.joining : member.syncing) === null,
    );
    for (const member of late) {
      this.#remove(member.id);
      member.request.client.removed();
    }
  }

  #remove(memberId: string): void {
    const member = this.#members.get(memberId);
    if (member === undefined) return;
    this.#members.delete(memberId);
    member.joining?.reject(unknownMember(this.id, memberId));
    member.syncing?.reject(unknownMember(this.id, memberId));
    if (this.#members.size === 0) this.#complete();
    else this.#rebalance();
  }
}

function unknownMember(groupId: string, memberId: string): UnknownMemberIdException {
  return new UnknownMemberIdException(`Group ${groupId} has no member ${memberId}`);
}

function rebalanceInProgress(groupId: string): RebalanceInProgressException {
  return new RebalanceInProgressException(`Group ${groupId} is rebalancing`);
}
