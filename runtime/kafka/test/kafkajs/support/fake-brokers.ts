import type { ReadRecord } from '../../../src/kafkajs/records/read-record.ts';
import { recordBatches, type RecordBatch } from '../../../src/kafkajs/records/record-batch.ts';
import type { PartitionProduced, ProduceRequest } from '../../../src/kafkajs/wire/apis/produce.ts';
import { disconnected } from '../../../src/kafkajs/wire/broker-errors.ts';
import type { Cluster } from '../../../src/kafkajs/wire/cluster.ts';
import { ErrorCode } from '../../../src/kafkajs/wire/error-codes.ts';
import { wireConfig } from '../../../src/kafkajs/wire/wire-properties.ts';

/**
 * What is to happen to a produce request: an answer for all of its partitions, or a connection that breaks before or after the broker has
 * worked on it; a silent broker lets its connection break later.
 */
export type Fault = { readonly code: number } | 'cut before' | 'cut after' | 'silence' | 'silence after';

interface SeenProducer {
  epoch: number;
  lastSequence: number;
  /** The last five batches, which a leader recognises. */
  recent: { first: number; last: number; offset: number }[];
}

/** The leader of one partition. It numbers and checks batches as Kafka's `ProducerStateManager` does. */
export class FakeLeader {
  readonly records: ReadRecord[] = [];
  readonly batches: RecordBatch[] = [];
  /** Longest batch that it takes, in bytes. */
  maxBatchBytes = Number.POSITIVE_INFINITY;
  readonly #producers = new Map<bigint, SeenProducer>();

  get values(): string[] {
    return this.records.map(({ value }) => value?.toString() ?? '');
  }

  /** As after a deletion of the producer's records, or after `producer.id.expiration.ms`. */
  forgetProducers(): void {
    this.#producers.clear();
  }

  append(bytes: Buffer): { readonly errorCode: number; readonly baseOffset: number } {
    // The producer may use its buffer again once it has an answer.
    const [batch] = [...recordBatches(Buffer.from(bytes))];
    if (batch === undefined) throw new Error('a produce request has one whole batch a partition');
    batch.checkCrc();
    if (batch.sizeInBytes > this.maxBatchBytes) return { errorCode: ErrorCode.MESSAGE_TOO_LARGE, baseOffset: -1 };
    const known = batch.baseSequence < 0 ? null : this.#check(batch);
    if (known !== null) return known;
    const baseOffset = this.records.length;
    batch.readInto(this.records, 't', 0, 0);
    this.batches.push(batch);
    return { errorCode: ErrorCode.NONE, baseOffset };
  }

  /** @returns null for the next batch of this producer, which it remembers */
  #check(batch: RecordBatch): { readonly errorCode: number; readonly baseOffset: number } | null {
    const first = batch.baseSequence;
    const last = first + batch.recordCount - 1;
    const seen = this.#producers.get(batch.producerId);
    if (seen !== undefined && batch.producerEpoch < seen.epoch) return { errorCode: ErrorCode.INVALID_PRODUCER_EPOCH, baseOffset: -1 };
    if (seen === undefined || batch.producerEpoch > seen.epoch) {
      if (seen !== undefined && first !== 0) return { errorCode: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, baseOffset: -1 };
      this.#producers.set(batch.producerId, {
        epoch: batch.producerEpoch,
        lastSequence: last,
        recent: [{ first, last, offset: this.records.length }],
      });
      return null;
    }
    const repeated = seen.recent.find((other) => other.first === first && other.last === last);
    if (repeated !== undefined) return { errorCode: ErrorCode.NONE, baseOffset: repeated.offset };
    if (first !== seen.lastSequence + 1) return { errorCode: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, baseOffset: -1 };
    seen.lastSequence = last;
    seen.recent = [...seen.recent, { first, last, offset: this.records.length }].slice(-5);
    return null;
  }
}

const address = { host: 'fake', port: 9092 };

interface Outstanding {
  readonly request: ProduceRequest;
  readonly answer: (produced: readonly PartitionProduced[]) => void;
  readonly fail: (error: Error) => void;
}

/** One broker behind the interface of {@link Cluster}. It works on one request after the other, one a turn of the event loop. */
export class FakeBrokers {
  readonly leaders: readonly FakeLeader[];
  /** What happens to the n-th produce request. */
  fault: (request: number) => Fault | null = () => null;
  requestCount = 0;
  /** How long a request lasts that is not answered, in milliseconds. */
  silenceMs = 60;
  /** Produce requests that were sent and not answered, at most. */
  maxOutstanding = 0;
  producerIds = 0;
  readonly #outstanding: Outstanding[] = [];
  #isWorking = false;

  constructor(partitions = 1) {
    this.leaders = Array.from({ length: partitions }, () => new FakeLeader());
  }

  /** A producer's view of it. */
  asCluster(): Cluster {
    const partitions = this.leaders.map((_, partition) => ({ partition, leader: 1, leaderEpoch: 0 }));
    const fake = {
      config: wireConfig({ 'bootstrap.servers': 'fake:9092', 'retry.backoff.ms': '1', 'retry.backoff.max.ms': '2' }),
      watch: () => true,
      refresh: async () => undefined,
      connected: async () => undefined,
      topic: (name: string) => ({ name, errorCode: ErrorCode.NONE, isInternal: false, partitions }),
      leader: () => 1,
      request: (_nodeId: number, _api: unknown, request: ProduceRequest) => this.#produce(request),
      requestAny: async () => ({ errorCode: ErrorCode.NONE, producerId: BigInt(++this.producerIds), producerEpoch: 0 }),
      close: () => undefined,
    };
    return fake as unknown as Cluster;
  }

  #produce(request: ProduceRequest): Promise<readonly PartitionProduced[]> {
    return new Promise((answer, fail) => {
      this.#outstanding.push({ request, answer, fail });
      this.maxOutstanding = Math.max(this.maxOutstanding, this.#outstanding.length);
      this.#work();
    });
  }

  #work(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    setImmediate(() => {
      this.#isWorking = false;
      this.#workOnNext();
      if (this.#outstanding.length > 0) this.#work();
    });
  }

  #workOnNext(): void {
    const next = this.#outstanding[0];
    if (next === undefined) return;
    const fault = this.fault(this.requestCount);
    this.requestCount += 1;
    if (fault === 'silence' || fault === 'silence after') {
      if (fault === 'silence after') this.#append(next.request);
      this.#outstanding.shift();
      setTimeout(() => next.fail(disconnected(address)), this.silenceMs);
    } else if (fault === 'cut before' || fault === 'cut after') {
      if (fault === 'cut after') this.#append(next.request);
      for (const lost of this.#outstanding.splice(0)) lost.fail(disconnected(address));
    } else {
      this.#outstanding.shift();
      next.answer(fault === null ? this.#append(next.request) : refusal(next.request, fault.code));
    }
  }

  #append({ topics }: ProduceRequest): PartitionProduced[] {
    return topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partition, records }) => {
        const answer = (this.leaders[partition] as FakeLeader).append(records);
        return { topic: name, partition, ...answer, logAppendTime: -1, errorMessage: null };
      }),
    );
  }
}

function refusal({ topics }: ProduceRequest, errorCode: number): PartitionProduced[] {
  return topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition }) => ({ topic: name, partition, errorCode, baseOffset: -1, logAppendTime: -1, errorMessage: null })),
  );
}
