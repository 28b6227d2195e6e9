import type { DeliveryListener } from '../../port.ts';

/** A record that did not make it into a batch. */
export interface RefusedRecord {
  readonly listener: DeliveryListener<unknown>;
  readonly token: unknown;
  readonly error: Error;
}

/** Tells the listeners. @returns what the first listener threw that did, else null */
export function tellRefused(refused: readonly RefusedRecord[]): Error | null {
  let thrown: Error | null = null;
  for (const { listener, token, error } of refused) {
    try {
      listener.failed(token, error);
    } catch (listenerError) {
      thrown ??= listenerError as Error;
    }
  }
  return thrown;
}
