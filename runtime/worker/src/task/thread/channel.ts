import { ConnectException } from '@millrace/api';
import { fromPortableError, toPortableError, type PortableError } from './portable-error.ts';

/** One end of a pair of message ports: a worker thread, or its parent as the thread sees it. */
export interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** What one side of a border lets the other call. Arguments and results are plain data. */
export type Methods<M> = { readonly [K in keyof M]: (...args: never[]) => unknown };

type Arguments<M, K extends keyof M> = M[K] extends (...args: infer A) => unknown ? A : never;
type Result<M, K extends keyof M> = M[K] extends (...args: never[]) => infer R ? Awaited<R> : never;

type Message =
  | { readonly kind: 'tell'; readonly method: string; readonly args: readonly unknown[] }
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly args: readonly unknown[] }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: PortableError };

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Calls over a pair of message ports, in the order in which they are made. */
export class Channel<Remote extends Methods<Remote>, Local extends Methods<Local>> {
  readonly #port: Port;
  readonly #local: Local;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #closed: Error | null = null;

  constructor(port: Port, local: Local) {
    this.#port = port;
    this.#local = local;
    port.on('message', (message) => void this.#receive(message as Message));
  }

  /** Calls a method of the other side without waiting for it. What it throws is lost: such a method handles its own errors. */
  tell<K extends keyof Remote & string>(method: K, ...args: Arguments<Remote, K>): void {
    if (this.#closed === null) this.#port.postMessage({ kind: 'tell', method, args } satisfies Message);
  }

  /** Calls a method of the other side. @throws what it throws there, or the reason for which the channel is closed. */
  call<K extends keyof Remote & string>(method: K, ...args: Arguments<Remote, K>): Promise<Result<Remote, K>> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== null) {
        reject(this.#closed);
        return;
      }
      const id = this.#nextId++;
      this.#port.postMessage({ kind: 'call', id, method, args } satisfies Message);
      this.#pending.set(id, { resolve, reject });
    });
  }

  /** Nothing crosses any more; calls under way fail. Idempotent. */
  close(reason: Error = new ConnectException('The thread has ended')): void {
    this.#closed ??= reason;
    for (const pending of this.#pending.values()) pending.reject(this.#closed);
    this.#pending.clear();
  }

  async #receive(message: Message): Promise<void> {
    if (this.#closed !== null) return;
    switch (message.kind) {
      case 'tell':
        this.#run(message.method, message.args);
        return;
      case 'call':
        await this.#answer(message.id, message.method, message.args);
        return;
      case 'result':
        this.#take(message.id)?.resolve(message.value as never);
        return;
      case 'error':
        this.#take(message.id)?.reject(fromPortableError(message.error));
    }
  }

  async #answer(id: number, method: string, args: readonly unknown[]): Promise<void> {
    try {
      const value = await this.#run(method, args);
      this.#post({ kind: 'result', id, value });
    } catch (error) {
      this.#post({ kind: 'error', id, error: toPortableError(error) });
    }
  }

  #post(message: Message): void {
    if (this.#closed === null) this.#port.postMessage(message);
  }

  #run(method: string, args: readonly unknown[]): unknown {
    const target = this.#local as unknown as Record<string, (...args: readonly unknown[]) => unknown>;
    return target[method]?.(...args);
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }
}
