/** Rounds after which every bit of the seed has reached every bit of the state. */
const WARM_UP_ROUNDS = 15;
const TWO_POW_32 = 0x1_0000_0000;

/**
 * Pseudo-random numbers by record: what comes after {@link at} depends on the seed, the task and the record's number only, so a task can
 * go on at any record as if it had never stopped. The generator is sfc32 (128 bits of state).
 */
export class Random {
  readonly #key0: number;
  readonly #key1: number;
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 0;

  /** @param seed any 64-bit integer @param task tasks of one seed draw different numbers */
  constructor(seed: number | bigint, task: number) {
    const bits = BigInt(seed);
    this.#seed(Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n)), task, 1);
    this.#key0 = this.uint32();
    this.#key1 = this.uint32();
    this.at(0);
  }

  /** Turns to the numbers of this record, 0 or more. */
  at(record: number): void {
    this.#seed(this.#key0, this.#key1, record | 0, Math.floor(record / TWO_POW_32) | 0);
  }

  /** 0 to 2^32 - 1. */
  uint32(): number {
    const next = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + next) | 0;
    return next >>> 0;
  }

  /** 0 to `bound` - 1; bounds up to 2^20. */
  int(bound: number): number {
    return Math.floor((this.uint32() * bound) / TWO_POW_32);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.int(choices.length)] as T;
  }

  /** Text of a version 4 UUID. */
  uuid(): string {
    const a = this.uint32();
    const b = (this.uint32() & 0xffff0fff) | 0x4000;
    const c = (this.uint32() & 0x3fffffff) | 0x80000000;
    const d = this.uint32();
    return `${hex16(a >>> 16)}${hex16(a)}-${hex16(b >>> 16)}-${hex16(b)}-${hex16(c >>> 16)}-${hex16(c)}${hex16(d >>> 16)}${hex16(d)}`;
  }

  #seed(a: number, b: number, c: number, counter: number): void {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#counter = counter;
    for (let round = 0; round < WARM_UP_ROUNDS; round++) this.uint32();
  }
}

/** Text of each byte: much quicker to put together than to compute. */
const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The low 16 bits of a word. */
function hex16(word: number): string {
  return (hexBytes[(word >>> 8) & 0xff] as string) + (hexBytes[word & 0xff] as string);
}
