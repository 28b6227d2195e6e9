import { createInterface } from 'node:readline';
import type { LabTerminal } from './progress.ts';

/** Lines that a person types. The terminal stays in its usual mode, so that Ctrl-C is a signal. */
export class Answers {
  readonly #reader: ReturnType<typeof createInterface>;
  readonly #lines: AsyncIterator<string, undefined>;
  readonly #terminal: LabTerminal;
  readonly #signal: AbortSignal;

  constructor(input: NodeJS.ReadableStream, terminal: LabTerminal, signal: AbortSignal) {
    this.#reader = createInterface({ input, terminal: false });
    this.#lines = this.#reader[Symbol.asyncIterator]();
    this.#terminal = terminal;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.close());
  }

  /** @returns the answer; null when the input is at its end @throws the reason of the signal when it is aborted */
  async ask(question: string): Promise<string | null> {
    this.#signal.throwIfAborted();
    this.#terminal.write(question);
    const next = await this.#lines.next();
    if (!this.#terminal.isInteractive) this.#terminal.write('\n');
    this.#signal.throwIfAborted();
    return next.done === true ? null : next.value.trim().toLowerCase();
  }

  close(): void {
    this.#reader.close();
  }
}
