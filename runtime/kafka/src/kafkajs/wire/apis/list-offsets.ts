import { TopicPartition } from '@millrace/api';
import type { Api } from '../api.ts';
import { byTopic } from '../by-topic.ts';

export type IsolationLevel = 'read_committed' | 'read_uncommitted';

export const OffsetTime = {
  latest: -1,
  earliest: -2,
} as const;

export interface ListOffsetsRequest {
  readonly isolation: IsolationLevel;
  /** Milliseconds since the epoch, or an {@link OffsetTime}, for each partition. */
  readonly times: ReadonlyMap<TopicPartition, number>;
}

export interface ListedOffset {
  readonly errorCode: number;
  /** -1: no record is that young. */
  readonly offset: number;
}

/** Offsets by time, from the leaders of the partitions. */
export const listOffsets: Api<ListOffsetsRequest, ReadonlyMap<TopicPartition, ListedOffset>> = {
  key: 2,
  name: 'ListOffsets',
  minVersion: 4,
  maxVersion: 5,
  encode(writer, { isolation, times }) {
    writer.int32(-1).int8(isolation === 'read_committed' ? 1 : 0);
    writer.array(byTopic(times.keys()), ([topic, partitions]) => {
      writer.string(topic).array(partitions, (partition) =>
        writer
          .int32(partition.partition)
          .int32(-1)
          .int64(times.get(partition) as number),
      );
    });
  },
  decode(reader) {
    reader.int32();
    const offsets = new Map<TopicPartition, ListedOffset>();
    reader.array(() => {
      const topic = reader.string();
      reader.array(() => {
        const partition = TopicPartition.of(topic, reader.int32());
        const errorCode = reader.int16();
        reader.int64();
        offsets.set(partition, { errorCode, offset: reader.int64() });
        reader.int32();
      });
    });
    return offsets;
  },
};
