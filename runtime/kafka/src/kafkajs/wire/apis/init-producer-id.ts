import type { Api } from '../api.ts';

export interface InitProducerIdRequest {
  /** Null: idempotent only. */
  readonly transactionalId: string | null;
  readonly transactionTimeoutMs: number;
  /** -1n and -1 for a new producer; else those that it has, whose epoch is raised (KIP-360). */
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

export interface InitProducerIdResponse {
  readonly errorCode: number;
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/** Gives a producer its id and epoch, and fences others with the same transactional id. */
export const initProducerId: Api<InitProducerIdRequest, InitProducerIdResponse> = {
  key: 22,
  name: 'InitProducerId',
  minVersion: 0,
  maxVersion: 4,
  flexibleFrom: 2,
  encode(writer, { transactionalId, transactionTimeoutMs, producerId, producerEpoch }, version) {
    if (version >= 2) writer.compactNullableString(transactionalId);
    else writer.nullableString(transactionalId);
    writer.int32(transactionTimeoutMs);
    if (version >= 3) writer.int64(producerId).int16(producerEpoch);
    if (version >= 2) writer.noTags();
  },
  decode(reader) {
    reader.int32();
    return { errorCode: reader.int16(), producerId: reader.bigInt64(), producerEpoch: reader.int16() };
  },
};
