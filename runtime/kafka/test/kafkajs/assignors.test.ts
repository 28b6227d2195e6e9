import { AssignerProtocol } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { ConfigException, TopicPartition } from '@millrace/api';
import { assignmentProtocols, assignorOf, isCooperative } from '../../src/kafkajs/group/assignors.ts';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeCooperativeSubscription,
  encodeSubscription,
} from '../../src/kafkajs/group/consumer-protocol.ts';

type Groups = Readonly<Record<string, readonly string[]>>;

function assign(protocol: string, members: Groups, counts: Readonly<Record<string, number>>): Record<string, string[]> {
  const assignment = assignorOf(protocol)(new Map(Object.entries(members)), (topic) => counts[topic] ?? 0);
  return Object.fromEntries([...assignment].map(([member, partitions]) => [member, partitions.map(String)]));
}

describe('the range assignor', () => {
  it('follows the example of its documentation: two members, two topics of three partitions', () => {
    expect(assign('range', { C0: ['t0', 't1'], C1: ['t0', 't1'] }, { t0: 3, t1: 3 })).toEqual({
      C0: ['t0-0', 't0-1', 't1-0', 't1-1'],
      C1: ['t0-2', 't1-2'],
    });
  });

  it('gives nothing to members beyond the number of partitions, and nothing of topics that do not exist', () => {
    expect(assign('range', { a: ['t', 'none'], b: ['t'], c: ['t'] }, { t: 2 })).toEqual({ a: ['t-0'], b: ['t-1'], c: [] });
  });
});

describe('the round robin assignor', () => {
  it('follows the example of its documentation: equal subscriptions', () => {
    expect(assign('roundrobin', { C0: ['t0', 't1'], C1: ['t0', 't1'] }, { t0: 3, t1: 3 })).toEqual({
      C0: ['t0-0', 't0-2', 't1-1'],
      C1: ['t0-1', 't1-0', 't1-2'],
    });
  });

  it('follows the example of its documentation: three members with different subscriptions', () => {
    expect(assign('roundrobin', { C0: ['t0'], C1: ['t0', 't1'], C2: ['t0', 't1', 't2'] }, { t0: 1, t1: 2, t2: 3 })).toEqual({
      C0: ['t0-0'],
      C1: ['t1-0'],
      C2: ['t1-1', 't2-0', 't2-1', 't2-2'],
    });
  });
});

describe('partition.assignment.strategy', () => {
  const java = 'org.apache.kafka.clients.consumer.';

  it('is range by default, and takes names of classes in order of preference', () => {
    expect(assignmentProtocols(undefined)).toEqual(['range', 'cooperative-sticky']);
    expect(assignmentProtocols(`${java}RoundRobinAssignor, ${java}RangeAssignor`)).toEqual(['roundrobin', 'range']);
    expect(assignmentProtocols(`${java}RangeAssignor,${java}CooperativeStickyAssignor`)).toEqual(['range', 'cooperative-sticky']);
    expect(assignmentProtocols(`${java}CooperativeStickyAssignor,cooperative-sticky`)).toEqual(['cooperative-sticky']);
  });

  it('is cooperative only where the group can agree on nothing else', () => {
    const values = [undefined, `${java}CooperativeStickyAssignor`, `${java}CooperativeStickyAssignor,${java}RangeAssignor`, 'roundrobin'];
    expect(values.map((value) => isCooperative(assignmentProtocols(value)))).toEqual([false, true, false, false]);
  });

  it('names the strategy that it does not have, and those that it has', () => {
    const known = 'use RangeAssignor, RoundRobinAssignor or CooperativeStickyAssignor';
    for (const name of [`${java}StickyAssignor`, 'com.example.MyAssignor']) {
      expect(() => assignmentProtocols(`${java}RangeAssignor,${name}`)).toThrow(ConfigException);
      expect(() => assignmentProtocols(name)).toThrow(`${name} is not available; ${known}`);
    }
    expect(() => assignmentProtocols(' , ')).toThrow(`no assignor is not available; ${known}`);
  });
});

describe('what consumers tell each other', () => {
  const partitions = [TopicPartition.of('a', 0), TopicPartition.of('ü', 1), TopicPartition.of('a', 2)];

  it('is read by kafkajs', () => {
    expect(AssignerProtocol.MemberMetadata.decode(encodeSubscription(['a', 'ü']))).toMatchObject({ version: 1, topics: ['a', 'ü'] });
    expect(AssignerProtocol.MemberAssignment.decode(encodeAssignment(partitions))).toMatchObject({
      version: 1,
      assignment: { a: [0, 2], ü: [1] },
    });
  });

  it('by kafkajs is read here', () => {
    const userData = Buffer.from('for the assignor');
    expect(decodeSubscription(AssignerProtocol.MemberMetadata.encode({ version: 0, topics: ['a', 'ü'], userData }))).toEqual({
      topics: ['a', 'ü'],
      owned: { partitions: [], generation: -1 },
    });
    const assignment = AssignerProtocol.MemberAssignment.encode({ version: 0, assignment: { a: [0, 2], ü: [1] }, userData });
    expect(decodeAssignment(assignment).map(String)).toEqual(['a-0', 'a-2', 'ü-1']);
  });

  it('has the bytes of kafkajs up to the user data, of which we have none', () => {
    const theirs = AssignerProtocol.MemberAssignment.encode({ version: 1, assignment: { a: [0, 2], ü: [1] }, userData: Buffer.alloc(0) });
    const ours = encodeAssignment(partitions);

    expect(ours.subarray(0, -4)).toEqual(theirs.subarray(0, -4));
    expect(ours.readInt32BE(ours.length - 4)).toBe(-1);
  });

  it('names what a cooperative member owns and since when, for assignors of today and for those that look into the user data', () => {
    const subscription = { topics: ['a', 'ü'], owned: { partitions, generation: 7 } };
    const bytes = encodeCooperativeSubscription(subscription);

    // Version, two topics, user data, two topics with partitions, generation: as Kafka's ConsumerProtocolSubscription.json has it.
    const expected = [
      '0002 00000002 0001 61 0002 c3bc 00000004 00000007',
      '00000002 0001 61 00000002 00000000 00000002 0002 c3bc 00000001 00000001 00000007',
    ];
    expect(bytes.toString('hex')).toBe(expected.join('').replaceAll(' ', ''));
    const { topics, owned } = decodeSubscription(bytes);
    expect([topics, owned.partitions.map(String), owned.generation]).toEqual([['a', 'ü'], ['a-0', 'a-2', 'ü-1'], 7]);
  });

  it('says in its user data alone since when, before version 2', () => {
    const bytes = encodeCooperativeSubscription({ topics: ['a'], owned: { partitions, generation: 7 } });
    const older = Buffer.from(bytes.subarray(0, -4));
    older.writeInt16BE(1, 0);

    expect(decodeSubscription(older).owned.generation).toBe(7);
    expect(decodeSubscription(encodeSubscription(['a'])).owned).toEqual({ partitions: [], generation: -1 });
  });

  it('may be no bytes at all: nothing is assigned', () => {
    expect(decodeAssignment(Buffer.alloc(0))).toEqual([]);
  });
});
