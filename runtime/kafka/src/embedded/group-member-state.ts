import type { MemberProtocol } from '../port.ts';
import type { Deferred } from '../waiting/deferred.ts';

/** How a group reaches one of its members. */
export interface MemberClient {
  /** The group rebalances: the member is to join again. */
  rebalanceStarted(): void;
  /** The group went on without the member. */
  removed(): void;
}

/** A request to join a group. */
export interface JoinRequest {
  readonly memberId: string;
  readonly protocolType: string;
  /** In order of preference. */
  readonly protocols: readonly MemberProtocol[];
  /** How long, in milliseconds, a rebalance waits for this member. */
  readonly rebalanceTimeoutMs: number;
  readonly client: MemberClient;
}

/** The outcome of a join. */
export interface JoinResult {
  readonly generationId: number;
  readonly memberId: string;
  readonly protocol: string;
  readonly leaderId: string;
  /** Metadata of all members by id; empty but for the leader. */
  readonly members: ReadonlyMap<string, Buffer>;
}

/** A member as its group sees it. */
export interface MemberState {
  readonly id: string;
  request: JoinRequest;
  /** Set while the member waits for the others to join. */
  joining: Deferred<JoinResult> | null;
  /** Set while the member waits for the leader's assignment. */
  syncing: Deferred<Buffer> | null;
  assignment: Buffer;
}

/** Metadata that the member sends along with a protocol. */
export function metadataFor(member: MemberState, protocol: string): Buffer {
  const chosen = member.request.protocols.find(({ name }) => name === protocol);
  return chosen?.metadata ?? Buffer.alloc(0);
}

/** Whether two joins of a member say the same. */
export function sameProtocols(one: readonly MemberProtocol[], other: readonly MemberProtocol[]): boolean {
  if (one.length !== other.length) return false;
  return one.every(({ name, metadata }, index) => {
    const counterpart = other[index];
    return counterpart !== undefined && counterpart.name === name && counterpart.metadata.equals(metadata);
  });
}

/** The protocol that most members prefer among those that all speak; undefined if there is none. */
export function chooseProtocol(members: readonly MemberState[]): string | undefined {
  const [first, ...others] = members.map(({ request }) => request.protocols.map(({ name }) => name));
  const common = (first ?? []).filter((name) => others.every((names) => names.includes(name)));
  const votes = new Map<string, number>(common.map((name) => [name, 0]));
  for (const { request } of members) {
    const preferred = request.protocols.find(({ name }) => votes.has(name));
    if (preferred !== undefined) votes.set(preferred.name, (votes.get(preferred.name) ?? 0) + 1);
  }
  let chosen: string | undefined;
  for (const [name, count] of votes) if (chosen === undefined || count > (votes.get(chosen) ?? 0)) chosen = name;
  return chosen;
}
