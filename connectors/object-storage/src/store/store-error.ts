import { ConnectException } from '@millrace/api';

/**
 * What went wrong at a store, whatever its client calls it:
 * - `transient`: the same call may succeed later, such as a lost connection or a 500
 * - `throttled`: the store asks for fewer calls, such as 503 SlowDown or 429
 * - `exists`: a conditional write found an object, 412
 * - `conflict`: a conditional write met another one, 409
 * - `gone`: the multipart upload is unknown, 404 NoSuchUpload
 * - `auth`: credentials or rights are missing
 * - `fatal`: anything else that will not change by itself
 */
export type StoreErrorKind = 'transient' | 'throttled' | 'exists' | 'conflict' | 'gone' | 'auth' | 'fatal';

/** The one error that an `ObjectStore` throws. */
export class StoreError extends ConnectException {
  readonly kind: StoreErrorKind;

  /** @param message what was tried, on which key, and what the store said */
  constructor(kind: StoreErrorKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }

  /** Whether the same call may succeed later. */
  get isRetriable(): boolean {
    return this.kind === 'transient' || this.kind === 'throttled';
  }
}

/** The error as a StoreError: what a store throws without saying what it is counts as fatal. */
export function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError('fatal', error instanceof Error ? error.message : String(error), error);
}
