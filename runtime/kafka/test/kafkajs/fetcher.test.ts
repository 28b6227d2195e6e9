import { describe, expect, it, onTestFinished } from 'vitest';
import { TopicPartition } from '@millrace/api';
import { eventually } from '../../src/contract/eventually.ts';
import { Fetcher } from '../../src/kafkajs/consumer/fetcher.ts';
import { fetchConfig } from '../../src/kafkajs/consumer/fetch-config.ts';
import { BatchBuilder, notIdempotent } from '../../src/kafkajs/records/batch-builder.ts';
import { BatchLayout } from '../../src/kafkajs/records/batch-layout.ts';
import type { FetchedPartition, FetchRequest } from '../../src/kafkajs/wire/apis/fetch.ts';
import { disconnected } from '../../src/kafkajs/wire/broker-errors.ts';
import type { Cluster } from '../../src/kafkajs/wire/cluster.ts';
import { ErrorCode } from '../../src/kafkajs/wire/error-codes.ts';
import { wireConfig } from '../../src/kafkajs/wire/wire-properties.ts';

const partition = TopicPartition.of('t', 0);
const empty: FetchedPartition = {
  errorCode: ErrorCode.NONE,
  highWatermark: 0,
  lastStableOffset: 0,
  logStartOffset: 0,
  abortedTransactions: [],
  preferredReadReplica: -1,
  records: null,
};

function recordsAt(offset: number): Buffer {
  const builder = new BatchBuilder(1000, { take: (size) => Buffer.alloc(size), give: () => undefined });
  builder.append(0, { key: null, value: Buffer.from(String(offset)), headers: [] });
  const batch = builder.finish('none', notIdempotent);
  batch.writeBigInt64BE(BigInt(offset), BatchLayout.baseOffset);
  return batch;
}

type Answer = Partial<FetchedPartition> | 'cut' | 'nothing yet';

/** Reads two records, with brokers that answer by a script: the broker and offset of each fetch, in their order, and what was read. */
async function readTwo(
  answer: (nodeId: number, offset: number, fetch: number) => Answer,
): Promise<{ fetches: string[]; values: string[] }> {
  const fetches: string[] = [];
  const brokers = {
    config: wireConfig({ 'bootstrap.servers': 'fake:9092', 'retry.backoff.ms': '1', 'retry.backoff.max.ms': '2' }),
    leader: () => 1,
    refresh: async () => undefined,
    request: async (nodeId: number, _api: unknown, request: FetchRequest) => {
      const offset = request.partitions.get(partition)?.offset ?? -1;
      const answered = answer(nodeId, offset, fetches.length);
      if (answered === 'nothing yet') return new Promise<never>(() => undefined);
      fetches.push(`${nodeId} at ${offset}`);
      if (answered === 'cut') throw disconnected({ host: 'fake', port: 9092 });
      return { errorCode: ErrorCode.NONE, partitions: new Map([[partition, { ...empty, ...answered }]]) };
    },
  };
  const fetcher = new Fetcher(brokers as unknown as Cluster, fetchConfig({ 'client.rack': 'here' }));
  onTestFinished(() => fetcher.close());
  fetcher.assign(new Map([[partition, 0]]));
  const values: string[] = [];
  await eventually(
    'two records arrive',
    () => {
      values.push(...fetcher.take(10).map(({ value }) => String(value)));
      return values.length >= 2;
    },
    5000,
  );
  return { fetches, values };
}

describe('a leader that names another replica', () => {
  it('is believed: the replica is read from then on', async () => {
    const { fetches, values } = await readTwo((nodeId, offset) => {
      if (nodeId === 1) return { preferredReadReplica: 2 };
      return offset < 2 ? { records: recordsAt(offset) } : 'nothing yet';
    });

    expect(values).toEqual(['0', '1']);
    expect(fetches).toEqual(['1 at 0', '2 at 0', '2 at 1']);
  });

  it.each<[string, Answer]>([
    ['is gone', 'cut'],
    ['does not have the partition', { errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER }],
    ['lags behind', { errorCode: ErrorCode.OFFSET_OUT_OF_RANGE }],
  ])('is asked again when the replica %s', async (_why, failure) => {
    const { fetches, values } = await readTwo((nodeId, offset, fetch) => {
      if (fetch === 0) return { preferredReadReplica: 2 };
      if (nodeId === 2) return failure;
      return offset < 2 ? { records: recordsAt(offset) } : 'nothing yet';
    });

    expect(values).toEqual(['0', '1']);
    expect(fetches).toEqual(['1 at 0', '2 at 0', '1 at 0', '1 at 1']);
  });
});
