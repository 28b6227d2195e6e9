/** Which records of each directory the store has already, after a step back: they are read again, and must not be written again. */
export class HeldRecords {
  readonly #ranges = new Map<string, { readonly start: number; readonly end: number }[]>();

  /** The store has all records of this directory from `start` to `end`. */
  add(directory: string, start: number, end: number): void {
    const ranges = this.#ranges.get(directory);
    if (ranges === undefined) this.#ranges.set(directory, [{ start, end }]);
    else ranges.push({ start, end });
  }

  has(directory: string, offset: number): boolean {
    if (this.#ranges.size === 0) return false;
    return this.#ranges.get(directory)?.some(({ start, end }) => offset >= start && offset <= end) ?? false;
  }

  /** Forgets what lies before an offset that is committed. */
  forgetBefore(offset: number): void {
    for (const [directory, ranges] of this.#ranges) {
      const left = ranges.filter(({ end }) => end >= offset);
      if (left.length === 0) this.#ranges.delete(directory);
      else this.#ranges.set(directory, left);
    }
  }
}
