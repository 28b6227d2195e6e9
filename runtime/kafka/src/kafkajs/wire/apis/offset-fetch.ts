import { TopicPartition } from '@millrace/api';
import type { OffsetAndMetadata } from '../../../port.ts';
import type { Api } from '../api.ts';
import { byTopic } from '../by-topic.ts';

export interface OffsetFetchRequest {
  readonly groupId: string;
  /** Null: all that the group has committed. */
  readonly partitions: readonly TopicPartition[] | null;
}

export interface OffsetFetchResponse {
  readonly errorCode: number;
  /** Without partitions that have no committed offset. */
  readonly offsets: ReadonlyMap<TopicPartition, OffsetAndMetadata>;
  /** Partitions that failed, with their error codes. */
  readonly failures: ReadonlyMap<TopicPartition, number>;
}

/** Reads the committed offsets of a group. */
export const offsetFetch: Api<OffsetFetchRequest, OffsetFetchResponse> = {
  key: 9,
  name: 'OffsetFetch',
  minVersion: 5,
  maxVersion: 7,
  flexibleFrom: 6,
  encode(writer, { groupId, partitions }, version) {
    const topics = partitions === null ? null : byTopic(partitions);
    if (version < 6) {
      writer.string(groupId);
      writer.nullableArray(topics, ([topic, list]) => {
        writer.string(topic).array(list, ({ partition }) => writer.int32(partition));
      });
      return;
    }
    writer.compactString(groupId);
    if (topics === null) writer.unsignedVarint(0);
    else {
      writer.compactArray(topics, ([topic, list]) => {
        writer
          .compactString(topic)
          .compactArray(list, ({ partition }) => writer.int32(partition))
          .noTags();
      });
    }
    // Offsets of transactions that are open yet would be taken back: wait for their end (KIP-447).
    if (version >= 7) writer.boolean(true);
    writer.noTags();
  },
  decode(reader, version) {
    const isFlexible = version >= 6;
    const offsets = new Map<TopicPartition, OffsetAndMetadata>();
    const failures = new Map<TopicPartition, number>();
    const readPartition = (topic: string): void => {
      const partition = TopicPartition.of(topic, reader.int32());
      const offset = reader.int64();
      reader.int32();
      const metadata = (isFlexible ? reader.compactNullableString() : reader.nullableString()) ?? '';
      const code = reader.int16();
      if (isFlexible) reader.skipTags();
      if (code !== 0) failures.set(partition, code);
      else if (offset >= 0) offsets.set(partition, { offset, metadata });
    };
    const readTopic = (): void => {
      const topic = isFlexible ? reader.compactString() : reader.string();
      if (isFlexible) reader.compactArray(() => readPartition(topic));
      else reader.array(() => readPartition(topic));
      if (isFlexible) reader.skipTags();
    };
    reader.int32();
    if (isFlexible) reader.compactArray(readTopic);
    else reader.array(readTopic);
    return { errorCode: reader.int16(), offsets, failures };
  },
};
