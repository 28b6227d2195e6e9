const cell = { beats: 0, linesSent: 1, linesTaken: 2, runtimeThreshold: 3, pluginThreshold: 4 } as const;

/** How often, in milliseconds, a thread that is not blocked says so. */
export const beatIntervalMs = 250;

/** A few numbers that both sides of a thread see at once, also while one of them is blocked. */
export class SharedCells {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(5 * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#cells = new Int32Array(buffer);
  }

  /** Grows as long as the thread's event loop turns. */
  get beats(): number {
    return Atomics.load(this.#cells, cell.beats);
  }

  beat(): void {
    Atomics.add(this.#cells, cell.beats, 1);
  }

  /** Log lines that the main thread has not taken yet. The counts wrap around; their difference does not. */
  get linesUnderWay(): number {
    return (Atomics.load(this.#cells, cell.linesSent) - Atomics.load(this.#cells, cell.linesTaken)) | 0;
  }

  lineSent(): void {
    Atomics.add(this.#cells, cell.linesSent, 1);
  }

  lineTaken(): void {
    Atomics.add(this.#cells, cell.linesTaken, 1);
  }

  /** Level numbers below which lines need not cross. */
  threshold(origin: 'plugin' | undefined): number {
    return Atomics.load(this.#cells, origin === undefined ? cell.runtimeThreshold : cell.pluginThreshold);
  }

  setThresholds(runtime: number, plugin: number): void {
    Atomics.store(this.#cells, cell.runtimeThreshold, runtime);
    Atomics.store(this.#cells, cell.pluginThreshold, plugin);
  }
}
