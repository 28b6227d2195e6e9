import { TopicPartition } from '@millrace/api';
import { byTopic } from '../wire/by-topic.ts';
import { WireReader } from '../wire/wire-reader.ts';
import { WireWriter } from '../wire/wire-writer.ts';
import type { OwnedPartitions } from './cooperative-sticky-assignor.ts';

/** The protocol type of consumers, as Kafka names it. */
export const consumerProtocolType = 'consumer';

const version = 1;
/** Has the generation besides, see {@link encodeCooperativeSubscription}. */
const versionWithGeneration = 2;

/** What a consumer tells its group. */
export interface ConsumerSubscription {
  readonly topics: readonly string[];
  readonly owned: OwnedPartitions;
}

/** As `org.apache.kafka.clients.consumer.internals.ConsumerProtocol`, version 1, for a member of the eager protocol: it owns nothing when it joins. */
export function encodeSubscription(topics: readonly string[]): Buffer {
  const writer = new WireWriter();
  writer.int16(version).array(topics, (topic) => writer.string(topic));
  return writer
    .nullableBytes(null)
    .array([], () => undefined)
    .toBuffer();
}

/** Version 2, with what the member owns. The user data are for assignors that know version 1 alone: those of Kafka 2.4 to 3.4. */
export function encodeCooperativeSubscription({ topics, owned: { partitions, generation } }: ConsumerSubscription): Buffer {
  const writer = new WireWriter();
  writer
    .int16(versionWithGeneration)
    .array(topics, (topic) => writer.string(topic))
    .bytes(new WireWriter().int32(generation).toBuffer());
  writePartitions(writer, partitions);
  return writer.int32(generation).toBuffer();
}

/** What later versions have besides is not needed here. */
export function decodeSubscription(metadata: Buffer): ConsumerSubscription {
  const reader = new WireReader(metadata);
  const given = reader.int16();
  const topics = reader.array(() => reader.string());
  const userData = reader.nullableBytes();
  const partitions = given >= version ? readPartitions(reader) : [];
  const generation = given >= versionWithGeneration ? reader.int32() : -1;
  return { topics, owned: { partitions, generation: generation >= 0 ? generation : generationIn(userData) } };
}

/** @returns -1 for user data of another assignor */
function generationIn(userData: Buffer | null): number {
  return userData?.length === 4 ? userData.readInt32BE(0) : -1;
}

/** What a consumer is told: its partitions. */
export function encodeAssignment(partitions: readonly TopicPartition[]): Buffer {
  const writer = new WireWriter().int16(version);
  writePartitions(writer, partitions);
  return writer.nullableBytes(null).toBuffer();
}

/** No bytes at all: nothing is assigned. */
export function decodeAssignment(assignment: Buffer): TopicPartition[] {
  if (assignment.length === 0) return [];
  const reader = new WireReader(assignment);
  reader.int16();
  return readPartitions(reader);
}

function writePartitions(writer: WireWriter, partitions: readonly TopicPartition[]): void {
  writer.array(byTopic(partitions), ([topic, list]) => {
    writer.string(topic).array(list, ({ partition }) => writer.int32(partition));
  });
}

function readPartitions(reader: WireReader): TopicPartition[] {
  return reader
    .array(() => {
      const topic = reader.string();
      return reader.array(() => TopicPartition.of(topic, reader.int32()));
    })
    .flat();
}
