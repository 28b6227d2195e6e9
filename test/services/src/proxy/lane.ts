import type { Socket } from 'node:net';

/** What happens to a connection when as many bytes have passed as were allowed. */
export type CutAction = 'reset' | 'end' | 'half-open';

/** Bytes that wait, in one direction, before the sender is made to wait as well. */
const QUEUE_BYTES = 1 << 20;

/** Milliseconds between the last byte that passes and the cut. */
const SETTLE_MS = 20;

/** How one direction treats what passes. */
export interface LaneFaults {
  /** Milliseconds that every byte is late. Default: 0. */
  readonly latencyMs?: number;
  /** Bytes a second. Default: no limit. */
  readonly bytesPerSecond?: number;
}

interface Cut {
  readonly at: number;
  readonly action: CutAction;
}

/** One direction of a connection through the proxy. */
export class Lane {
  /** Bytes that were passed on. */
  bytes = 0;
  faults: LaneFaults = {};
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #onCut: (action: CutAction) => void;
  readonly #queue: { readonly chunk: Buffer | null; readonly dueAt: number }[] = [];
  #queued = 0;
  #cut: Cut | null = null;
  #isPaused = false;
  #isDead = false;
  #wake: (() => void) | null = null;

  constructor(from: Socket, to: Socket, onCut: (action: CutAction) => void) {
    this.#from = from;
    this.#to = to;
    this.#onCut = onCut;
    from.on('data', (chunk: Buffer) => this.#enqueue(chunk));
    from.on('end', () => this.#enqueue(null));
    to.on('drain', () => this.#rouse());
    void this.#run();
  }

  /** Passes nothing on until `resume`; nothing is lost. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#rouse();
  }

  /** Passes exactly that many bytes more, then acts. */
  cutAfter(bytes: number, action: CutAction): void {
    this.#cut = { at: this.bytes + bytes, action };
    this.#rouse();
  }

  /** Passes nothing on for ever; what the sender sends is read and lost. */
  swallow(): void {
    this.#isDead = true;
    this.#queue.length = 0;
    this.#from.resume();
    this.#rouse();
  }

  #enqueue(chunk: Buffer | null): void {
    if (this.#isDead) return;
    this.#queue.push({ chunk, dueAt: performance.now() + (this.faults.latencyMs ?? 0) });
    this.#queued += chunk?.length ?? 0;
    if (this.#queued > QUEUE_BYTES) this.#from.pause();
    this.#rouse();
  }

  async #run(): Promise<void> {
    while (!this.#isDead) {
      const first = this.#queue[0];
      const waitMs = first === undefined ? 0 : first.dueAt - performance.now();
      if (this.#isCut()) return;
      if (first === undefined || this.#isPaused || this.#to.writableNeedDrain) await this.#roused();
      else if (waitMs > 0) await this.#roused(waitMs);
      else await this.#pass();
    }
  }

  /** Has the allowance been used up? Then acts on it. */
  #isCut(): boolean {
    if (this.#cut === null || this.bytes < this.#cut.at) return false;
    const { action } = this.#cut;
    this.#isDead = true;
    // What was passed must be in the kernel before a reset throws away what is not, and the receiver must have read it: libuv reports data
    // and a reset that come together as data and an ordinary end.
    this.#to.write(Buffer.alloc(0), () => setTimeout(() => this.#onCut(action), SETTLE_MS));
    return true;
  }

  async #pass(): Promise<void> {
    const { chunk, dueAt } = this.#queue.shift() ?? { chunk: null, dueAt: 0 };
    if (chunk === null) {
      this.#isDead = true;
      this.#to.end();
      return;
    }
    const allowed = Math.min(chunk.length, (this.#cut?.at ?? Infinity) - this.bytes, this.#slice());
    if (allowed < chunk.length) this.#queue.unshift({ chunk: chunk.subarray(allowed), dueAt });
    this.bytes += allowed;
    this.#queued -= allowed;
    this.#to.write(chunk.subarray(0, allowed));
    if (this.#queued <= QUEUE_BYTES) this.#from.resume();
    const { bytesPerSecond } = this.faults;
    if (bytesPerSecond !== undefined) await new Promise((resolve) => setTimeout(resolve, (allowed * 1000) / bytesPerSecond));
  }

  /** Under a limit, what passes at once: a twentieth of a second's worth. */
  #slice(): number {
    const { bytesPerSecond } = this.faults;
    return bytesPerSecond === undefined ? Infinity : Math.max(1, Math.floor(bytesPerSecond / 20));
  }

  #roused(timeoutMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #rouse(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
