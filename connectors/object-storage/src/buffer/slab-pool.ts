import type { MemoryBudget } from './memory-budget.ts';

/** Bytes of a slab. Small, since every open file holds one that is partly empty. */
export const SLAB_BYTES: number = 64 * 1024;

const spareSlabs = 256;

/** Lends slabs of memory to open files, and uses them again. What is lent counts in the budget. */
export class SlabPool {
  readonly budget: MemoryBudget;
  readonly #spare: Buffer[] = [];

  constructor(budget: MemoryBudget) {
    this.budget = budget;
  }

  /** A slab with whatever was in it. */
  take(): Buffer {
    this.budget.add(SLAB_BYTES);
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES);
  }

  /** Takes a slab back; nobody may use it any more. */
  give(slab: Buffer): void {
    this.budget.remove(SLAB_BYTES);
    if (this.#spare.length < spareSlabs) this.#spare.push(slab);
  }
}
