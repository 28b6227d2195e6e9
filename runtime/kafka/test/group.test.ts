import { describe, expect, it } from 'vitest';
import { Group } from '../src/embedded/group.ts';
import { Subscription } from '../src/consumer/subscription.ts';
import { EmbeddedLog } from '../src/embedded/embedded-log.ts';
import { IllegalGenerationException, RebalanceInProgressException, UnknownMemberIdException } from '../src/errors.ts';
import type { JoinRequest, JoinResult } from '../src/embedded/group-member-state.ts';

class TestMember {
  readonly id: string;
  readonly #group: Group;
  rebalances = 0;
  removals = 0;

  constructor(group: Group) {
    this.#group = group;
    this.id = group.admit('client');
  }

  async join(metadata = 'm'): Promise<JoinResult> {
    const request: JoinRequest = {
      memberId: this.id,
      protocolType: 'connect',
      protocols: [{ name: 'default', metadata: Buffer.from(metadata) }],
      rebalanceTimeoutMs: 10_000,
      client: { rebalanceStarted: () => void (this.rebalances += 1), removed: () => void (this.removals += 1) },
    };
    return this.#group.join(request);
  }

  async sync({ generationId }: JoinResult, assignments: Record<string, string> | null = null): Promise<string> {
    const bytes = assignments === null ? null : new Map(Object.entries(assignments).map(([id, text]) => [id, Buffer.from(text)]));
    return (await this.#group.sync(this.id, generationId, bytes)).toString();
  }
}

const noJournal = (): void => undefined;

describe('Group', () => {
  it('lets members that start in one turn of the event loop share the first generation', async () => {
    const group = new Group('g', Date.now, noJournal);
    const [first, second] = [new TestMember(group), new TestMember(group)];
    const [one, other] = await Promise.all([first.join(), second.join()]);
    expect([one.generationId, other.generationId]).toEqual([1, 1]);
    expect(one.leaderId).toBe(first.id);
    expect([one.members.size, other.members.size]).toEqual([2, 0]);
    group.leave(first.id);
    group.leave(second.id);
  });

  it('takes commits of a generation until the next one begins, and none in between', async () => {
    const group = new Group('g', Date.now, noJournal);
    const [first, second] = [new TestMember(group), new TestMember(group)];
    const one = await first.join();
    expect(() => group.checkCommit(first.id, one.generationId)).toThrow(RebalanceInProgressException);
    await first.sync(one, {});
    group.checkCommit(first.id, one.generationId);
    const joining = second.join();
    expect(first.rebalances).toBe(1);
    group.checkCommit(first.id, one.generationId);
    const next = await first.join();
    await joining;
    expect(() => group.checkCommit(first.id, one.generationId)).toThrow(IllegalGenerationException);
    expect(() => group.checkCommit(first.id, next.generationId)).toThrow(RebalanceInProgressException);
    expect(() => group.checkCommit('nobody', next.generationId)).toThrow(UnknownMemberIdException);
    group.leave(first.id);
    group.leave(second.id);
  });

  it('lets a follower wait for the leader, and tells it again what it has when it asks later', async () => {
    const group = new Group('g', Date.now, noJournal);
    const [leader, follower] = [new TestMember(group), new TestMember(group)];
    const [one, other] = await Promise.all([leader.join(), follower.join()]);
    const waiting = follower.sync(other);
    expect(await leader.sync(one, { [leader.id]: 'L', [follower.id]: 'F' })).toBe('L');
    expect(await waiting).toBe('F');
    expect(await follower.sync(other)).toBe('F');
    const same = await follower.join();
    expect(same.generationId).toBe(other.generationId);
    expect(leader.rebalances).toBe(0);
    group.leave(leader.id);
    group.leave(follower.id);
  });

  it('refuses a sync of another generation, and one while members still join', async () => {
    const group = new Group('g', Date.now, noJournal);
    const [first, second] = [new TestMember(group), new TestMember(group)];
    const one = await first.join();
    await expect(first.sync({ ...one, generationId: one.generationId + 1 }, {})).rejects.toThrow(IllegalGenerationException);
    const joining = second.join();
    await expect(first.sync(one, {})).rejects.toThrow(RebalanceInProgressException);
    group.leave(first.id);
    await joining;
    group.leave(second.id);
  });

  it('does not know a member that it did not admit, nor one that has left', async () => {
    const group = new Group('g', Date.now, noJournal);
    const member = new TestMember(group);
    group.leave(member.id);
    await expect(member.join()).rejects.toThrow(UnknownMemberIdException);
    expect(member.removals).toBe(0);
    expect(group.isEmpty).toBe(true);
  });
});

describe('Subscription', () => {
  it('takes a pattern by whole names, whatever its flags', () => {
    const log = new EmbeddedLog();
    const subscription = new Subscription(/Orders|eu\.orders/gi, () => log.topicNames());
    for (let time = 0; time < 3; time += 1) expect(subscription.matches('orders')).toBe(true);
    expect(subscription.matches('my.orders')).toBe(false);
    expect(subscription.matches('eu.orders')).toBe(true);
    expect(subscription.matches('eu.orders.2')).toBe(false);
  });
});
