import { describe, expect, it, onTestFinished } from 'vitest';
import { Outcomes, recordOf } from '../../src/contract/contract-kafka.ts';
import { RecordTooLargeException, TimeoutException } from '../../src/errors.ts';
import { KafkaProducer } from '../../src/kafkajs/producer/kafka-producer.ts';
import { partitionForKey } from '../../src/partitioner.ts';
import { ErrorCode } from '../../src/kafkajs/wire/error-codes.ts';
import { FakeBrokers, type Fault, type FakeLeader } from './support/fake-brokers.ts';

function producerOn(brokers: FakeBrokers, properties: Readonly<Record<string, string>> = {}): KafkaProducer {
  const producer = new KafkaProducer(brokers.asCluster(), { 'linger.ms': '0', ...properties }, () => undefined);
  onTestFinished(() => producer.close(0));
  return producer;
}

function append(producer: KafkaProducer, outcomes: Outcomes, from: number, to: number, padding = 0): void {
  for (let n = from; n < to; n++) {
    producer.append(recordOf('t', { partition: 0, value: Buffer.from(String(n).padEnd(padding)) }), outcomes, n);
  }
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function leaderOf(brokers: FakeBrokers): FakeLeader {
  return brokers.leaders[0] as FakeLeader;
}

/** Numbers that look random and are the same at every run. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('records on their way', () => {
  it('are acknowledged with their offsets, and numbered batch by batch', async () => {
    const brokers = new FakeBrokers();
    const producer = producerOn(brokers);
    const outcomes = new Outcomes();
    append(producer, outcomes, 0, 3);
    await producer.flush();
    append(producer, outcomes, 3, 5);
    await producer.flush();

    expect(outcomes.metadata().map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4]);
    expect(
      leaderOf(brokers).batches.map(({ producerId, producerEpoch, baseSequence }) => [producerId, producerEpoch, baseSequence]),
    ).toEqual([
      [1n, 0, 0],
      [1n, 0, 3],
    ]);
  });

  it('go out in no more requests at once than max.in.flight.requests.per.connection says', async () => {
    const brokers = new FakeBrokers();
    const producer = producerOn(brokers, { 'batch.size': '100', 'max.in.flight.requests.per.connection': '3' });
    const outcomes = new Outcomes();
    append(producer, outcomes, 0, 50, 40);
    await producer.flush();

    expect(brokers.maxOutstanding).toBe(3);
    expect(leaderOf(brokers).values.map(Number)).toEqual(numbers(0, 50));
  });

  it('without a key stay together for a batch, then go to another partition', async () => {
    const brokers = new FakeBrokers(4);
    const producer = producerOn(brokers, { 'batch.size': '1000', 'linger.ms': '60000' });
    const outcomes = new Outcomes();
    for (let n = 0; n < 200; n++) producer.append(recordOf('t', { value: Buffer.alloc(50) }), outcomes, n);
    await producer.flush();

    expect(outcomes.errors()).toEqual([]);
    const batches = brokers.leaders.flatMap((leader) => leader.batches);
    expect(batches.length).toBeLessThanOrEqual(16);
    expect(brokers.leaders.filter(({ records }) => records.length > 0).length).toBeGreaterThan(1);
    const places = outcomes.metadata().map(({ partition }) => partition);
    const moves = places.filter((partition, index) => index > 0 && partition !== places[index - 1]).length;
    expect(moves).toBeGreaterThan(5);
    expect(moves).toBeLessThan(40);
  });

  it('with a key go where a Java producer would put them', async () => {
    const brokers = new FakeBrokers(4);
    const producer = producerOn(brokers);
    const outcomes = new Outcomes();
    for (const [token, key] of ['a', 'b', 'key'].entries()) producer.append(recordOf('t', { key: Buffer.from(key) }), outcomes, token);
    await producer.flush();

    const partitions = ['a', 'b', 'key'].map((key) => partitionForKey(Buffer.from(key), 4));
    expect(outcomes.metadata().map(({ partition }) => partition)).toEqual(partitions);
  });
});

describe('a request without an answer', () => {
  it.each<Fault>(['cut before', 'cut after'])('(%s) is repeated, and its records lie in the log once', async (fault) => {
    const brokers = new FakeBrokers();
    brokers.fault = (request) => (request === 0 ? fault : null);
    const producer = producerOn(brokers, { 'batch.size': '100' });
    const outcomes = new Outcomes();
    append(producer, outcomes, 0, 20, 40);
    await producer.flush();

    expect(leaderOf(brokers).values.map(Number)).toEqual(numbers(0, 20));
    expect(outcomes.metadata().map(({ offset }) => offset)).toEqual(numbers(0, 20));
  });

  it('fails its records after delivery.timeout.ms, and the next ones begin a new epoch', async () => {
    const brokers = new FakeBrokers();
    brokers.fault = (request) => (request === 0 ? 'silence' : null);
    const producer = producerOn(brokers, { 'delivery.timeout.ms': '30' });
    const outcomes = new Outcomes();
    append(producer, outcomes, 0, 2);
    await producer.flush();

    expect(outcomes.errors()).toHaveLength(2);
    expect(outcomes.errors()[0]).toBeInstanceOf(TimeoutException);
    expect(outcomes.errors()[0]?.message).toMatch(/^Expiring 2 record\(s\) for t-0:\d+ ms has passed since batch creation$/);
    expect(leaderOf(brokers).records).toEqual([]);
  });
});

describe('a refusal', () => {
  it('that passes is followed by a repetition until retries are used up', async () => {
    const brokers = new FakeBrokers();
    brokers.fault = () => ({ code: ErrorCode.NOT_LEADER_OR_FOLLOWER });
    const producer = producerOn(brokers, { retries: '3' });
    const outcomes = new Outcomes();
    append(producer, outcomes, 0, 1);
    await producer.flush();

    expect(brokers.requestCount).toBe(4);
    expect(outcomes.errors()[0]?.message).toBe('Produce to t-0 failed: NOT_LEADER_OR_FOLLOWER (6)');
  });

  it('for good fails the batch alone, and those behind it arrive under a new epoch, in order', async () => {
    const brokers = new FakeBrokers();
    brokers.fault = (request) => (request === 1 ? { code: ErrorCode.INVALID_RECORD } : null);
    const producer = producerOn(brokers, { 'batch.size': '110' });
    const outcomes = new Outcomes();
    append(producer, outcomes, 0, 10, 40);
    await producer.flush();

    const failed = outcomes.all.flatMap((outcome) => ('error' in outcome ? [outcome.token] : []));
    expect(failed).toEqual([1]);
    expect(leaderOf(brokers).values.map(Number)).toEqual(numbers(0, 10).filter((n) => n !== 1));
    expect(leaderOf(brokers).batches.at(-1)?.producerEpoch).toBe(1);
    expect(brokers.producerIds).toBe(1);
  });

  it('of a number out of order is followed by a new epoch when nothing older can fill the gap', async () => {
    const brokers = new FakeBrokers();
    brokers.fault = (request) => (request === 1 ? { code: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER } : null);
    const producer = producerOn(brokers);
    const outcomes = new Outcomes();
    for (let n = 0; n < 3; n++) {
      append(producer, outcomes, n, n + 1);
      await producer.flush();
    }

    expect(leaderOf(brokers).values.map(Number)).toEqual([0, 1, 2]);
    expect(leaderOf(brokers).batches.map(({ producerEpoch, baseSequence }) => [producerEpoch, baseSequence])).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
    ]);
  });

  it('of an unknown producer is followed by another producer id', async () => {
    const brokers = new FakeBrokers();
    brokers.fault = (request) => (request === 1 ? { code: ErrorCode.UNKNOWN_PRODUCER_ID } : null);
    const producer = producerOn(brokers);
    const outcomes = new Outcomes();
    append(producer, outcomes, 0, 1);
    await producer.flush();
    append(producer, outcomes, 1, 2);
    await producer.flush();

    expect(outcomes.errors()).toEqual([]);
    expect(leaderOf(brokers).batches.map(({ producerId }) => producerId)).toEqual([1n, 2n]);
  });

  it('of a number that the leader has seen counts as written, at an offset that nobody knows', async () => {
    const brokers = new FakeBrokers();
    brokers.fault = () => ({ code: ErrorCode.DUPLICATE_SEQUENCE_NUMBER });
    const producer = producerOn(brokers);
    const outcomes = new Outcomes();
    append(producer, outcomes, 0, 2);
    await producer.flush();

    expect(outcomes.metadata().map(({ offset }) => offset)).toEqual([-1, -1]);
  });

  it('of a batch that is too large splits it, again and again, and keeps the order before and behind it', async () => {
    const brokers = new FakeBrokers();
    leaderOf(brokers).maxBatchBytes = 300;
    const producer = producerOn(brokers, { 'batch.size': '3000' });
    const outcomes = new Outcomes();
    append(producer, outcomes, 0, 200, 60);
    await producer.flush();

    expect(leaderOf(brokers).values.map(Number)).toEqual(numbers(0, 200));
    expect(outcomes.metadata().map(({ offset }) => offset)).toEqual(numbers(0, 200));
  });

  it('of a single record that is too large fails that record', async () => {
    const brokers = new FakeBrokers();
    leaderOf(brokers).maxBatchBytes = 200;
    const producer = producerOn(brokers, { 'linger.ms': '60000' });
    const outcomes = new Outcomes();
    append(producer, outcomes, 0, 2);
    append(producer, outcomes, 2, 3, 500);
    append(producer, outcomes, 3, 5);
    await producer.flush();

    expect(outcomes.errors()).toHaveLength(1);
    expect(outcomes.errors()[0]).toBeInstanceOf(RecordTooLargeException);
    expect(leaderOf(brokers).values.map(Number)).toEqual([0, 1, 3, 4]);
  });
});

describe('any mixture of faults', () => {
  const faults: readonly Fault[] = [
    'cut before',
    'cut after',
    { code: ErrorCode.NOT_LEADER_OR_FOLLOWER },
    { code: ErrorCode.REQUEST_TIMED_OUT },
    { code: ErrorCode.CORRUPT_MESSAGE },
  ];

  it.each(numbers(1, 21))('leaves every record in the log once and in order (mixture %i)', async (seed) => {
    const random = pseudoRandom(seed);
    const brokers = new FakeBrokers();
    brokers.fault = (request) => (request < 150 && random() < 0.4 ? (faults[Math.floor(random() * faults.length)] as Fault) : null);
    if (seed % 3 === 0) leaderOf(brokers).maxBatchBytes = 180;
    const producer = producerOn(brokers, { 'batch.size': '250' });
    const outcomes = new Outcomes();
    for (let at = 0; at < 150; at += 10) {
      append(producer, outcomes, at, at + 10, Math.floor(random() * 60));
      if (random() < 0.3) await producer.flush();
      else await new Promise((resolve) => setImmediate(resolve));
    }
    await producer.flush();

    expect(outcomes.errors()).toEqual([]);
    expect(outcomes.all.map(({ token }) => token)).toEqual(numbers(0, 150));
    expect(leaderOf(brokers).values.map(Number)).toEqual(numbers(0, 150));
  });

  it.each(numbers(1, 11))(
    'that includes refusals for good keeps the order of what is written, and tells of the rest (mixture %i)',
    async (seed) => {
      const random = pseudoRandom(seed + 1000);
      const brokers = new FakeBrokers();
      const all: readonly Fault[] = [...faults, { code: ErrorCode.INVALID_RECORD }, { code: ErrorCode.UNKNOWN_PRODUCER_ID }];
      brokers.fault = (request) => (request < 150 && random() < 0.4 ? (all[Math.floor(random() * all.length)] as Fault) : null);
      const producer = producerOn(brokers, { 'batch.size': '150' });
      const outcomes = new Outcomes();
      append(producer, outcomes, 0, 150, 30);
      await producer.flush();

      expect(outcomes.all.map(({ token }) => token)).toEqual(numbers(0, 150));
      const acknowledged = outcomes.all.flatMap((outcome) => ('metadata' in outcome ? [outcome.token] : []));
      const firstTimes = [...new Set(leaderOf(brokers).values.map(Number))];
      expect(firstTimes).toEqual([...firstTimes].sort((one, other) => one - other));
      expect(firstTimes).toEqual(expect.arrayContaining(acknowledged));
    },
  );
});
