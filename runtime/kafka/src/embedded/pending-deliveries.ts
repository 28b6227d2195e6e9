import type { RecordMetadata } from '@millrace/api';
import type { DeliveryListener } from '../port.ts';
import type { RecordHome } from './log-record.ts';

/** Records whose listeners have not heard of them yet, as three columns: nothing is allocated for a record. */
export class PendingDeliveries {
  #outcomes: (RecordMetadata | Error)[] = [];
  readonly #listeners: DeliveryListener<unknown>[] = [];
  readonly #tokens: unknown[] = [];

  /** @param outcome where the record lies, or why it is not in Kafka */
  add<Token>(outcome: RecordMetadata | Error, listener: DeliveryListener<Token>, token: Token): void {
    this.#outcomes.push(outcome);
    this.#listeners.push(listener);
    this.#tokens.push(token);
  }

  /** Turns the outcome of records that lie in this partition by their metadata into a failure. */
  fail({ topic, partition }: RecordHome, error: Error): void {
    this.#outcomes = this.#outcomes.map((outcome) => {
      if (outcome instanceof Error || outcome.topic !== topic || outcome.partition !== partition) return outcome;
      return error;
    });
  }

  /** Tells the listeners, in the order of the records. @returns what the first listener threw that did, else null */
  deliver(): Error | null {
    const outcomes = this.#outcomes;
    const listeners = this.#listeners;
    const tokens = this.#tokens;
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
