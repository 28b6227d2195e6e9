import type { TopicPartition } from '@millrace/api';
import type { KafkaTransport } from '../../../src/port.ts';
import { GroupConsumer } from '../../../src/consumer/group-consumer.ts';
import { BrokerConsumer } from '../../../src/kafkajs/consumer/broker-consumer.ts';
import { type ConsumerSubscription, decodeSubscription, encodeAssignment } from '../../../src/kafkajs/group/consumer-protocol.ts';
import { BatchBuilder, notIdempotent } from '../../../src/kafkajs/records/batch-builder.ts';
import { BatchLayout } from '../../../src/kafkajs/records/batch-layout.ts';
import type { Api } from '../../../src/kafkajs/wire/api.ts';
import { fetch, type FetchRequest, type FetchResponse } from '../../../src/kafkajs/wire/apis/fetch.ts';
import { heartbeat } from '../../../src/kafkajs/wire/apis/heartbeat.ts';
import { joinGroup, type JoinGroupRequest, type JoinGroupResponse } from '../../../src/kafkajs/wire/apis/join-group.ts';
import { leaveGroup } from '../../../src/kafkajs/wire/apis/leave-group.ts';
import { listOffsets, type ListOffsetsRequest } from '../../../src/kafkajs/wire/apis/list-offsets.ts';
import { offsetCommit, type OffsetCommitRequest } from '../../../src/kafkajs/wire/apis/offset-commit.ts';
import { offsetFetch } from '../../../src/kafkajs/wire/apis/offset-fetch.ts';
import { syncGroup } from '../../../src/kafkajs/wire/apis/sync-group.ts';
import type { Cluster } from '../../../src/kafkajs/wire/cluster.ts';
import { ErrorCode } from '../../../src/kafkajs/wire/error-codes.ts';
import { wireConfig } from '../../../src/kafkajs/wire/wire-properties.ts';

function recordAt(offset: number): Buffer {
  const builder = new BatchBuilder(1000, { take: (size) => Buffer.alloc(size), give: () => undefined });
  builder.append(0, { key: null, value: Buffer.from(String(offset)), headers: [] });
  const batch = builder.finish('none', notIdempotent);
  batch.writeBigInt64BE(BigInt(offset), BatchLayout.baseOffset);
  return batch;
}

/** Later, so that a client that asks again and again leaves others their turn. */
async function soon<Answer>(answer: Answer): Promise<Answer> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return answer;
}

/** One broker that coordinates a group as a test says, and has in each partition the records that it says, one a batch. */
export class ScriptedGroup {
  /** What the member said at each join. */
  readonly joins: ConsumerSubscription[] = [];
  /** Member ids with which it joined. */
  readonly memberIds: string[] = [];
  readonly commits: OffsetCommitRequest[] = [];
  /** Each fetch, as `partition at offset`. */
  readonly fetches: string[] = [];
  /** Partitions of each generation, or the error that a sync is answered with. */
  assignment: (generation: number) => readonly TopicPartition[] | number = () => [];
  /** Awaited before a join is answered. */
  joinGate: (generation: number) => Promise<void> = async () => undefined;
  commitCode: (request: OffsetCommitRequest) => number = () => ErrorCode.NONE;
  /** Offset of the end of every partition. */
  end = 0;
  generation = 0;
  #isRebalancing = false;
  readonly #handlers: ReadonlyMap<unknown, (request: never) => Promise<unknown>>;

  constructor() {
    this.#handlers = new Map<unknown, (request: never) => Promise<unknown>>([
      [joinGroup, (request: JoinGroupRequest) => this.#join(request)],
      [syncGroup, () => this.#sync()],
      [heartbeat, () => soon({ errorCode: this.#isRebalancing ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE })],
      [leaveGroup, () => soon({ errorCode: ErrorCode.NONE })],
      [offsetFetch, () => soon({ errorCode: ErrorCode.NONE, offsets: new Map(), failures: new Map() })],
      [offsetCommit, (request: OffsetCommitRequest) => this.#commit(request)],
      [listOffsets, ({ times }: ListOffsetsRequest) => soon(new Map([...times].map(([one]) => [one, { errorCode: 0, offset: 0 }])))],
      [fetch, (request: FetchRequest) => this.#fetch(request)],
    ]);
  }

  /** Lets the next heartbeat say that the members are to join again. */
  rebalance(): void {
    this.#isRebalancing = true;
  }

  /** A transport whose consumers are members of the group. */
  asTransport(): KafkaTransport {
    const transport: Pick<KafkaTransport, 'consumer'> = {
      consumer: (options) => {
        const consumer: GroupConsumer = new GroupConsumer({
          listener: options.listener,
          maxRecords: 500,
          open: (notify) => new BrokerConsumer(this.#asCluster(), options, { notify, idleMs: () => consumer.idleMs }),
          onClose: () => undefined,
        });
        return consumer;
      },
    };
    return transport as KafkaTransport;
  }

  #asCluster(): Cluster {
    const partitions = [0, 1, 2, 3].map((partition) => ({ partition, leader: 1, leaderEpoch: 0 }));
    const fake = {
      config: wireConfig({ 'bootstrap.servers': 'fake:9092', 'retry.backoff.ms': '1', 'retry.backoff.max.ms': '2' }),
      watch: () => false,
      onRefresh: () => undefined,
      refresh: async () => undefined,
      refreshIfStale: async () => undefined,
      coordinator: async () => 1,
      forgetCoordinator: () => undefined,
      topic: (name: string) => ({ name, errorCode: ErrorCode.NONE, isInternal: false, partitions }),
      topicNames: () => ['t'],
      leader: () => 1,
      request: (_nodeId: number, api: Api<never, unknown>, request: never) => this.#handlers.get(api)?.(request),
      close: () => undefined,
    };
    return fake as unknown as Cluster;
  }

  async #join({ memberId, protocols }: JoinGroupRequest): Promise<JoinGroupResponse> {
    this.joins.push(decodeSubscription(protocols[0]?.metadata as Buffer));
    this.memberIds.push(memberId);
    await this.joinGate(this.generation + 1);
    this.#isRebalancing = false;
    this.generation += 1;
    const joined = { errorCode: ErrorCode.NONE, generationId: this.generation, protocol: protocols[0]?.name as string, leaderId: 'leader' };
    return soon({ ...joined, memberId: memberId === '' ? `member of ${this.generation}` : memberId, members: [] });
  }

  #sync(): Promise<{ readonly errorCode: number; readonly assignment: Buffer }> {
    const assigned = this.assignment(this.generation);
    if (typeof assigned === 'number') return soon({ errorCode: assigned, assignment: Buffer.alloc(0) });
    return soon({ errorCode: ErrorCode.NONE, assignment: encodeAssignment(assigned) });
  }

  #commit(request: OffsetCommitRequest): Promise<ReadonlyMap<TopicPartition, number>> {
    const code = this.commitCode(request);
    if (code === ErrorCode.NONE) this.commits.push(request);
    return soon(new Map([...request.offsets.keys()].map((partition) => [partition, code])));
  }

  #fetch({ partitions }: FetchRequest): Promise<FetchResponse> {
    const fetched = [...partitions].map(([partition, { offset }]) => {
      if (offset < this.end) this.fetches.push(`${partition} at ${offset}`);
      const records = offset < this.end ? recordAt(offset) : null;
      const offsets = { highWatermark: this.end, lastStableOffset: this.end, logStartOffset: 0 };
      return [partition, { errorCode: ErrorCode.NONE, ...offsets, abortedTransactions: [], preferredReadReplica: -1, records }] as const;
    });
    return soon({ errorCode: ErrorCode.NONE, partitions: new Map(fetched) });
  }
}
