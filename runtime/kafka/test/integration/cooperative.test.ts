import { describe, expect, it } from 'vitest';
import type { TopicPartition } from '@millrace/api';
import { type ContractKafka, recordOf, texts } from '../../src/contract/contract-kafka.ts';
import { eventually } from '../../src/contract/eventually.ts';
import type { PollingConsumer } from '../../src/contract/polling-consumer.ts';
import { InconsistentGroupProtocolException, RebalanceInProgressException } from '../../src/errors.ts';
import type { ClientProperties, Consumer } from '../../src/port.ts';
import { RealKafka } from './support/real-kafka.ts';

const kafka = RealKafka.forThisFile();
const java = 'org.apache.kafka.clients.consumer.';
const cooperative = { 'partition.assignment.strategy': `${java}CooperativeStickyAssignor` };

/** Between two generations it has to be tried again. */
async function commitPositions(partitions: readonly TopicPartition[], consumer: Consumer): Promise<void> {
  const offsets = new Map(partitions.map((partition) => [partition, { offset: consumer.position(partition) }]));
  const isCommitted = async (): Promise<boolean> => {
    try {
      await consumer.commit(offsets);
      return true;
    } catch (error) {
      if (error instanceof RebalanceInProgressException) return false;
      throw error;
    }
  };
  await eventually('the offsets are committed', isCommitted, 10_000);
}

/** Starts members of one group that commit what they give up. */
function starter(
  ours: ContractKafka,
  topic: string,
  groupId = ours.uniqueName('group'),
): (properties?: ClientProperties) => PollingConsumer {
  return (properties = {}) =>
    ours.polling({ groupId, topics: [topic], properties: { ...cooperative, ...properties }, onRevoked: commitPositions });
}

/** As Kafka names it. */
async function stateOf(groupId: string): Promise<string | undefined> {
  const admin = kafka.theirs().admin();
  await admin.connect();
  try {
    return (await admin.describeGroups([groupId])).groups[0]?.state;
  } finally {
    await admin.disconnect();
  }
}

const sizes = (members: readonly PollingConsumer[]): number[] => members.map(({ partitions }) => partitions.length);
const allOf = (topic: string, count: number): string[] => Array.from({ length: count }, (_, number) => `${topic}-${number}`);
const given = (member: PollingConsumer): string[] => member.eventsOf('revoked').flatMap(({ partitions }) => partitions);

describe('members of the cooperative protocol', () => {
  it('give up only what moves, when a second and a third come and when they leave', async () => {
    const ours = await kafka.ours();
    const topic = await ours.topic(6);
    const start = starter(ours, topic);
    const first = start();
    await ours.eventually('the first has everything', () => first.partitions.length === 6);
    const second = start();
    await ours.eventually('both have three', () => sizes([first, second]).join() === '3,3');
    const third = start();
    await ours.eventually('all have two', () => sizes([first, second, third]).join() === '2,2,2');

    expect([...first.partitions, ...second.partitions, ...third.partitions].sort()).toEqual(allOf(topic, 6));
    expect([given(first), given(second)].map((partitions) => partitions.length)).toEqual([4, 1]);
    expect(given(first)).not.toContain(first.partitions[0]);
    expect(given(first)).not.toContain(first.partitions[1]);

    const kept = [...second.partitions];
    await first.close();
    await ours.eventually('the others have three', () => sizes([second, third]).join() === '3,3');
    expect(second.partitions).toEqual(expect.arrayContaining(kept));
    expect([given(second).length, given(third).length]).toEqual([1, 0]);
    await third.close();
    await ours.eventually('the second has everything', () => second.partitions.length === 6);
    expect([first, second, third].flatMap((member) => [member.error, ...member.eventsOf('lost')])).toEqual([null, null, null]);
  });

  it('read on while another is slow to join, and neither lose nor repeat a record', async () => {
    const ours = await kafka.ours();
    const topic = await ours.topic(4);
    const groupId = ours.uniqueName('group');
    const start = starter(ours, topic, groupId);
    const write = (from: number, to: number): Promise<unknown> =>
      ours.write(
        Array.from({ length: to - from }, (_, index) =>
          recordOf(topic, { partition: (from + index) % 4, value: Buffer.from(`${from + index}`) }),
        ),
      );
    const members = [start()];
    const [first] = members as [PollingConsumer];
    await write(0, 40);
    await ours.eventually('the first has read', () => first.records.length === 40);
    members.push(start());
    const second = members[1] as PollingConsumer;
    await ours.eventually('both have two', () => sizes(members).join() === '2,2');
    await write(40, 80);
    await ours.eventually('both have read', () => first.records.length + second.records.length === 80);

    // The group waits for the second, which does not poll and so does not join.
    await second.pause();
    const before = first.records.length;
    const events = first.events.length;
    members.push(start());
    const third = members[2] as PollingConsumer;
    await ours.eventually('the group waits for the second', async () => (await stateOf(groupId)) === 'PreparingRebalance');
    await write(80, 120);
    await ours.eventually('the first reads what it keeps', () => first.records.length === before + 20);
    expect([first.events.length, third.partitions]).toEqual([events, []]);
    await commitPositions(first.consumer.assignment(), first.consumer);

    second.continuePolling();
    await ours.eventually(
      'everybody has something',
      () => sizes(members).every((size) => size > 0) && sizes(members).join('').length === 3,
    );
    await ours.eventually('everything is assigned', () => members.flatMap(({ partitions }) => partitions).length === 4);
    await write(120, 160);
    const read = (): string[] => members.flatMap(({ records }) => texts(records)).map(String);
    await ours.eventually('everything is read', () => new Set(read()).size === 160);
    expect(read()).toHaveLength(160);
    expect(members.map(({ error }) => error)).toEqual([null, null, null]);
  });

  it('come and go while there are records, of which each is read once', async () => {
    const ours = await kafka.ours();
    const topic = await ours.topic(7);
    const start = starter(ours, topic);
    const gone: PollingConsumer[] = [];
    const members = [start()];
    let written = 0;
    const write = async (): Promise<void> => {
      await ours.writeTexts(topic, [`${written}`], written % 7);
      written += 1;
    };
    // Without waiting for the group to be at rest: rebalances overtake each other.
    for (const count of [2, 4, 3, 5, 1, 4, 2]) {
      while (members.length < count) members.push(start());
      const leaving = members.splice(0, members.length - count);
      gone.push(...leaving);
      await Promise.all([write(), ...leaving.map((member) => member.close())]);
      for (let more = 0; more < 7; more += 1) await write();
    }
    const read = (): string[] => [...members, ...gone].flatMap(({ records }) => texts(records)).map(String);
    await ours.eventually('everything is read', () => new Set(read()).size === written);
    await ours.eventually('everything is assigned', () => members.flatMap(({ partitions }) => partitions).length === 7);

    expect(read()).toHaveLength(written);
    expect(
      [...members, ...gone].flatMap((member) => [...member.eventsOf('lost'), ...(member.error === null ? [] : [member.error])]),
    ).toEqual([]);
  });

  it('start anew when the group has gone on without them', async () => {
    const ours = await kafka.ours();
    const topic = await ours.topic(2);
    const start = starter(ours, topic);
    const slow = start({ 'max.poll.interval.ms': '1000' });
    await ours.eventually('the slow member has everything', () => slow.partitions.length === 2);
    await slow.pause();
    const other = start({ 'max.poll.interval.ms': '1000' });
    await ours.eventually('the other has everything', () => other.partitions.length === 2);
    await expect(commitPositions(slow.consumer.assignment(), slow.consumer)).rejects.toThrow('cannot be committed');
    slow.continuePolling();
    await ours.eventually('both have one', () => sizes([slow, other]).join() === '1,1');
    // On a busy machine the other may be late too, and the slow one give up again what it got in its place.
    expect(slow.events.map(({ kind }) => kind).slice(0, 3)).toEqual(['assigned', 'lost', 'assigned']);
    expect([slow.error, other.error]).toEqual([null, null]);
  });
});

describe('a group of cooperative members', () => {
  it('refuses a member of the range assignor alone, and takes one that offers both', async () => {
    const ours = await kafka.ours();
    const topic = await ours.topic(4);
    const start = starter(ours, topic);
    const first = start();
    await ours.eventually('the first has everything', () => first.partitions.length === 4);
    const eager = start({ 'partition.assignment.strategy': `${java}RangeAssignor` });
    await ours.eventually('the eager member is refused', () => eager.error !== null);
    expect(eager.error).toBeInstanceOf(InconsistentGroupProtocolException);
    const both = start({ 'partition.assignment.strategy': `${java}RangeAssignor,${java}CooperativeStickyAssignor` });
    await ours.eventually('both have two', () => sizes([first, both]).join() === '2,2');
    expect([given(first).length, first.error, both.error]).toEqual([2, null, null]);
  });
});

/** A console consumer that ends after so many records. @returns what it read */
function javaMember(topic: string, groupId: string, count: number): Promise<string> {
  const strategy = `partition.assignment.strategy=${java}CooperativeStickyAssignor`;
  const settings = [strategy, 'auto.offset.reset=earliest', 'heartbeat.interval.ms=300'].flatMap((setting) => [
    '--command-property',
    setting,
  ]);
  const limits = ['--max-messages', String(count), '--timeout-ms', '30000'];
  return kafka.cluster.kafkaTool('kafka-console-consumer', ['--topic', topic, '--group', groupId, ...limits, ...settings]);
}

describe('members in Java and here', () => {
  it.each(['Java', 'here'])('share a group whose leader is %s', async (leader) => {
    const ours = await kafka.ours();
    const topic = await ours.topic(4);
    const groupId = ours.uniqueName('group');
    const start = starter(ours, topic, groupId);
    const values = Array.from({ length: 40 }, (_, number) => `${leader} ${number}`);
    const early = leader === 'here' ? start() : null;
    if (early !== null) await ours.eventually('ours has everything', () => early.partitions.length === 4);
    const theirs = javaMember(topic, groupId, 20);
    if (early === null) await ours.eventually('theirs has everything', async () => (await stateOf(groupId)) === 'Stable');
    const consumer = early ?? start();
    await ours.eventually('ours has two', () => consumer.partitions.length === 2);
    await ours.eventually('the group is at rest', async () => (await stateOf(groupId)) === 'Stable');
    await ours.write(values.map((value, number) => recordOf(topic, { partition: number % 4, value: Buffer.from(value) })));
    const read = (await theirs).trim().split('\n');
    await ours.eventually('ours has everything again', () => consumer.partitions.length === 4);
    await ours.eventually('ours has read its half', () => consumer.records.length === 20);

    expect([...read, ...texts(consumer.records).map(String)].sort()).toEqual([...values].sort());
    expect(given(consumer)).toHaveLength(leader === 'here' ? 2 : 0);
    expect([consumer.eventsOf('lost'), consumer.error]).toEqual([[], null]);
  });
});
