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

  constructor(stages: readonly TransformationStage[]) {
    this.#stages = stages;
  }

  get isEmpty(): boolean {
    return this.#stages.length === 0;
  }

  /** The record as the last transformation left it; null when one dropped it. */
  apply<R extends ConnectRecord<R>>(record: R): R | null {
    let current: R | null = record;
    for (let index = 0; index < this.#stages.length; index++) {
      const { transformation, predicate, negate } = this.#stages[index] as TransformationStage;
      this.#current = index;
      if (predicate !== null && predicate.test(current) === negate) continue;
      current = transformation.apply(current);
      if (current === null) return null;
    }
    return current;
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
