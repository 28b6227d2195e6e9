import { TopicPartition } from '@millrace/api';
import type { Api } from '../api.ts';
import { byTopic } from '../by-topic.ts';
import type { IsolationLevel } from './list-offsets.ts';

export interface FetchRequest {
  /** How long the broker may wait for `minBytes`, in milliseconds. */
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly isolation: IsolationLevel;
  /** `client.rack`; empty: none. */
  readonly rack: string;
  readonly partitions: ReadonlyMap<TopicPartition, { readonly offset: number; readonly maxBytes: number }>;
}

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

export interface FetchedPartition {
  readonly errorCode: number;
  readonly highWatermark: number;
  /** Where the first transaction begins that is still open; the high watermark if there is none. */
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly abortedTransactions: readonly AbortedTransaction[];
  /** -1: none. */
  readonly preferredReadReplica: number;
  /** Record batches; the last one may be cut. Null: none. */
  readonly records: Buffer | null;
}

export interface FetchResponse {
  readonly errorCode: number;
  readonly partitions: ReadonlyMap<TopicPartition, FetchedPartition>;
}

const noSession = { id: 0, epoch: -1 };

/** Reads record batches. */
export const fetch: Api<FetchRequest, FetchResponse> = {
  key: 1,
  name: 'Fetch',
  minVersion: 9,
  maxVersion: 11,
  encode(writer, { maxWaitMs, minBytes, maxBytes, isolation, rack, partitions }, version) {
    writer.int32(-1).int32(maxWaitMs).int32(minBytes).int32(maxBytes);
    writer
      .int8(isolation === 'read_committed' ? 1 : 0)
      .int32(noSession.id)
      .int32(noSession.epoch);
    writer.array(byTopic(partitions.keys()), ([topic, list]) => {
      writer.string(topic).array(list, (partition) => {
        const { offset, maxBytes: partitionMaxBytes } = partitions.get(partition) as { offset: number; maxBytes: number };
        writer.int32(partition.partition).int32(-1).int64(offset).int64(-1).int32(partitionMaxBytes);
      });
    });
    writer.array([], () => undefined);
    if (version >= 11) writer.string(rack);
  },
  decode(reader, version) {
    reader.int32();
    const errorCode = reader.int16();
    reader.int32();
    const partitions = new Map<TopicPartition, FetchedPartition>();
    reader.array(() => {
      const topic = reader.string();
      reader.array(() => {
        const partition = TopicPartition.of(topic, reader.int32());
        partitions.set(partition, {
          errorCode: reader.int16(),
          highWatermark: reader.int64(),
          lastStableOffset: reader.int64(),
          logStartOffset: reader.int64(),
          abortedTransactions: reader.array(() => ({ producerId: reader.bigInt64(), firstOffset: reader.int64() })),
          preferredReadReplica: version >= 11 ? reader.int32() : -1,
          records: reader.nullableBytes(),
        });
      });
    });
    return { errorCode, partitions };
  },
};
