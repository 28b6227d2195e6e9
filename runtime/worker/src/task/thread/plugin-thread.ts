import { Worker } from 'node:worker_threads';
import { ConnectException } from '@millrace/api';
import { SharedCells, beatIntervalMs } from './shared-cells.ts';

/** Time, in milliseconds, that the end of a thread is waited for after its termination: a call into the system may hold it for longer. */
const terminationMs = 1000;
/** Time, in milliseconds, without a beat after which a thread counts as blocked, for the choice of how to end it. */
const unresponsiveMs = 6 * beatIntervalMs;

export interface PluginThreadOptions {
  /** The program of the thread. */
  readonly program: URL;
  /** For debuggers and profilers. */
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Size, in MiB, of the heap beyond which the thread is ended. */
  readonly memoryLimitMb: number;
}

/** A thread for the code of plug-ins: it has a limit of memory, it can be seen to be blocked, and it can be ended whatever it does. */
export class PluginThread {
  readonly cells = new SharedCells();
  readonly worker: Worker;
  /** Resolves when the thread is gone, to why it went of its own accord. */
  readonly ended: Promise<Error>;
  readonly #memoryLimitMb: number;
  readonly #endListeners = new Set<(reason: Error) => void>();
  #hasEnded = false;
  #lastBeats = 0;
  #lastBeatAt = performance.now();

  /** @throws Error if the system has no room for another thread. */
  constructor({ program, name, data, memoryLimitMb }: PluginThreadOptions) {
    this.#memoryLimitMb = memoryLimitMb;
    this.worker = new Worker(program, {
      name,
      workerData: { ...data, cells: this.cells.buffer },
      resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
      stdin: true,
      argv: [],
    });
    let failure: Error | null = null;
    this.worker.on('error', (error) => {
      failure = this.#explained(error);
    });
    this.ended = new Promise((resolve) => {
      this.worker.once('exit', (code) => {
        this.#hasEnded = true;
        const reason =
          failure ?? new ConnectException(`Code in the thread called process.exit(${code}), which ends nothing but the thread`);
        for (const listener of this.#endListeners) listener(reason);
        resolve(reason);
      });
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Time, in milliseconds, since the event loop of the thread was last seen to turn, to the precision of how often this is asked. */
  silentMs(): number {
    const beats = this.cells.beats;
    const now = performance.now();
    // A thread that has not begun yet is loading its code, and cannot have been blocked by it.
    if (beats !== this.#lastBeats || beats === 0) {
      this.#lastBeats = beats;
      this.#lastBeatAt = now;
    }
    return now - this.#lastBeatAt;
  }

  get isResponsive(): boolean {
    return this.silentMs() < unresponsiveMs;
  }

  /** Calls the listener when the thread is gone. @returns a function with which the listener is forgotten */
  onEnd(listener: (reason: Error) => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  /** @returns false if the thread has not ended by then. */
  async endsWithin(timeoutMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const inTime = await Promise.race([this.ended.then(() => true), late]);
    clearTimeout(timer);
    return inTime;
  }

  /** Ends the thread in the middle of whatever it does. Idempotent. */
  async terminate(): Promise<void> {
    void this.worker.terminate();
    await this.endsWithin(terminationMs);
  }

  #explained(error: Error): Error {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
    const suggestion = 'Give it more with task.memory.max.mb, of the worker or of the connector, or let it hold less';
    return new ConnectException(`The thread ran out of its memory limit of ${this.#memoryLimitMb} MB`, {
      configKey: 'task.memory.max.mb',
      suggestion,
    });
  }
}
