import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TopicPartition } from '@millrace/api';
import { assignCooperativeSticky, type OwnedPartitions } from '../../src/kafkajs/group/cooperative-sticky-assignor.ts';

const topics = ['a', 'b', 'c'];

interface Group {
  /** Number of partitions by topic. */
  readonly counts: Readonly<Record<string, number>>;
  readonly subscriptions: ReadonlyMap<string, readonly string[]>;
  readonly ownership: ReadonlyMap<string, OwnedPartitions>;
}

function assign({ subscriptions, counts, ownership }: Group): Map<string, TopicPartition[]> {
  return assignCooperativeSticky(subscriptions, (topic) => counts[topic] ?? 0, ownership);
}

function allPartitions(counts: Group['counts']): TopicPartition[] {
  return Object.entries(counts).flatMap(([topic, count]) => Array.from({ length: count }, (_, number) => TopicPartition.of(topic, number)));
}

/** Each partition is at most one member's, members come and go, topics grow and shrink, some members are behind. */
function groups(isUniform: boolean): fc.Arbitrary<Group> {
  const member = fc.record({
    topics: isUniform ? fc.constant(topics) : fc.subarray(topics, { minLength: 1 }),
    generation: fc.integer({ min: -1, max: 2 }),
  });
  return fc
    .record({
      counts: fc.record({ a: fc.nat(7), b: fc.nat(7), c: fc.nat(3) }),
      members: fc.array(member, { minLength: 1, maxLength: 6 }),
      owners: fc.array(fc.nat(9), { minLength: 20, maxLength: 20 }),
    })
    .map(({ counts, members, owners }) => {
      const before = allPartitions({ a: 7, b: 7, c: 3 });
      const owned = (index: number): TopicPartition[] => before.filter((_, at) => owners[at] === index);
      const ids = members.map((one, index) => [`m${index}`, one] as const);
      return {
        counts,
        subscriptions: new Map(ids.map(([id, one]) => [id, one.topics])),
        ownership: new Map(ids.map(([id, { generation }], index) => [id, { partitions: owned(index), generation }])),
      };
    });
}

/** The members give up what they are not given, and join again until nothing changes. */
function settle(group: Group): { readonly assignment: Map<string, TopicPartition[]>; readonly rounds: number; readonly last: Group } {
  let current = group;
  for (let rounds = 1; ; rounds += 1) {
    const assignment = assign(current);
    const moves = [...current.ownership].some(([id, { partitions }]) => partitions.some((one) => !assignment.get(id)?.includes(one)));
    const ownership = new Map([...assignment].map(([id, partitions]) => [id, { partitions, generation: 2 + rounds }]));
    current = { ...group, ownership };
    if (!moves) return { assignment, rounds, last: current };
  }
}

const describeAll = (assignment: Map<string, TopicPartition[]>): [string, string[]][] =>
  [...assignment].map(([id, partitions]) => [id, partitions.map(String)]);

describe('the cooperative sticky assignor', () => {
  it('never gives to one member what another says it has', () => {
    fc.assert(
      fc.property(groups(false), (group) => {
        for (const [id, partitions] of assign(group)) {
          for (const [other, { partitions: claimed }] of group.ownership) {
            if (other !== id) expect(claimed.filter((one) => partitions.includes(one))).toEqual([]);
          }
        }
      }),
    );
  });

  it('gives every partition to one member that reads it', () => {
    fc.assert(
      fc.property(groups(false), (group) => {
        const { assignment } = settle(group);
        const readable = allPartitions(group.counts).filter(({ topic }) => [...group.subscriptions.values()].flat().includes(topic));
        expect([...assignment.values()].flat().map(String).sort()).toEqual(readable.map(String).sort());
        for (const [id, partitions] of assignment) {
          for (const { topic } of partitions) expect(group.subscriptions.get(id)).toContain(topic);
        }
      }),
    );
  });

  it('is at rest after one transfer where all read the same topics, and else with loads that get more even from round to round', () => {
    for (const [isUniform, most] of [
      [true, 2],
      [false, 4],
    ] as const) {
      fc.assert(
        fc.property(groups(isUniform), (group) => {
          expect(settle(group).rounds).toBeLessThanOrEqual(most);
        }),
      );
    }
  });

  it('balances within one partition where all read the same topics', () => {
    fc.assert(
      fc.property(groups(true), (group) => {
        const loads = [...settle(group).assignment.values()].map(({ length }) => length);
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('leaves nobody with two more than another that could have one of them', () => {
    fc.assert(
      fc.property(groups(false), (group) => {
        const { assignment } = settle(group);
        for (const [rich, partitions] of assignment) {
          for (const [poor, { length }] of assignment) {
            const couldTake = partitions.some(({ topic }) => group.subscriptions.get(poor)?.includes(topic));
            if (rich !== poor && couldTake) expect(partitions.length - length).toBeLessThanOrEqual(1);
          }
        }
      }),
    );
  });

  it('moves no more than balance asks for, where all read the same topics', () => {
    fc.assert(
      fc.property(groups(true), (group) => {
        const there = new Set(allPartitions(group.counts));
        const kept = [...group.ownership.values()].map(({ partitions }) => partitions.filter((one) => there.has(one)).length);
        const low = Math.floor(there.size / kept.length);
        const richest = [...kept].sort((one, other) => other - one);
        const least = richest.map((load, index) => Math.min(load, index < there.size % kept.length ? low + 1 : low));
        const { assignment } = settle(group);
        const stayed = [...group.ownership].map(
          ([id, { partitions }]) => partitions.filter((one) => assignment.get(id)?.includes(one)).length,
        );
        expect(stayed.reduce((sum, count) => sum + count, 0)).toBe(least.reduce((sum, count) => sum + count, 0));
      }),
    );
  });

  it('passes new partitions on through others rather than take from somebody what it has', () => {
    const subscriptions = new Map([
      ['m0', ['a']],
      ['m1', ['a', 'b']],
      ['m2', ['b', 'c']],
    ]);
    const partitions = [0, 1].map((number) => TopicPartition.of('c', number));
    const assignment = assignCooperativeSticky(subscriptions, () => 2, new Map([['m2', { partitions, generation: 1 }]]));

    expect(Object.fromEntries(describeAll(assignment))).toEqual({ m0: ['a-0', 'a-1'], m1: ['b-0', 'b-1'], m2: ['c-0', 'c-1'] });
  });

  it('assigns thousands of partitions to a hundred members in little time', () => {
    const ids = Array.from({ length: 100 }, (_, number) => `m${number}`);
    const many = Array.from({ length: 50 }, (_, number) => `t${number}`);
    const subscriptions = new Map(ids.map((id, index) => [id, many.filter((_, topic) => index < 50 || topic % 2 === 0)]));
    const owned = many.flatMap((topic) => Array.from({ length: 40 }, (_, number) => TopicPartition.of(topic, number)));
    const startedAt = performance.now();
    const { assignment } = settle({
      counts: Object.fromEntries(many.map((topic) => [topic, 40])),
      subscriptions,
      ownership: new Map([['m0', { partitions: owned, generation: 1 }]]),
    });

    const loads = [...assignment.values()].map(({ length }) => length);
    expect(loads.reduce((sum, load) => sum + load, 0)).toBe(owned.length);
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(2);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('changes nothing when nothing has changed', () => {
    fc.assert(
      fc.property(groups(false), (group) => {
        const { assignment, last } = settle(group);
        expect(describeAll(assign(last))).toEqual(describeAll(assignment));
      }),
    );
  });

  it('believes of two that claim a partition the one that was told later, and gives it to the other only after that', () => {
    const [first, second] = [TopicPartition.of('t', 0), TopicPartition.of('t', 1)];
    const subscriptions = new Map([
      ['behind', ['t']],
      ['current', ['t']],
    ]);
    const claims = (generation: number): Map<string, string[]> =>
      new Map(
        describeAll(
          assignCooperativeSticky(
            subscriptions,
            () => 2,
            new Map([
              ['behind', { partitions: [first, second], generation: 4 }],
              ['current', { partitions: [second], generation }],
            ]),
          ),
        ),
      );

    expect(Object.fromEntries(claims(5))).toEqual({ behind: ['t-0'], current: ['t-1'] });
    expect(Object.fromEntries(claims(3))).toEqual({ behind: ['t-0'], current: [] });
    expect(Object.fromEntries(claims(4))).toEqual({ behind: ['t-0'], current: [] });
  });
});
