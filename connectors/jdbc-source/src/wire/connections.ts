import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceConfig } from '../config/source-config.ts';
import { openSession } from './open-session.ts';
import type { Session } from './session.ts';
import { ConnectionLost, isTransient } from './server-error.ts';

/**
 * Opens a connection, with the attempts and pauses of the configuration.
 * @throws ConnectionLost after the last attempt, or when the signal fires; ServerError at once when the login is refused
 */
export async function connectPatiently(config: SourceConfig, signal: AbortSignal): Promise<Session> {
  const attempts = config.keys['connection.attempts'];
  for (let attempt = 1; ; attempt++) {
    try {
      return await connectOnce(config, signal);
    } catch (error) {
      if (signal.aborted || attempt >= attempts || !isTransient(error)) throw error;
    }
    await sleep(Number(config.keys['connection.backoff.ms']), undefined, { signal }).catch(() => undefined);
  }
}

/** Opens a connection. @throws ConnectionLost when no server answers or the signal fires first; ServerError when the login is refused */
export async function connectOnce({ target, credentials }: SourceConfig, signal: AbortSignal): Promise<Session> {
  if (signal.aborted) throw new ConnectionLost('stopped while connecting');
  const opening = openSession(target, credentials);
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new ConnectionLost('stopped while connecting'));
      // Whoever waited is gone: a connection that still comes is closed.
      opening.then(
        (session) => session.close(),
        () => undefined,
      );
    };
    signal.addEventListener('abort', stop, { once: true });
    opening.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Runs work that answers soon; when the signal fires first, the connection is closed, which ends the work with an error. */
export async function abortable<T>(session: Session, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const stop = (): void => session.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
