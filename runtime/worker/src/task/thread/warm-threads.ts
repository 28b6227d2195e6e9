import type { PluginThread } from './plugin-thread.ts';

/** Threads that wait for a task at most. */
const maxWaiting = 2;
/** Time, in milliseconds, that a thread waits for a task. */
const waitMs = 60_000;

interface Waiting {
  readonly purpose: string;
  readonly forget: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Threads whose tasks ended in order and left nothing behind. The next task of the same kind finds its code there loaded and compiled, as it
 * would in the JVM: a restart, a new configuration or a rebalance does not begin at walking pace.
 */
export class WarmThreads {
  /** Oldest first. */
  readonly #waiting = new Map<PluginThread, Waiting>();
  #isClosed = false;

  /** @param purpose which tasks may have it */
  keep(thread: PluginThread, purpose: string): void {
    if (this.#isClosed || thread.hasEnded) {
      void thread.terminate();
      return;
    }
    thread.worker.unref();
    const forget = thread.onEnd(() => this.#remove(thread));
    this.#waiting.set(thread, { purpose, forget, timer: setTimeout(() => void this.#end(thread), waitMs).unref() });
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > maxWaiting && oldest !== undefined) void this.#end(oldest);
  }

  /** The thread that was left last for this purpose; null if there is none. */
  take(purpose: string): PluginThread | null {
    const thread = [...this.#waiting].findLast(([, waiting]) => waiting.purpose === purpose)?.[0];
    if (thread === undefined) return null;
    this.#remove(thread);
    thread.worker.ref();
    return thread;
  }

  /** Ends the threads that wait; later ones end at once. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#waiting.keys()].map((thread) => this.#end(thread)));
  }

  async #end(thread: PluginThread): Promise<void> {
    this.#remove(thread);
    await thread.terminate();
  }

  #remove(thread: PluginThread): void {
    const waiting = this.#waiting.get(thread);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    waiting.forget();
    this.#waiting.delete(thread);
  }
}
