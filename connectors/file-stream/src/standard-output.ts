import type { Writable } from 'node:stream';
import { fileError } from './file-error.ts';
import type { LineOutput } from './line-output.ts';

/** The standard output of the worker. */
export class StandardOutput implements LineOutput {
  readonly #stream: Writable;

  constructor(stream: Writable) {
    this.#stream = stream;
    // Invariant 7: an error of a stream without a listener would end the worker; `write` reports it to its caller.
    stream.on('error', ignore);
  }

  write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(text, (error) => {
        if (error) reject(fileError("Couldn't write to the standard output", error));
        else resolve();
      });
    });
  }

  async sync(): Promise<void> {}

  async close(): Promise<void> {
    this.#stream.off('error', ignore);
  }
}

function ignore(): void {}
