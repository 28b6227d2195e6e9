import { Kafka, type KafkaConfig, logLevel, Partitioners } from 'kafkajs';
import { onTestFinished } from 'vitest';

/** A client that says nothing. */
export function kafkaClient({ sasl, ...config }: KafkaConfig): Kafka {
  return new Kafka({
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3000,
    requestTimeout: 5000,
    // A copy, because kafkajs keeps what it makes of a login inside of it: a login that is shared or spread would log in as the first did.
    ...(sasl === undefined ? {} : { sasl: { ...sasl } }),
    ...config,
  });
}

/** For a client that is to fail at once. */
export const once = { retry: { retries: 0 } } as const;

/** Sends values to a topic. */
export async function send(kafka: Kafka, topic: string, values: readonly string[]): Promise<void> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value })) });
  await producer.disconnect();
}

/** Reads that many values of a topic, from its begin. */
export async function receive(kafka: Kafka, topic: string, count: number): Promise<string[]> {
  const values: string[] = [];
  const consumer = kafka.consumer({ groupId: `read-${topic}-${performance.now()}` });
  onTestFinished(() => consumer.disconnect());
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${values.length} of ${count} records after 20 s`)), 20_000);
    void consumer.run({
      eachMessage: async ({ message }) => {
        values.push(message.value?.toString() ?? '');
        if (values.length >= count) {
          clearTimeout(timer);
          resolve();
        }
      },
    });
  });
  return values;
}
