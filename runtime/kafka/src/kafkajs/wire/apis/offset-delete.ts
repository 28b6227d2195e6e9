import { TopicPartition } from '@millrace/api';
import type { Api } from '../api.ts';
import { byTopic } from '../by-topic.ts';

export interface OffsetDeleteResponse {
  readonly errorCode: number;
  readonly codes: ReadonlyMap<TopicPartition, number>;
}

/** Deletes committed offsets of partitions that no member reads (KIP-496). */
export const offsetDelete: Api<{ readonly groupId: string; readonly partitions: readonly TopicPartition[] }, OffsetDeleteResponse> = {
  key: 47,
  name: 'OffsetDelete',
  minVersion: 0,
  maxVersion: 0,
  encode(writer, { groupId, partitions }) {
    writer.string(groupId).array(byTopic(partitions), ([topic, list]) => {
      writer.string(topic).array(list, ({ partition }) => writer.int32(partition));
    });
  },
  decode(reader) {
    const errorCode = reader.int16();
    reader.int32();
    const codes = new Map<TopicPartition, number>();
    reader.array(() => {
      const topic = reader.string();
      reader.array(() => codes.set(TopicPartition.of(topic, reader.int32()), reader.int16()));
    });
    return { errorCode, codes };
  },
};
