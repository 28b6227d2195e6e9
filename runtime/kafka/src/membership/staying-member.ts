import { IllegalStateException } from '@millrace/api';
import { Deferred } from '../waiting/deferred.ts';
import { WaitList } from '../waiting/wait-list.ts';
import type { GroupGeneration, GroupMember, GroupMemberOptions } from '../port.ts';
import type { JoinedGroup, Membership } from './membership.ts';

/** Makes the membership of a {@link StayingMember}. */
export type OpenMembership = (hooks: {
  assign(joined: JoinedGroup): Promise<ReadonlyMap<string, Buffer>>;
  /** Something happened that the member has to act upon. */
  onChange(): void;
}) => Membership;

/** A member of any protocol type that stays in its group by itself. */
export class StayingMember implements GroupMember {
  readonly #options: GroupMemberOptions;
  readonly #onClose: () => void;
  readonly #membership: Membership;
  readonly #retryBackoffMs: number;
  readonly #changed = new WaitList();
  readonly #joined = new Deferred<void>();
  #hasStarted = false;
  #hasJoined = false;
  #leaving: Promise<void> | null = null;

  constructor(options: GroupMemberOptions, open: OpenMembership, retryBackoffMs: number, onClose: () => void) {
    this.#options = options;
    this.#onClose = onClose;
    this.#retryBackoffMs = retryBackoffMs;
    this.#membership = open({
      assign: ({ protocol, members, leaderId }) => options.assign(protocol, members, leaderId),
      onChange: () => this.#changed.wake(),
    });
  }

  async join(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#hasStarted) throw new IllegalStateException(`The member of group ${this.#options.groupId} joins once`);
    this.#hasStarted = true;
    const abort = (): void => {
      this.#joined.reject(signal?.reason as Error);
      void this.leave();
    };
    signal?.addEventListener('abort', abort, { once: true });
    void this.#stay();
    try {
      await this.#joined.promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  requestRejoin(): void {
    this.#membership.requestRejoin();
  }

  generation(): GroupGeneration | null {
    return this.#membership.generation;
  }

  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  get #hasLeft(): boolean {
    return this.#leaving !== null;
  }

  async #leave(): Promise<void> {
    if (this.#hasStarted) this.#joined.reject(new IllegalStateException(`The member has left group ${this.#options.groupId}`));
    const left = this.#membership.leave();
    this.#changed.wake();
    await left;
    this.#onClose();
  }

  /** Goes through one generation after the other. Never throws. */
  async #stay(): Promise<void> {
    while (!this.#hasLeft) {
      try {
        await this.#liveThroughGeneration();
      } catch (error) {
        if (!this.#hasLeft) await this.#recover(error as Error);
      }
    }
  }

  async #liveThroughGeneration(): Promise<void> {
    const membership = this.#membership;
    const assignment = await membership.join();
    const generation = membership.generation;
    // Removed between the leader's assignment and this moment.
    if (generation === null) return;
    if (membership.takeRemoval()) await this.#options.onLost();
    await this.#options.onAssigned(assignment, generation);
    this.#hasJoined = true;
    this.#joined.resolve();
    while (!membership.isRejoinNeeded && !this.#hasLeft) {
      await new Promise<void>((resolve) => {
        this.#changed.add(resolve);
      });
    }
    if (this.#hasLeft) return;
    if (membership.takeRemoval()) {
      await this.#options.onLost();
      return;
    }
    await this.#options.onRevoked(generation);
    if (membership.takeRemoval()) await this.#options.onLost();
  }

  /** A callback failed: the first time `join` says so, later the member gives up its place and joins anew. */
  async #recover(error: Error): Promise<void> {
    if (!this.#hasJoined) {
      this.#joined.reject(error);
      await this.leave();
      return;
    }
    this.#membership.reset();
    try {
      this.#options.onError?.(error);
      await this.#options.onLost();
    } catch (lostError) {
      this.#options.onError?.(lostError as Error);
    }
    await new Promise<void>((resolve) => {
      setTimeout(resolve, this.#retryBackoffMs);
    });
  }
}
