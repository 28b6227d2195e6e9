import { watch, type FSWatcher } from 'node:fs';

/** A wait for a file to change. */
export interface FileChange {
  /** Resolves when the file changes, when the time is over or when the signal fires; never rejects. */
  readonly happened: Promise<void>;
  /** Ends the wait now. */
  cancel(): void;
}

/**
 * Starts to wait for a change. Changes count from the return on, so whoever looks at the file afterwards misses none.
 *
 * @param waitMs longest wait in milliseconds; some file systems (network, mounts of containers) never tell of changes
 */
export function fileChange(path: string, waitMs: number, signal: AbortSignal): FileChange {
  let cancel = (): void => {};
  const happened = new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      watcher?.close();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, waitMs);
    const watcher = watchQuietly(path, end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    cancel = end;
  });
  return { happened, cancel };
}

/** Null when the file cannot be watched: it is not there, or the system's limit of watches is used up. The timer then does the work. */
function watchQuietly(path: string, changed: () => void): FSWatcher | null {
  try {
    const watcher = watch(path, { persistent: false }, changed);
    // A watch that breaks must not end the wait: if it always broke, waiting would become spinning.
    return watcher.on('error', () => watcher.close());
  } catch {
    return null;
  }
}
