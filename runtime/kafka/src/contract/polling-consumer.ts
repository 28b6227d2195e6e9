import type { TopicPartition } from '@millrace/api';
import type { ClientProperties, ConsumedRecord, Consumer, KafkaTransport, RebalanceListener } from '../port.ts';

export interface PollingConsumerOptions {
  readonly groupId: string;
  readonly topics: readonly string[] | RegExp;
  readonly properties?: ClientProperties;
  /** Called during revocation, before it is noted. */
  readonly onRevoked?: (partitions: readonly TopicPartition[], consumer: Consumer) => Promise<void> | void;
}

/** One call of the rebalance listener. */
export interface RebalanceEvent {
  readonly kind: 'assigned' | 'revoked' | 'lost';
  readonly partitions: readonly string[];
}

/** A consumer that is polled again and again, and what came of it. */
export class PollingConsumer implements RebalanceListener {
  readonly consumer: Consumer;
  readonly records: ConsumedRecord[] = [];
  readonly events: RebalanceEvent[] = [];
  pollCount = 0;
  error: Error | null = null;
  readonly #options: PollingConsumerOptions;
  #isStopped = false;
  #loop: Promise<void>;

  constructor(transport: KafkaTransport, options: PollingConsumerOptions) {
    this.#options = options;
    this.consumer = transport.consumer({
      groupId: options.groupId,
      subscription: options.topics,
      listener: this,
      properties: options.properties ?? {},
    });
    this.#loop = this.#poll();
  }

  /** Assigned partitions as sorted text. */
  get partitions(): string[] {
    return this.consumer
      .assignment()
      .map((partition) => partition.toString())
      .sort();
  }

  eventsOf(kind: RebalanceEvent['kind']): RebalanceEvent[] {
    return this.events.filter((event) => event.kind === kind);
  }

  assigned(partitions: readonly TopicPartition[]): void {
    this.#note('assigned', partitions);
  }

  async revoked(partitions: readonly TopicPartition[]): Promise<void> {
    await this.#options.onRevoked?.(partitions, this.consumer);
    this.#note('revoked', partitions);
  }

  lost(partitions: readonly TopicPartition[]): void {
    this.#note('lost', partitions);
  }

  /** Lets the poll under way be the last. */
  stopPolling(): void {
    this.#isStopped = true;
    this.consumer.wakeup();
  }

  /** Stops polling and resolves when no poll is under way any more. */
  async pause(): Promise<void> {
    this.stopPolling();
    await this.#loop;
  }

  continuePolling(): void {
    this.#isStopped = false;
    this.#loop = this.#poll();
  }

  async close(): Promise<void> {
    await this.pause();
    await this.consumer.close();
  }

  #note(kind: RebalanceEvent['kind'], partitions: readonly TopicPartition[]): void {
    this.events.push({ kind, partitions: partitions.map((partition) => partition.toString()).sort() });
  }

  async #poll(): Promise<void> {
    try {
      while (!this.#isStopped) {
        for (const record of await this.consumer.poll(50)) this.records.push(record);
        this.pollCount += 1;
        await new Promise<void>((resolve) => {
          setImmediate(resolve);
        });
      }
    } catch (error) {
      this.error = error as Error;
    }
  }
}
