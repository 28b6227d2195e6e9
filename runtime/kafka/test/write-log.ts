import type { RecordMetadata, TopicPartition } from '@millrace/api';
import type { Consumer, DeliveryListener, KafkaTransport, ProducerRecord } from '../src/port.ts';

/** A record with these parts; what is left out is null or empty. */
export function recordOf(topic: string, fields: Partial<ProducerRecord> = {}): ProducerRecord {
  return { topic, partition: null, key: null, value: null, timestamp: null, headers: [], ...fields };
}

/** Notes where records came to lie, and what went wrong. */
export class Deliveries implements DeliveryListener<number> {
  readonly metadata: RecordMetadata[] = [];
  readonly errors: Error[] = [];

  acknowledged(_token: number, metadata: RecordMetadata): void {
    this.metadata.push(metadata);
  }

  failed(_token: number, error: Error): void {
    this.errors.push(error);
  }
}

/** A consumer with its partitions, from the first record on. */
export async function assignedConsumer(
  kafka: KafkaTransport,
  topic: string,
  options: { groupId?: string; onCommitWanted?: () => void; revoked?: (partitions: readonly TopicPartition[]) => void } = {},
): Promise<Consumer> {
  const consumer = kafka.consumer({
    groupId: options.groupId ?? 'group',
    subscription: [topic],
    listener: {
      assigned: (partitions) => consumer.pause(partitions),
      revoked: (partitions) => options.revoked?.(partitions),
      lost: () => undefined,
    },
    properties: { 'auto.offset.reset': 'earliest' },
    onCommitWanted: () => options.onCommitWanted?.(),
  });
  for (let poll = 0; consumer.assignment().length === 0 && poll < 100; poll += 1) await consumer.poll(2);
  consumer.resume(consumer.assignment());
  return consumer;
}
