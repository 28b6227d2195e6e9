import { randomUUID } from 'node:crypto';
import type { RecordMetadata } from '@millrace/api';
import type { Admin, ConsumedRecord, DeliveryListener, KafkaTransport, Producer, ProducerRecord } from '../port.ts';
import { eventually } from './eventually.ts';
import { PollingConsumer, type PollingConsumerOptions } from './polling-consumer.ts';

/** Settings under which any implementation reacts as soon as it can; those that one does not know it ignores. */
const promptProperties = {
  'metadata.max.age.ms': '500',
  'heartbeat.interval.ms': '300',
  'session.timeout.ms': '6000',
  'auto.offset.reset': 'earliest',
};

/** What became of a record: where it lies, or why it is not in Kafka. */
export type Outcome = { readonly token: number; readonly metadata: RecordMetadata } | { readonly token: number; readonly error: Error };

/** Notes the outcomes in the order in which it hears of them. */
export class Outcomes implements DeliveryListener<number> {
  readonly all: Outcome[] = [];

  acknowledged(token: number, metadata: RecordMetadata): void {
    this.all.push({ token, metadata });
  }

  failed(token: number, error: Error): void {
    this.all.push({ token, error });
  }

  /** In the order of the tokens, since partitions have no order among them. @throws the error of the first record that failed */
  metadata(): RecordMetadata[] {
    const inOrder = [...this.all].sort((one, other) => one.token - other.token);
    return inOrder.map((outcome) => {
      if ('error' in outcome) throw outcome.error;
      return outcome.metadata;
    });
  }

  errors(): Error[] {
    return this.all.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []));
  }
}

/** A record to write; what is left out is null or empty. */
export function recordOf(topic: string, fields: Partial<Omit<ProducerRecord, 'topic'>> = {}): ProducerRecord {
  return { topic, partition: null, key: null, value: null, timestamp: null, headers: [], ...fields };
}

/** A transport under test, with topics and groups that no other case uses. */
export class ContractKafka {
  readonly transport: KafkaTransport;
  readonly admin: Admin;
  readonly patienceMs: number;
  readonly #running: PollingConsumer[] = [];
  #producer: Producer | null = null;

  constructor(transport: KafkaTransport, patienceMs: number) {
    this.transport = transport;
    this.patienceMs = patienceMs;
    this.admin = transport.admin({});
  }

  uniqueName(prefix: string): string {
    return `${prefix}-${randomUUID()}`;
  }

  /** Creates a topic and resolves with its name once it can be seen. */
  async topic(partitions = 1, config: Readonly<Record<string, string>> = {}, name = this.uniqueName('topic')): Promise<string> {
    await this.admin.createTopic({ name, partitions, replicationFactor: -1, config });
    await this.eventually(`topic ${name} exists`, async () => (await this.admin.describeTopics([name])).has(name));
    return name;
  }

  /** Writes and resolves with where the records came to lie. @throws the first record's error that failed */
  async write(records: readonly ProducerRecord[]): Promise<RecordMetadata[]> {
    this.#producer ??= this.transport.producer({});
    const outcomes = new Outcomes();
    for (const [index, record] of records.entries()) {
      if (!this.#producer.append(record, outcomes, index)) await this.#producer.ready();
    }
    await this.#producer.flush();
    return outcomes.metadata();
  }

  /** Writes one record for each text. */
  async writeTexts(topic: string, texts: readonly string[], partition: number | null = null): Promise<void> {
    await this.write(texts.map((text) => recordOf(topic, { partition, value: Buffer.from(text) })));
  }

  /** A consumer that is polled in the background until the case ends. */
  polling(options: PollingConsumerOptions): PollingConsumer {
    const consumer = new PollingConsumer(this.transport, { ...options, properties: { ...promptProperties, ...options.properties } });
    this.#running.push(consumer);
    return consumer;
  }

  /** All records of a topic. */
  async readAll(topic: string): Promise<ConsumedRecord[]> {
    const reader = this.transport.reader({ topic, isolation: 'read_committed', properties: {} });
    try {
      return await reader.readToEnd();
    } finally {
      await reader.close();
    }
  }

  /** Waits until the condition holds. @throws after the contract's patience is over */
  async eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    await eventually(what, condition, this.patienceMs);
  }

  async close(): Promise<void> {
    for (const consumer of this.#running) consumer.stopPolling();
    await this.transport.close();
  }
}

/** Values as text. */
export function texts(records: readonly ConsumedRecord[]): (string | null)[] {
  return records.map(({ value }) => value?.toString() ?? null);
}
