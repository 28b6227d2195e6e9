import type { Writable } from 'node:stream';
import { levelNumbers } from './levels.ts';

/** Where a line comes from, for the output to be fair. */
export interface LineOrigin {
  readonly level: number;
  /** The connector, or empty for the worker's own lines. */
  readonly source: string;
}

/** Limits of what waits to be written, in characters. */
export interface OutputLimits {
  /** Of one connector, or of the worker. Default 1 MiB. */
  readonly perSource: number;
  /** Of all together. Default 8 MiB. */
  readonly total: number;
  /** Of all together when the line is an error. Default 64 MiB: nothing but a reader that is gone for good reaches it. */
  readonly errors: number;
}

const defaultLimits: OutputLimits = { perSource: 1 << 20, total: 8 << 20, errors: 64 << 20 };
/** Most that is handed to the stream at a time, in characters. */
const chunkSize = 65_536;

/**
 * Writes log lines to a stream that may be slow, without waiting for it and without growing beyond its limits: lines of a source that has too
 * many waiting are dropped and counted, those of others and errors are not.
 */
export class BoundedOutput {
  /** Told how many lines of a source were dropped, as soon as there is room to say it. */
  onDropped: (source: string, count: number) => void = () => undefined;
  readonly #stream: Writable;
  readonly #limits: OutputLimits;
  #queue: { readonly text: string; readonly source: string }[] = [];
  #head = 0;
  #waiting = 0;
  readonly #waitingOf = new Map<string, number>();
  readonly #droppedOf = new Map<string, number>();
  #isWriting = false;
  #isBroken = false;
  #idle: (() => void)[] = [];

  constructor(stream: Writable, limits: Partial<OutputLimits> = {}) {
    this.#stream = stream;
    this.#limits = { ...defaultLimits, ...limits };
    // A reader that is gone must not end the worker; there is nobody left to tell.
    stream.on('error', () => this.#break());
  }

  /** Whether a line would be taken. One that would not is counted as dropped, and need not be made. */
  readonly admits = ({ level, source }: LineOrigin): boolean => {
    if (this.#isBroken) return false;
    const { perSource, total, errors } = this.#limits;
    const isError = level >= levelNumbers.ERROR;
    const hasRoom = isError ? this.#waiting < errors : this.#waiting < total && (this.#waitingOf.get(source) ?? 0) < perSource;
    if (!hasRoom) this.#droppedOf.set(source, (this.#droppedOf.get(source) ?? 0) + 1);
    return hasRoom;
  };

  readonly write = (text: string, { source }: LineOrigin): void => {
    if (this.#isBroken) return;
    this.#queue.push({ text, source });
    this.#waiting += text.length;
    this.#waitingOf.set(source, (this.#waitingOf.get(source) ?? 0) + text.length);
    if (this.#isWriting) return;
    this.#isWriting = true;
    // What is logged in one turn goes out as one chunk.
    setImmediate(() => this.#writeNext());
  };

  /** Resolves when everything is written, or after `timeoutMs`. */
  async flush(timeoutMs: number): Promise<void> {
    if (!this.#isWriting) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#idle.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Hands all that waits to the stream at once: for the end of the process, when no turn of the event loop is left. */
  readonly writeRest = (): void => {
    const rest = this.#takeChunk(Number.POSITIVE_INFINITY);
    if (rest !== '') this.#stream.write(rest);
  };

  #writeNext(): void {
    const chunk = this.#takeChunk(chunkSize);
    if (chunk !== '') {
      this.#stream.write(chunk, () => this.#written());
      return;
    }
    this.#isWriting = false;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }

  #written(): void {
    for (const [source, count] of this.#droppedOf) {
      if ((this.#waitingOf.get(source) ?? 0) > this.#limits.perSource / 2 || this.#waiting > this.#limits.total / 2) continue;
      this.#droppedOf.delete(source);
      this.onDropped(source, count);
    }
    this.#writeNext();
  }

  #takeChunk(size: number): string {
    let chunk = '';
    while (this.#head < this.#queue.length && chunk.length < size) {
      const { text, source } = this.#queue[this.#head] as { text: string; source: string };
      this.#head += 1;
      chunk += text;
      const left = (this.#waitingOf.get(source) ?? 0) - text.length;
      if (left > 0) this.#waitingOf.set(source, left);
      else this.#waitingOf.delete(source);
    }
    this.#waiting -= chunk.length;
    if (this.#head === this.#queue.length || this.#head > 4096) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return chunk;
  }

  #break(): void {
    this.#isBroken = true;
    this.#queue = [];
    this.#head = 0;
    this.#waiting = 0;
    this.#waitingOf.clear();
    this.#writeNext();
  }
}
