import type { GroupGeneration, JoinedMember } from '../port.ts';

/** What the leader of a generation has to assign. */
export interface JoinedGroup {
  readonly protocol: string;
  readonly leaderId: string;
  readonly members: readonly JoinedMember[];
}

/**
 * One member's dealings with its group, whatever the protocol type and wherever the group is kept. Its owner calls {@link join} whenever
 * {@link isRejoinNeeded}, after it has given up what it was assigned.
 */
export interface Membership {
  /** Null while not in the group. */
  readonly generation: GroupGeneration | null;
  /** Whether the owner is to give up its assignment and {@link join}. */
  readonly isRejoinNeeded: boolean;
  /** Whether the group has gone on without this member. */
  readonly isRemoved: boolean;
  /** The same; true once. */
  takeRemoval(): boolean;
  /** Joins, however many generations it takes, and resolves with what the member is assigned. */
  join(): Promise<Buffer>;
  requestRejoin(): void;
  /** Gives up the membership after a failure: the next {@link join} is that of a new member. */
  reset(): void;
  /** Leaves for good. Idempotent. */
  leave(): Promise<void>;
}
