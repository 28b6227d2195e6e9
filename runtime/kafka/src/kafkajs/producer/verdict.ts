import { ErrorCode, errorKind } from '../wire/error-codes.ts';

/** What the leader's answer means for a batch. */
export type Verdict =
  /** It is in the log. */
  | 'written'
  /** It has been in the log before; where, the leader does not remember. */
  | 'written before'
  /** It might fit in smaller pieces. */
  | 'too large'
  /** Its number does not follow on the last one that the leader has seen. */
  | 'out of order'
  /** The leader does not know the producer any more. */
  | 'unknown producer'
  /** The leader has it, but not as many replicas as it takes, so it may be lost again. */
  | 'in doubt'
  /** The same batch may be accepted later. */
  | 'repeat'
  | 'refused';

const special: Readonly<Record<number, Verdict>> = {
  [ErrorCode.NONE]: 'written',
  [ErrorCode.DUPLICATE_SEQUENCE_NUMBER]: 'written before',
  [ErrorCode.MESSAGE_TOO_LARGE]: 'too large',
  [ErrorCode.RECORD_LIST_TOO_LARGE]: 'too large',
  [ErrorCode.REQUEST_TIMED_OUT]: 'in doubt',
  [ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND]: 'in doubt',
};

const ofIdempotence: Readonly<Record<number, Verdict>> = {
  [ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER]: 'out of order',
  [ErrorCode.INVALID_PRODUCER_EPOCH]: 'unknown producer',
  [ErrorCode.UNKNOWN_PRODUCER_ID]: 'unknown producer',
};

export function verdictOf(errorCode: number, isIdempotent: boolean): Verdict {
  const verdict = special[errorCode] ?? (isIdempotent ? ofIdempotence[errorCode] : undefined);
  return verdict ?? (errorKind(errorCode).retriable ? 'repeat' : 'refused');
}
