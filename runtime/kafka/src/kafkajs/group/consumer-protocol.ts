import { TopicPartition } from '@millrace/api';
import { byTopic } from '../wire/by-topic.ts';
import { WireReader } from '../wire/wire-reader.ts';
import { WireWriter } from '../wire/wire-writer.ts';

/** The protocol type of consumers, as Kafka names it. */
export const consumerProtocolType = 'consumer';

const version = 1;

/** What a consumer tells its group: `org.apache.kafka.clients.consumer.internals.ConsumerProtocol`, version 1, as the eager protocol needs it. */
export function encodeSubscription(topics: readonly string[]): Buffer {
  const writer = new WireWriter();
  writer.int16(version).array(topics, (topic) => writer.string(topic));
  return writer
    .nullableBytes(null)
    .array([], () => undefined)
    .toBuffer();
}

/** The topics; what later versions have besides is not needed here. */
export function decodeSubscription(metadata: Buffer): string[] {
  const reader = new WireReader(metadata);
  reader.int16();
  return reader.array(() => reader.string());
}

/** What a consumer is told: its partitions. */
export function encodeAssignment(partitions: readonly TopicPartition[]): Buffer {
  const writer = new WireWriter();
  writer.int16(version).array(byTopic(partitions), ([topic, list]) => {
    writer.string(topic).array(list, ({ partition }) => writer.int32(partition));
  });
  return writer.nullableBytes(null).toBuffer();
}

/** No bytes at all: nothing is assigned. */
export function decodeAssignment(assignment: Buffer): TopicPartition[] {
  if (assignment.length === 0) return [];
  const reader = new WireReader(assignment);
  reader.int16();
  return reader
    .array(() => {
      const topic = reader.string();
      return reader.array(() => TopicPartition.of(topic, reader.int32()));
    })
    .flat();
}
