/** File bytes between two entries. */
const stepBytes = 64 * 1024;

/** Where some of a segment's batches begin, so that a reader need not look through the whole file. */
export class SparseIndex {
  readonly #offsets: number[];
  readonly #positions: number[];

  constructor(offsets: number[] = [], positions: number[] = []) {
    this.#offsets = offsets;
    this.#positions = positions;
  }

  get offsets(): readonly number[] {
    return this.#offsets;
  }

  get positions(): readonly number[] {
    return this.#positions;
  }

  /** Batches come in the order of the file. */
  add(baseOffset: number, position: number): void {
    const last = this.#positions.at(-1);
    if (last !== undefined && position - last < stepBytes) return;
    this.#offsets.push(baseOffset);
    this.#positions.push(position);
  }

  /** A position at or before the batch with this offset. */
  positionFor(offset: number): number {
    const offsets = this.#offsets;
    let low = 0;
    let high = offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((offsets[middle] as number) <= offset) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : (this.#positions[low - 1] as number);
  }
}
