import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { Port } from './channel.ts';

/** The main thread's end of a channel to a task, whose last words it can still hear when the thread is gone. */
export class RunPort implements Port {
  /** The thread's end, to be handed over. */
  readonly remote: MessagePort;
  readonly #local: MessagePort;
  #listener: ((message: unknown) => void) | null = null;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#local = port1;
    this.remote = port2;
  }

  postMessage(message: unknown): void {
    this.#local.postMessage(message);
  }

  /** There is one listener. */
  on(event: 'message', listener: (message: unknown) => void): void {
    this.#listener = listener;
    this.#local.on(event, listener);
  }

  /** Hands over what has arrived. The end of a thread overtakes what it sent over other ports than its own. */
  drain(): void {
    for (let next = receiveMessageOnPort(this.#local); next !== undefined; next = receiveMessageOnPort(this.#local)) {
      this.#listener?.(next.message);
    }
  }

  /** Idempotent. */
  close(): void {
    this.#local.close();
  }
}
