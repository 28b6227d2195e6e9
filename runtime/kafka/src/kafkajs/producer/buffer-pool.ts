/** Buffers of batches by size, used again after the batch has met its fate. Allocation is most of what a batch costs. */
export class BufferPool {
  readonly #free = new Map<number, Buffer[]>();
  readonly #maxFreeBytes: number;
  #freeBytes = 0;

  /** @param maxFreeBytes limit of what is kept unused */
  constructor(maxFreeBytes: number) {
    this.#maxFreeBytes = maxFreeBytes;
  }

  /** A buffer of exactly this size, its bytes undefined. */
  take(size: number): Buffer {
    const buffer = this.#free.get(size)?.pop();
    if (buffer === undefined) return Buffer.allocUnsafeSlow(size);
    this.#freeBytes -= size;
    return buffer;
  }

  /** Gives a buffer back that nobody reads any more. */
  give(buffer: Buffer): void {
    if (this.#freeBytes + buffer.length > this.#maxFreeBytes) return;
    const list = this.#free.get(buffer.length);
    if (list === undefined) this.#free.set(buffer.length, [buffer]);
    else list.push(buffer);
    this.#freeBytes += buffer.length;
  }
}
