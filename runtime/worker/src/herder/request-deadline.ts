import { ConnectRestException } from './rest-exceptions.ts';

/** Time, in milliseconds, that a request to the herder may take, as in Kafka Connect. */
export const REQUEST_TIMEOUT_MS = 90_000;

/** A piece of work that somebody waits for. */
export interface AwaitedWork<T> {
  /** What is done, for the error: "starting the connector". */
  readonly stage: string;
  readonly timeoutMs: number;
  /** @param signal fires when the time is over */
  readonly run: (signal: AbortSignal) => Promise<T>;
}

/** Names a stage that begins now, as answers of a worker do (KIP-1017). */
export function stageBegun(stage: string): string {
  return `The worker is currently ${stage}, which began at ${new Date().toISOString()}.`;
}

/**
 * Waits for work, but not for ever. Work that is not over by then may still come to an end, as in Kafka Connect.
 * @throws ConnectRestException (500) that names the stage when the time is over.
 */
export async function withDeadline<T>({ stage, timeoutMs, run }: AwaitedWork<T>): Promise<T> {
  const controller = new AbortController();
  const begun = stageBegun(stage);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new ConnectRestException(500, `Request timed out. ${begun}`, { code: 'connect.request.timeout' });
      controller.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    return await Promise.race([run(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
