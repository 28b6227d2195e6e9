/**
 * Waits for a callback or for the signal, whichever comes first.
 * @param start registers the callback and returns how to take it back; must not call it itself
 * @throws the signal's reason
 */
export async function abortable(start: (callback: () => void) => () => void, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const finish = (): void => {
      signal?.removeEventListener('abort', abort);
      resolve();
    };
    const takeBack = start(finish);
    const abort = (): void => {
      takeBack();
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}
