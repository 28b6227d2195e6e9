import { TopicPartition } from '@millrace/api';
import type { OffsetAndMetadata, Offsets } from '../../../port.ts';
import type { Api } from '../api.ts';
import { byTopic } from '../by-topic.ts';

export interface OffsetCommitRequest {
  readonly groupId: string;
  /** -1 and an empty member id: for a group without members. */
  readonly generationId: number;
  readonly memberId: string;
  readonly offsets: Offsets;
}

/** Commits offsets of a group. The answer has an error code for each partition. */
export const offsetCommit: Api<OffsetCommitRequest, ReadonlyMap<TopicPartition, number>> = {
  key: 8,
  name: 'OffsetCommit',
  minVersion: 5,
  maxVersion: 7,
  encode(writer, { groupId, generationId, memberId, offsets }, version) {
    writer.string(groupId).int32(generationId).string(memberId);
    if (version >= 7) writer.nullableString(null);
    writer.array(byTopic(offsets.keys()), ([topic, partitions]) => {
      writer.string(topic).array(partitions, (partition) => {
        const { offset, metadata = '' } = offsets.get(partition) as OffsetAndMetadata;
        writer.int32(partition.partition).int64(offset);
        if (version >= 6) writer.int32(-1);
        writer.nullableString(metadata);
      });
    });
  },
  decode(reader) {
    reader.int32();
    const codes = new Map<TopicPartition, number>();
    reader.array(() => {
      const topic = reader.string();
      reader.array(() => codes.set(TopicPartition.of(topic, reader.int32()), reader.int16()));
    });
    return codes;
  },
};
