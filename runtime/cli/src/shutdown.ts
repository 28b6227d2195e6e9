/** Resolves at the first SIGINT or SIGTERM. A second one ends the process at once, for those who cannot wait. */
export function shutdownSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isFirst = true;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (!isFirst) process.exit(130);
      isFirst = false;
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}

/** Time, in milliseconds, that a start which is about to succeed has to do so after a signal, so that its worker ends in order. */
const lastChanceMs = 500;

/**
 * A worker that has started; null when a signal came first, since a start that waits for Kafka would not heed it for a minute. What had
 * been started by then is stopped, as far as it can be had, or ends with the process.
 * @throws what the start throws
 */
export async function startedUnlessStopped<W extends { stop(): Promise<void> }>(
  start: Promise<W>,
  stopped: Promise<NodeJS.Signals>,
): Promise<W | null> {
  const first = await Promise.race([start, stopped]);
  if (typeof first !== 'string') return first;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), lastChanceMs);
  });
  const worker = await Promise.race([start.catch(() => null), late]);
  clearTimeout(timer);
  await worker?.stop();
  return null;
}
