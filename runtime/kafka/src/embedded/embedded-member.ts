import { IllegalStateException } from '@millrace/api';
import { integerProperty } from '../client-properties.ts';
import type { GroupGeneration, GroupMember, GroupMemberOptions } from '../port.ts';
import { abortable } from './abortable.ts';
import { Deferred } from './deferred.ts';
import type { EmbeddedLog } from './embedded-log.ts';
import type { JoinResult } from './group-member-state.ts';
import { GroupSession } from './group-session.ts';
import { WaitList } from './wait-list.ts';

/** A member of any protocol type that stays in its group by itself. Takes `rebalance.timeout.ms`, `retry.backoff.ms` and `client.id`. */
export class EmbeddedMember implements GroupMember {
  readonly #options: GroupMemberOptions;
  readonly #onClose: () => void;
  readonly #session: GroupSession;
  readonly #retryBackoffMs: number;
  readonly #changed = new WaitList();
  readonly #joined = new Deferred<void>();
  #hasStarted = false;
  #hasJoined = false;
  #hasLeft = false;

  constructor(log: EmbeddedLog, options: GroupMemberOptions, onClose: () => void) {
    const { properties, groupId, protocolType } = options;
    this.#options = options;
    this.#onClose = onClose;
    this.#retryBackoffMs = integerProperty(properties, { key: 'retry.backoff.ms', defaultValue: 100, min: 0 });
    this.#session = new GroupSession({
      group: () => log.group(groupId),
      clientId: properties['client.id'] ?? `${protocolType}-${groupId}`,
      protocolType,
      rebalanceTimeoutMs: integerProperty(properties, { key: 'rebalance.timeout.ms', defaultValue: 60_000, min: 0 }),
      protocols: () => options.protocols(),
      assign: (joined) => this.#assign(joined),
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
    this.#session.requestRejoin();
  }

  generation(): GroupGeneration | null {
    return this.#session.generation;
  }

  async leave(): Promise<void> {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    if (this.#hasStarted) this.#joined.reject(new IllegalStateException(`The member has left group ${this.#options.groupId}`));
    this.#session.leave();
    this.#changed.wake();
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
    const assignment = await this.#session.join();
    const generation = this.#session.generation;
    // Removed between the leader's assignment and this moment.
    if (generation === null) return;
    await this.#options.onAssigned(assignment, generation);
    this.#hasJoined = true;
    this.#joined.resolve();
    while (!this.#session.isRejoinNeeded && !this.#hasLeft) await abortable((callback) => this.#changed.add(callback), undefined);
    if (this.#hasLeft) return;
    if (this.#session.takeRemoval()) {
      await this.#options.onLost();
      return;
    }
    await this.#options.onRevoked(generation);
    if (this.#session.takeRemoval()) await this.#options.onLost();
  }

  /** A callback failed: the first time `join` says so, later the member gives up its place and joins anew. */
  async #recover(error: Error): Promise<void> {
    if (!this.#hasJoined) {
      this.#joined.reject(error);
      await this.leave();
      return;
    }
    this.#session.reset();
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

  async #assign({ protocol, members, leaderId }: JoinResult): Promise<ReadonlyMap<string, Buffer>> {
    return this.#options.assign(
      protocol,
      [...members].map(([memberId, metadata]) => ({ memberId, metadata })),
      leaderId,
    );
  }
}
