import type { Readable } from 'node:stream';
import { fileError } from './file-error.ts';
import type { LineInput } from './line-input.ts';
import type { LineSplitter } from './line-splitter.ts';

const LONGEST_WAIT_MS = 1000;
const endOfWait = ['readable', 'end', 'close', 'error'] as const;

/** The standard input of the worker. It has no position, so what was read of it and not delivered is gone when the worker ends. */
export class StandardInput implements LineInput {
  readonly #stream: Readable;
  #error: unknown = null;
  readonly #keepError = (error: unknown): void => {
    this.#error = error;
  };

  constructor(stream: Readable) {
    this.#stream = stream;
    // Invariant 7: an error of a stream without a listener would end the worker.
    stream.on('error', this.#keepError);
  }

  async read(lines: LineSplitter): Promise<boolean> {
    if (this.#error !== null) throw fileError("Couldn't read the standard input", this.#error);
    const bytes = this.#stream.read() as Buffer | string | null;
    if (bytes !== null) {
      lines.push(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
      return true;
    }
    if (this.#stream.readableEnded) lines.end();
    return false;
  }

  wait(_lines: LineSplitter, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        for (const event of endOfWait) this.#stream.off(event, end);
        resolve();
      };
      const timer = setTimeout(end, LONGEST_WAIT_MS);
      signal.addEventListener('abort', end, { once: true });
      for (const event of endOfWait) this.#stream.on(event, end);
      if (signal.aborted) end();
    });
  }

  async close(): Promise<void> {
    this.#stream.off('error', this.#keepError);
    this.#stream.pause();
  }
}
