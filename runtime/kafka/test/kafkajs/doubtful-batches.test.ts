import { describe, expect, it, onTestFinished } from 'vitest';
import { Outcomes, recordOf } from '../../src/contract/contract-kafka.ts';
import { KafkaProducer } from '../../src/kafkajs/producer/kafka-producer.ts';
import { disconnected } from '../../src/kafkajs/wire/broker-errors.ts';
import type { Cluster } from '../../src/kafkajs/wire/cluster.ts';
import { ErrorCode } from '../../src/kafkajs/wire/error-codes.ts';
import { FakeBrokers, type Fault, type FakeLeader } from './support/fake-brokers.ts';

function producerOn(cluster: Cluster, properties: Readonly<Record<string, string>> = {}): KafkaProducer {
  const producer = new KafkaProducer(cluster, { 'linger.ms': '0', 'batch.size': '1', ...properties }, () => undefined);
  onTestFinished(() => producer.close(0));
  return producer;
}

function append(producer: KafkaProducer, outcomes: Outcomes, ...values: readonly number[]): void {
  for (const value of values) producer.append(recordOf('t', { partition: 0, value: Buffer.from(String(value)) }), outcomes, value);
}

function faultsByRequest(faults: Readonly<Record<number, Fault>>): (request: number) => Fault | null {
  return (request) => faults[request] ?? null;
}

describe('a batch whose answer was lost', () => {
  it('keeps its number when an older one is given up, so that the leader recognises it', async () => {
    const brokers = new FakeBrokers();
    brokers.silenceMs = 450;
    // The first one is written without an answer, until it is given up; the second one is written and its answer is lost.
    brokers.fault = faultsByRequest({ 1: 'silence after', 2: 'cut after' });
    const producer = producerOn(brokers.asCluster(), { 'delivery.timeout.ms': '400' });
    const outcomes = new Outcomes();
    append(producer, outcomes, 0);
    await producer.flush();
    append(producer, outcomes, 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    append(producer, outcomes, 2);
    await producer.flush();
    append(producer, outcomes, 3);
    await producer.flush();

    expect(outcomes.all.map((outcome) => [outcome.token, 'error' in outcome])).toEqual([
      [0, false],
      [1, true],
      [2, false],
      [3, false],
    ]);
    const leader = brokers.leaders[0] as FakeLeader;
    expect(leader.values).toEqual(['0', '1', '2', '3']);
    expect(leader.batches.map(({ producerEpoch, baseSequence }) => [producerEpoch, baseSequence])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
    ]);
  });

  it('keeps its number when the leader says that too few replicas have it', async () => {
    const brokers = new FakeBrokers();
    brokers.fault = faultsByRequest({ 1: { code: ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND } });
    const producer = producerOn(brokers.asCluster());
    const outcomes = new Outcomes();
    append(producer, outcomes, 0);
    await producer.flush();
    append(producer, outcomes, 1, 2);
    await producer.flush();

    expect(outcomes.errors()).toEqual([]);
    expect((brokers.leaders[0] as FakeLeader).values).toEqual(['0', '1', '2']);
  });
});

describe('the first batch of a producer', () => {
  it('goes alone, since a leader takes any number from a producer that it does not know', async () => {
    const brokers = new FakeBrokers();
    brokers.fault = faultsByRequest({ 0: { code: ErrorCode.NOT_LEADER_OR_FOLLOWER } });
    const producer = producerOn(brokers.asCluster());
    const outcomes = new Outcomes();
    append(producer, outcomes, 0, 1, 2, 3);
    await producer.flush();

    expect(outcomes.errors()).toEqual([]);
    expect((brokers.leaders[0] as FakeLeader).values).toEqual(['0', '1', '2', '3']);
  });
});

describe('a leader that cannot be reached', () => {
  it('costs no retry, since nothing has been sent', async () => {
    const brokers = new FakeBrokers();
    const cluster = brokers.asCluster();
    let refusals = 5;
    cluster.connected = async () => {
      refusals -= 1;
      if (refusals >= 0) throw disconnected({ host: 'fake', port: 9092 });
    };
    const producer = producerOn(cluster, { retries: '1' });
    const outcomes = new Outcomes();
    append(producer, outcomes, 0, 1);
    await producer.flush();

    expect(outcomes.errors()).toEqual([]);
    expect((brokers.leaders[0] as FakeLeader).values).toEqual(['0', '1']);
  });
});
