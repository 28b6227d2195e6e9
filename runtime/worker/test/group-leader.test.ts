import type { JoinedMember } from '@millrace/kafka';
import { describe, expect, it } from 'vitest';
import { GroupLeader } from '../src/herder/assignor/group-leader.ts';
import { NO_ASSIGNMENT, type Assignment } from '../src/herder/protocol/assignment.ts';
import { decodeAssignment, memberProtocols } from '../src/herder/protocol/connect-protocol.ts';
import type { ClusterConfigState } from '../src/storage/cluster-config-state.ts';
import { commitRecord, connectorRecord, parseConfigRecord, taskRecord } from '../src/storage/config-records.ts';
import { ConfigStateBuilder } from '../src/storage/config-state-builder.ts';
import { notingListener } from './support/internal-topics.ts';

/** A cluster with so many tasks by connector. */
function clusterOf(offset: number, connectors: Readonly<Record<string, number>>): ClusterConfigState {
  const builder = new ConfigStateBuilder(notingListener([]));
  for (const [connector, count] of Object.entries(connectors)) {
    const tasks = Array.from({ length: count }, (_, task) => taskRecord({ connector, task }, {}));
    for (const [key, value] of [connectorRecord(connector, {}), ...tasks, commitRecord(connector, count)]) {
      const record = parseConfigRecord(key, value);
      if (record !== null) builder.apply(record);
    }
  }
  builder.advance(offset);
  return builder.snapshot();
}

/** A group whose members run what they are told. */
class Group {
  readonly held = new Map<string, Assignment>();
  readonly leader: GroupLeader;
  readonly protocol: 'default' | 'compatible' | 'sessioned';
  refreshed: ClusterConfigState | null = null;

  constructor(protocol: Group['protocol'], members: readonly string[]) {
    this.protocol = protocol;
    for (const member of members) this.held.set(member, NO_ASSIGNMENT);
    const unread = clusterOf(0, {});
    this.leader = new GroupLeader({ maxDelayMs: 1000, now: () => 0, refresh: () => Promise.resolve(this.refreshed ?? unread) });
  }

  /** One rebalance, led by the first member; each joins with the position of the configuration unless another is given. */
  async rebalance(config: ClusterConfigState, offsets: Readonly<Record<string, number>> = {}): Promise<Map<string, Assignment>> {
    const joined: JoinedMember[] = Array.from(this.held, ([memberId, assignment]) => {
      const state = { url: `http://${memberId}/`, offset: offsets[memberId] ?? config.offset, assignment };
      const metadata = memberProtocols('sessioned', state).find(({ name }) => name === this.protocol)?.metadata ?? Buffer.alloc(0);
      return { memberId, metadata };
    });
    const leaderId = joined[0]?.memberId ?? '';
    const bytes = await this.leader.assign(this.protocol, joined, leaderId, config);
    this.leader.completed({ generationId: 1, memberId: leaderId, protocol: this.protocol, isLeader: true });
    const version = { default: 0, compatible: 1, sessioned: 2 }[this.protocol] as 0 | 1 | 2;
    const told = new Map(Array.from(bytes, ([member, part]) => [member, decodeAssignment(part, version)] as const));
    for (const [member, assignment] of told) this.held.set(member, this.#merged(member, assignment));
    return told;
  }

  #merged(member: string, told: Assignment): Assignment {
    const before = this.held.get(member) ?? NO_ASSIGNMENT;
    if (this.protocol === 'default') return told;
    const keeps = (task: { connector: string; task: number }): boolean =>
      !told.revokedTasks.some((gone) => gone.connector === task.connector && gone.task === task.task);
    return {
      ...told,
      connectors: [...before.connectors.filter((connector) => !told.revokedConnectors.includes(connector)), ...told.connectors],
      tasks: [...before.tasks.filter(keeps), ...told.tasks],
      revokedConnectors: [],
      revokedTasks: [],
    };
  }
}

describe('the leader of a group', () => {
  it.each(['default', 'compatible', 'sessioned'] as const)('spreads work evenly over the protocol %s', async (protocol) => {
    const group = new Group(protocol, ['a', 'b', 'c']);

    await group.rebalance(clusterOf(9, { x: 4, y: 2 }));

    const loads = [...group.held.values()];
    expect(loads.map(({ tasks }) => tasks.length)).toEqual([2, 2, 2]);
    expect(loads.flatMap(({ connectors }) => connectors).sort()).toEqual(['x', 'y']);
    expect(loads.map(({ offset, leader, leaderUrl }) => [offset, leader, leaderUrl])).toEqual(
      Array.from({ length: 3 }, () => [9, 'a', 'http://a/']),
    );
  });

  it('moves work to a new member in two steps, and no more than it has to', async () => {
    const group = new Group('sessioned', ['a']);
    const config = clusterOf(9, { x: 4 });
    await group.rebalance(config);
    group.held.set('b', NO_ASSIGNMENT);

    const first = await group.rebalance(config);
    expect([first.get('a')?.revokedTasks.length, first.get('b')?.tasks.length]).toEqual([2, 0]);
    const second = await group.rebalance(config);

    expect([second.get('a')?.tasks.length, second.get('b')?.tasks.length]).toEqual([0, 2]);
    expect([...group.held.values()].map(({ tasks }) => tasks.length)).toEqual([2, 2]);
  });

  it('knows where each connector and task is', async () => {
    const group = new Group('sessioned', ['a', 'b']);
    await group.rebalance(clusterOf(9, { x: 2 }));

    expect(['http://a/', 'http://b/']).toContain(group.leader.ownerUrl('x', 0));
    expect(group.leader.ownerUrl('x', 0)).not.toBe(group.leader.ownerUrl('x', 1));
    expect(group.leader.ownerUrl('x', null)).toBe('http://a/');
    expect([group.leader.ownerUrl('x', 2), group.leader.ownerUrl('y', null)]).toEqual([null, null]);

    group.leader.completed({ generationId: 2, memberId: 'a', protocol: 'sessioned', isLeader: false });
    expect(group.leader.ownerUrl('x', 0)).toBeNull();
  });

  it('reads on when a member has read more, and assigns what it finds then', async () => {
    const group = new Group('sessioned', ['a', 'b']);
    group.refreshed = clusterOf(12, { x: 1, y: 1 });

    const told = await group.rebalance(clusterOf(9, { x: 1 }), { b: 11 });

    expect([...told.values()].map(({ error, offset }) => [error, offset])).toEqual(Array.from({ length: 2 }, () => [0, 12]));
    expect([...told.values()].flatMap(({ connectors }) => connectors).sort()).toEqual(['x', 'y']);
  });

  it('assigns nothing while it cannot read what a member has read', async () => {
    const group = new Group('compatible', ['a', 'b']);

    const told = await group.rebalance(clusterOf(9, { x: 1 }), { b: 11 });

    expect([...told.values()].map(({ error, offset, tasks }) => [error, offset, tasks])).toEqual(
      Array.from({ length: 2 }, () => [1, 11, []]),
    );
  });

  it('lets work of a lost member wait for its return, unless it has forgotten who had it', async () => {
    const group = new Group('sessioned', ['a', 'b']);
    const config = clusterOf(9, { x: 4 });
    await group.rebalance(config);
    group.held.delete('b');

    const waiting = await group.rebalance(config);
    expect([waiting.get('a')?.delay, waiting.get('a')?.tasks]).toEqual([1000, []]);

    group.leader.completed({ generationId: 3, memberId: 'a', protocol: 'sessioned', isLeader: false });
    expect((await group.rebalance(config)).get('a')?.tasks).toHaveLength(2);
  });
});
