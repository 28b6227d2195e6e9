import type { FailureContext } from './failure-context.ts';
import type { RetryWithToleranceOperator } from './retry-with-tolerance-operator.ts';
import type { Stage } from './stage.ts';

/** A record on its way through converters and transformations, which goes on from the step that failed. */
export interface Conversion<R> {
  /** Number of the step that runs or that threw. */
  readonly position: number;
  /** Stage of that step. */
  readonly stage: Stage;
  /** Java name of the plug-in of that step. */
  readonly executingClass: string;
  /** Runs that step again, then those behind it. Null when one of them drops the record. */
  resume(): R | null;
}

/**
 * Deals with a conversion that threw. Each step has its own retries; those before it are not repeated.
 * @returns null when the record is dropped or its failure is tolerated
 * @throws as {@link RetryWithToleranceOperator.recover}
 */
export async function recover<R>(
  conversion: Conversion<R>,
  context: FailureContext,
  operator: RetryWithToleranceOperator,
  firstError: unknown,
): Promise<R | null> {
  for (let error = firstError; ; ) {
    const { position } = conversion;
    context.stage = conversion.stage;
    context.executingClass = conversion.executingClass;
    const ofLaterStep: unknown[] = [];
    const result = await operator.recover(context, error, () => {
      try {
        return conversion.resume();
      } catch (again) {
        if (conversion.position === position) throw again;
        ofLaterStep.push(again);
        return null;
      }
    });
    if (ofLaterStep.length === 0) return result;
    error = ofLaterStep[0];
  }
}
