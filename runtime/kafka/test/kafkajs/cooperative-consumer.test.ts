import { describe, expect, it, onTestFinished } from 'vitest';
import { TopicPartition } from '@millrace/api';
import { eventually } from '../../src/contract/eventually.ts';
import { PollingConsumer, type PollingConsumerOptions } from '../../src/contract/polling-consumer.ts';
import { CommitFailedException, RebalanceInProgressException } from '../../src/errors.ts';
import { ErrorCode } from '../../src/kafkajs/wire/error-codes.ts';
import { Deferred } from '../../src/waiting/deferred.ts';
import { ScriptedGroup } from './support/scripted-group.ts';

const [t0, t1, t2] = [0, 1, 2].map((number) => TopicPartition.of('t', number)) as [TopicPartition, TopicPartition, TopicPartition];
const patienceMs = 5000;

function member(group: ScriptedGroup, options: Partial<PollingConsumerOptions> = {}): PollingConsumer {
  const properties = {
    'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
    'heartbeat.interval.ms': '5',
    'auto.offset.reset': 'earliest',
  };
  const consumer = new PollingConsumer(group.asTransport(), { groupId: 'g', topics: ['t'], properties, ...options });
  onTestFinished(() => consumer.close());
  return consumer;
}

const until = (what: string, condition: () => boolean): Promise<void> => eventually(what, condition, patienceMs);
const claims = (group: ScriptedGroup): [string[], number][] =>
  group.joins.map(({ owned }) => [owned.partitions.map(String), owned.generation]);
const commitOf = (...partitions: TopicPartition[]): Map<TopicPartition, { offset: number }> =>
  new Map(partitions.map((partition) => [partition, { offset: 1 }]));

describe('a cooperative member', () => {
  it('gives up only what is to move, may commit it once more, and joins again so that somebody else can have it', async () => {
    const group = new ScriptedGroup();
    group.end = 2;
    group.assignment = (generation) => (generation === 1 ? [t0, t1] : [t0]);
    const consumer = member(group, { onRevoked: (partitions, one) => one.commit(commitOf(...partitions)) });
    await until('all is read', () => consumer.records.length === 4);
    group.rebalance();
    await until('it has joined after the revocation', () => group.joins.length === 3);
    group.end = 3;
    await until('the kept partition is read on', () => consumer.records.length === 5);

    expect(consumer.events).toEqual([
      { kind: 'assigned', partitions: ['t-0', 't-1'] },
      { kind: 'revoked', partitions: ['t-1'] },
    ]);
    expect(claims(group)).toEqual([
      [[], -1],
      [['t-0', 't-1'], 1],
      [['t-0'], 2],
    ]);
    expect(group.commits.map(({ generationId, offsets }) => [generationId, [...offsets.keys()]])).toEqual([[2, [t1]]]);
    expect(group.fetches.filter((one) => one.startsWith('t-0'))).toEqual(['t-0 at 0', 't-0 at 1', 't-0 at 2']);
  });

  it('takes up only what is new, and leaves alone what it has, paused or not', async () => {
    const group = new ScriptedGroup();
    group.end = 2;
    group.assignment = (generation) => (generation === 1 ? [t0, t1] : [t0, t1, t2]);
    const consumer = member(group);
    await until('all is read', () => consumer.records.length === 4);
    consumer.consumer.pause([t1]);
    group.rebalance();
    await until('the new one is read', () => consumer.records.length === 6);
    group.end = 3;
    await until('those that are not paused are read on', () => consumer.records.length === 8);

    expect(consumer.events.map(({ kind, partitions }) => [kind, partitions])).toEqual([
      ['assigned', ['t-0', 't-1']],
      ['assigned', ['t-2']],
    ]);
    expect(new Set(group.fetches).size).toBe(group.fetches.length);
    expect([t0, t1, t2].map((partition) => consumer.consumer.position(partition))).toEqual([3, 2, 3]);
  });

  it('reads and commits while the others are slow to join', async () => {
    const group = new ScriptedGroup();
    group.end = 1;
    group.assignment = () => [t0];
    const gate = new Deferred<void>();
    group.joinGate = async (generation) => (generation === 2 ? gate.promise : undefined);
    const consumer = member(group);
    await until('the record is read', () => consumer.records.length === 1);
    group.rebalance();
    await until('it joins', () => group.joins.length === 2);
    group.end = 3;
    await until('it reads on', () => consumer.records.length === 3);
    await consumer.consumer.commit(commitOf(t0));
    expect(group.commits.map(({ generationId }) => generationId)).toEqual([1]);

    group.commitCode = () => ErrorCode.ILLEGAL_GENERATION;
    await expect(consumer.consumer.commit(commitOf(t0))).rejects.toThrow(RebalanceInProgressException);
    group.commitCode = () => ErrorCode.NONE;
    gate.resolve();
    await until('the generation is there', () => group.generation === 2);
    group.end = 4;
    await until('it reads on', () => consumer.records.length === 4);
    expect([consumer.eventsOf('revoked'), consumer.eventsOf('lost'), consumer.error]).toEqual([[], [], null]);
    expect(group.memberIds).toEqual(['', 'member of 1']);
  });

  it.each(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION'] as const)('has lost everything when a sync is answered with %s', async (code) => {
    const group = new ScriptedGroup();
    group.end = 1;
    group.assignment = (generation) => (generation === 2 ? ErrorCode[code] : [t0]);
    const gate = new Deferred<void>();
    group.joinGate = async (generation) => (generation === 3 ? gate.promise : undefined);
    const consumer = member(group);
    await until('the record is read', () => consumer.records.length === 1);
    group.rebalance();
    await until('it joins as somebody new', () => group.joins.length === 3);
    await until('it has lost its partition', () => consumer.eventsOf('lost').length === 1);
    await expect(consumer.consumer.commit(commitOf(t0))).rejects.toThrow(CommitFailedException);
    expect(consumer.consumer.assignment()).toEqual([]);
    gate.resolve();
    await until('it has it again', () => consumer.partitions.length === 1);

    expect(consumer.events.map(({ kind }) => kind)).toEqual(['assigned', 'lost', 'assigned']);
    expect([claims(group)[2], group.memberIds[2], group.commits]).toEqual([[[], -1], '', []]);
  });

  it('that has been removed and is a member again does not commit what it had before it hears of that', async () => {
    const group = new ScriptedGroup();
    group.end = 1;
    group.assignment = (generation) => (generation === 2 ? ErrorCode.UNKNOWN_MEMBER_ID : [t0]);
    const consumer = member(group);
    await until('the record is read', () => consumer.records.length === 1);
    const gate = new Deferred<void>();
    group.joinGate = async (generation) => (generation === 2 ? gate.promise : undefined);
    group.rebalance();
    await until('it joins', () => group.joins.length === 2);
    await consumer.pause();
    gate.resolve();
    await until('it is a member again', () => group.generation === 3);
    await expect(consumer.consumer.commit(commitOf(t0))).rejects.toThrow(CommitFailedException);
    consumer.continuePolling();
    await until('it has heard', () => consumer.events.length === 3);

    expect(consumer.events.map(({ kind }) => kind)).toEqual(['assigned', 'lost', 'assigned']);
    expect(claims(group)[2]).toEqual([[], -1]);
  });
});

describe('an eager member', () => {
  it('gives up everything before it joins again, and claims nothing', async () => {
    const group = new ScriptedGroup();
    group.end = 1;
    group.assignment = () => [t0, t1];
    const consumer = member(group, { properties: { 'heartbeat.interval.ms': '5', 'auto.offset.reset': 'earliest' } });
    await until('all is read', () => consumer.records.length === 2);
    group.rebalance();
    await until('it has everything again', () => consumer.eventsOf('assigned').length === 2);

    expect(consumer.events.map(({ kind, partitions }) => [kind, partitions.length])).toEqual([
      ['assigned', 2],
      ['revoked', 2],
      ['assigned', 2],
    ]);
    expect(claims(group)).toEqual([
      [[], -1],
      [[], -1],
    ]);
  });
});
