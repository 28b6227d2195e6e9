import { ConnectException } from '@millrace/api';

/** How long a call of a plug-in is waited for. */
export interface CallLimits {
  /** What is done, for the error: "Starting connector x". */
  readonly what: string;
  /** Fires when nobody wants the call to go on. */
  readonly signal: AbortSignal;
  /** Time, in milliseconds, that the call has to end after the signal. */
  readonly graceMs: number;
}

/**
 * Waits for a call of a plug-in as long as somebody wants its result. After the signal it has the grace period to end, then it is left to
 * itself: whatever it still does has no effect. Invariant 7.
 * @throws what the call throws, also if it throws at once; ConnectException if it is left to itself.
 */
export async function abandonable<T>(call: () => Promise<T> | T, { what, signal, graceMs }: CallLimits): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let beginGrace = (): void => undefined;
  const abandoned = new Promise<never>((_, reject) => {
    const error = new ConnectException(`${what} did not end within ${graceMs} ms after it was no longer wanted, and was left to itself`);
    beginGrace = () => {
      timer = setTimeout(() => reject(error), graceMs);
    };
  });
  if (signal.aborted) beginGrace();
  else signal.addEventListener('abort', beginGrace, { once: true });
  try {
    return await Promise.race([Promise.resolve().then(call), abandoned]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', beginGrace);
  }
}
