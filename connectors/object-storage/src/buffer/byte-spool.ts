import { SLAB_BYTES, type SlabPool } from './slab-pool.ts';
import { SpillFile } from './spill-file.ts';

/** Takes bytes one after another and hands them out in one piece. They lie in slabs of the pool, or in a file once they were spilled. */
export class ByteSpool {
  readonly #pool: SlabPool;
  #slabs: Buffer[] = [];
  /** Bytes used of the last slab; a full one at the start, so that the first byte takes a new slab. */
  #fill = SLAB_BYTES;
  #length = 0;
  #spill: Promise<SpillFile> | null = null;

  constructor(pool: SlabPool) {
    this.#pool = pool;
  }

  get length(): number {
    return this.#length;
  }

  /** Bytes of memory that spilling would free. */
  get memoryBytes(): number {
    return this.#slabs.length * SLAB_BYTES;
  }

  /** Copies bytes to the end. */
  append(bytes: Uint8Array): void {
    let start = 0;
    while (start < bytes.length) {
      const slab = this.#slab();
      const end = Math.min(bytes.length, start + SLAB_BYTES - this.#fill);
      slab.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), this.#fill);
      this.#fill += end - start;
      start = end;
    }
    this.#length += bytes.length;
  }

  /** Moves what is in memory to a file. What is appended meanwhile stays in memory. */
  async spill(): Promise<void> {
    // What was spilled before is on its way or done, and without bytes there is no need for a file.
    if (this.#slabs.length === 0) {
      await this.#spill;
      return;
    }
    const pieces = this.#detach();
    const before = this.#spill ?? SpillFile.create();
    this.#spill = before.then(async (file) => {
      for (const [slab, length] of pieces) {
        await file.write(slab.subarray(0, length));
        this.#pool.give(slab);
      }
      return file;
    });
    await this.#spill;
  }

  /** All bytes, which this spool then no longer has. The buffer counts in the budget until {@link release}. */
  async take(): Promise<Buffer> {
    const length = this.#length;
    const spill = this.#spill;
    const pieces = this.#detach();
    this.#length = 0;
    this.#spill = null;
    const all = Buffer.allocUnsafeSlow(length);
    this.#pool.budget.add(length);
    const file = await spill;
    if (file !== null) await file.readInto(all);
    let end = file?.length ?? 0;
    for (const [slab, used] of pieces) {
      slab.copy(all, end, 0, used);
      end += used;
      this.#pool.give(slab);
    }
    await file?.close();
    return all;
  }

  /** Takes back the memory of a buffer from {@link take}; nobody may use it any more. */
  release(taken: Buffer): void {
    this.#pool.budget.remove(taken.length);
  }

  /** Forgets everything. */
  async discard(): Promise<void> {
    const spill = this.#spill;
    this.#spill = null;
    this.#length = 0;
    for (const [slab] of this.#detach()) this.#pool.give(slab);
    const file = await spill;
    await file?.close();
  }

  #slab(): Buffer {
    const last = this.#slabs.at(-1);
    if (last !== undefined && this.#fill < SLAB_BYTES) return last;
    const slab = this.#pool.take();
    this.#slabs.push(slab);
    this.#fill = 0;
    return slab;
  }

  /** Slabs with the bytes used of each. */
  #detach(): [Buffer, number][] {
    const slabs = this.#slabs;
    const fill = this.#fill;
    this.#slabs = [];
    this.#fill = SLAB_BYTES;
    return slabs.map((slab, index) => [slab, index === slabs.length - 1 ? fill : SLAB_BYTES]);
  }
}
