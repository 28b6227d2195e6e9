import { AssignerProtocol } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { ConfigException, TopicPartition } from '@millrace/api';
import { assignmentProtocols, assignorOf } from '../../src/kafkajs/group/assignors.ts';
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from '../../src/kafkajs/group/consumer-protocol.ts';

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
    expect(assignmentProtocols(undefined)).toEqual(['range']);
    expect(assignmentProtocols(`${java}RoundRobinAssignor, ${java}RangeAssignor`)).toEqual(['roundrobin', 'range']);
    expect(assignmentProtocols(`${java}RangeAssignor,${java}CooperativeStickyAssignor`)).toEqual(['range']);
  });

  it('names the strategy that it does not have, and those that it has', () => {
    for (const name of [`${java}StickyAssignor`, 'com.example.MyAssignor']) {
      expect(() => assignmentProtocols(`${java}RangeAssignor,${name}`)).toThrow(ConfigException);
      expect(() => assignmentProtocols(name)).toThrow(`${name} is not available; use RangeAssignor or RoundRobinAssignor`);
    }
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
    expect(decodeSubscription(AssignerProtocol.MemberMetadata.encode({ version: 0, topics: ['a', 'ü'], userData }))).toEqual(['a', 'ü']);
    const assignment = AssignerProtocol.MemberAssignment.encode({ version: 0, assignment: { a: [0, 2], ü: [1] }, userData });
    expect(decodeAssignment(assignment).map(String)).toEqual(['a-0', 'a-2', 'ü-1']);
  });

  it('has the bytes of kafkajs up to the user data, of which we have none', () => {
    const theirs = AssignerProtocol.MemberAssignment.encode({ version: 1, assignment: { a: [0, 2], ü: [1] }, userData: Buffer.alloc(0) });
    const ours = encodeAssignment(partitions);

    expect(ours.subarray(0, -4)).toEqual(theirs.subarray(0, -4));
    expect(ours.readInt32BE(ours.length - 4)).toBe(-1);
  });

  it('may be no bytes at all: nothing is assigned', () => {
    expect(decodeAssignment(Buffer.alloc(0))).toEqual([]);
  });
});
