import type { Api } from '../api.ts';

export interface PartitionBatch {
  readonly partition: number;
  /** One record batch. */
  readonly records: Buffer;
}

export interface ProduceRequest {
  readonly transactionalId: string | null;
  /** -1: all in-sync replicas. */
  readonly acks: number;
  readonly timeoutMs: number;
  readonly topics: readonly { readonly name: string; readonly partitions: readonly PartitionBatch[] }[];
}

export interface PartitionProduced {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  /** Offset of the first record; -1 when it failed. */
  readonly baseOffset: number;
  /** -1: the records keep their own timestamps. */
  readonly logAppendTime: number;
  readonly errorMessage: string | null;
}

/** Appends record batches. */
export const produce: Api<ProduceRequest, readonly PartitionProduced[]> = {
  key: 0,
  name: 'Produce',
  minVersion: 3,
  maxVersion: 8,
  encode(writer, { transactionalId, acks, timeoutMs, topics }) {
    writer.nullableString(transactionalId).int16(acks).int32(timeoutMs);
    writer.array(topics, ({ name, partitions }) => {
      writer.string(name).array(partitions, ({ partition, records }) => writer.int32(partition).bytes(records));
    });
  },
  decode(reader, version) {
    const produced: PartitionProduced[] = [];
    reader.array(() => {
      const topic = reader.string();
      reader.array(() => {
        const partition = reader.int32();
        const errorCode = reader.int16();
        const baseOffset = reader.int64();
        const logAppendTime = reader.int64();
        if (version >= 5) reader.int64();
        let errorMessage: string | null = null;
        if (version >= 8) {
          const recordErrors = reader.array(() => [reader.int32(), reader.nullableString()] as const);
          errorMessage = reader.nullableString() ?? recordErrors[0]?.[1] ?? null;
        }
        produced.push({ topic, partition, errorCode, baseOffset, logAppendTime, errorMessage });
      });
    });
    return produced;
  },
};
