import { abortable } from '../../waiting/abortable.ts';
import { WaitList } from '../../waiting/wait-list.ts';

/** Counts the bytes of records on their way against `buffer.memory`. */
export class MemoryGate {
  readonly #limit: number;
  readonly #waiters = new WaitList();
  #used = 0;
  #isOpen = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get hasRoom(): boolean {
    return this.#used < this.#limit;
  }

  take(bytes: number): void {
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
    if (this.hasRoom) this.#waiters.wake();
  }

  /** Resolves when there is room, or when nobody is to wait any more. @throws the signal's reason */
  async room(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    while (!this.hasRoom && !this.#isOpen) await abortable((callback) => this.#waiters.add(callback), signal);
  }

  /** Lets everybody pass from now on. */
  open(): void {
    this.#isOpen = true;
    this.#waiters.wake();
  }
}
