import type { RecordMetadata } from '@millrace/api';
import type { DeliveryListener } from '../port.ts';

/** Records whose listeners have not heard of them yet, as three columns: nothing is allocated for a record. */
export class PendingDeliveries {
  #outcomes: (RecordMetadata | Error)[] = [];
  #listeners: DeliveryListener<unknown>[] = [];
  #tokens: unknown[] = [];

  get isEmpty(): boolean {
    return this.#outcomes.length === 0;
  }

  /** @param outcome where the record lies, or why it is not in Kafka */
  add<Token>(outcome: RecordMetadata | Error, listener: DeliveryListener<Token>, token: Token): void {
    this.#outcomes.push(outcome);
    this.#listeners.push(listener);
    this.#tokens.push(token);
  }

  /** Tells the listeners, in the order of the records. @returns what the first listener threw that did, else null */
  deliver(): Error | null {
    const outcomes = this.#outcomes;
    const listeners = this.#listeners;
    const tokens = this.#tokens;
    this.#outcomes = [];
    this.#listeners = [];
    this.#tokens = [];
    let thrown: Error | null = null;
    for (let index = 0; index < outcomes.length; index += 1) {
      const outcome = outcomes[index] as RecordMetadata | Error;
      const listener = listeners[index] as DeliveryListener<unknown>;
      try {
        if (outcome instanceof Error) listener.failed(tokens[index], outcome);
        else listener.acknowledged(tokens[index], outcome);
      } catch (error) {
        thrown ??= error instanceof Error ? error : new Error(String(error));
      }
    }
    return thrown;
  }
}
