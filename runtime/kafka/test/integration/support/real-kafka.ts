import { Kafka, logLevel, type Producer, type Transaction } from 'kafkajs';
import { onTestFinished } from 'vitest';
import type { KafkaCluster } from '@millrace/test-services';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { ContractKafka } from '../../../src/contract/contract-kafka.ts';
import { openTransport } from '../../../src/open-transport.ts';

/** How long a test waits for something that is to happen soon, in milliseconds. */
const patienceMs = 20_000;

/** One broker for the tests of a file, which are skipped where there can be none. */
export class RealKafka {
  readonly #cluster: () => KafkaCluster;

  private constructor(cluster: () => KafkaCluster) {
    this.#cluster = cluster;
  }

  /** Starts the broker before the file's tests and stops it after them. */
  static forThisFile(): RealKafka {
    // Compaction at once, and groups without the pause before their first generation.
    return new RealKafka(kafkaForFile({ properties: { 'log.cleaner.backoff.ms': '200', 'group.initial.rebalance.delay.ms': '0' } }));
  }

  get cluster(): KafkaCluster {
    return this.#cluster();
  }

  /** Our own clients, closed when the test ends. */
  async ours(): Promise<ContractKafka> {
    const kafka = new ContractKafka(await openTransport({ 'bootstrap.servers': this.cluster.bootstrap() }), patienceMs);
    onTestFinished(() => kafka.close());
    return kafka;
  }

  /** Somebody else's client. */
  theirs(): Kafka {
    return new Kafka({ brokers: this.cluster.bootstrap().split(','), logLevel: logLevel.NOTHING });
  }

  /** A transactional producer of somebody else, closed when the test ends. */
  async transactional(transactionalId: string): Promise<TransactionalProducer> {
    const producer = this.theirs().producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    onTestFinished(() => producer.disconnect());
    return new TransactionalProducer(producer);
  }
}

/** Writes values into partition 0 of a topic, one transaction after the other. */
export class TransactionalProducer {
  readonly #producer: Producer;
  #transaction: Transaction | null = null;

  constructor(producer: Producer) {
    this.#producer = producer;
  }

  /** Writes one batch, in a new transaction if none is open. */
  async write(topic: string, values: readonly string[], key: Buffer | null = null): Promise<void> {
    this.#transaction ??= await this.#producer.transaction();
    await this.#transaction.send({ topic, acks: -1, messages: values.map((value) => ({ value, key, partition: 0 })) });
  }

  async commit(): Promise<void> {
    await this.#transaction?.commit();
    this.#transaction = null;
  }

  async abort(): Promise<void> {
    await this.#transaction?.abort();
    this.#transaction = null;
  }
}
