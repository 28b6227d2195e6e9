import type { ConnectRecord, Predicate, Transformation } from '@millrace/api';

/** One transformation with what holds it back. */
export interface TransformationStage {
  readonly alias: string;
  /** Java name, as it stands in dead letter headers. */
  readonly className: string;
  readonly transformation: Transformation;
  readonly predicate: Predicate | null;
  /** Apply where the predicate does not hold. */
  readonly negate: boolean;
}

/** The transformations of a connector, in their order. */
export class TransformationChain {
  readonly #stages: readonly TransformationStage[];
  #current = 0;
  /** What the current transformation works on. */
  #input: unknown = null;

  constructor(stages: readonly TransformationStage[]) {
    this.#stages = stages;
  }

  get isEmpty(): boolean {
    return this.#stages.length === 0;
  }

  /** Number of the transformation that works or that threw. */
  get position(): number {
    return this.#current;
  }

  /** The record as the last transformation left it; null when one dropped it. */
  apply<R extends ConnectRecord<R>>(record: R): R | null {
    this.#current = 0;
    this.#input = record;
    return this.resume<R>();
  }

  /** Goes on with the transformation that threw, on what it was given then. */
  resume<R extends ConnectRecord<R>>(): R | null {
    let record: R | null = this.#input as R;
    for (let index = this.#current; index < this.#stages.length; index++) {
      const { transformation, predicate, negate } = this.#stages[index] as TransformationStage;
      this.#current = index;
      this.#input = record;
      if (predicate !== null && predicate.test(record) === negate) continue;
      record = transformation.apply(record);
      if (record === null) return null;
    }
    return record;
  }

  /** Class of the transformation that worked last: the one to blame when {@link apply} threw. */
  get currentClassName(): string {
    return this.#stages[this.#current]?.className ?? 'none';
  }

  close(): void {
    for (const { transformation, predicate } of this.#stages) {
      transformation.close?.();
      predicate?.close?.();
    }
  }
}
