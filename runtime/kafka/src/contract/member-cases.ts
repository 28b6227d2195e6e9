import { expect } from 'vitest';
import { InconsistentGroupProtocolException } from '../errors.ts';
import type { GroupGeneration, GroupMember, GroupMemberOptions, JoinedMember, MemberProtocol } from '../port.ts';
import type { ContractCase } from './contract-case.ts';
import type { ContractKafka } from './contract-kafka.ts';

interface WorkerOptions {
  readonly groupId: string;
  readonly name: string;
  readonly protocols?: readonly string[];
  readonly overrides?: Partial<GroupMemberOptions>;
}

/** A member as a Connect worker is one. Its metadata is its name, and as leader it assigns each member that member's own metadata, doubled. */
class Worker {
  readonly events: string[] = [];
  readonly generations: GroupGeneration[] = [];
  readonly member: GroupMember;
  /** The metadata that the leader last saw. */
  seen: string[] = [];
  /** How often it was asked for its protocols. */
  asked = 0;
  name: string;

  constructor(kafka: ContractKafka, { groupId, name, protocols = ['compatible', 'default'], overrides = {} }: WorkerOptions) {
    this.name = name;
    this.member = kafka.transport.member({
      groupId,
      protocolType: 'connect',
      properties: { 'rebalance.timeout.ms': '5000', 'session.timeout.ms': '6000', 'heartbeat.interval.ms': '300' },
      protocols: (): MemberProtocol[] => {
        this.asked += 1;
        return protocols.map((protocol) => ({ name: protocol, metadata: Buffer.from(this.name) }));
      },
      assign: async (_protocol, members) => this.#assign(members),
      onAssigned: (assignment, generation) => {
        this.events.push(`assigned ${assignment.toString()}`);
        this.generations.push(generation);
      },
      onRevoked: () => void this.events.push('revoked'),
      onLost: () => void this.events.push('lost'),
      ...overrides,
    });
  }

  /** The generation whose assignment it has been told; null while it is on its way from one to the next. */
  get generationId(): number | null {
    const told = this.generations.at(-1)?.generationId ?? null;
    return told === this.member.generation()?.generationId ? told : null;
  }

  #assign(members: readonly JoinedMember[]): Map<string, Buffer> {
    this.seen = members.map(({ metadata }) => metadata.toString()).sort();
    return new Map(members.map(({ memberId, metadata }) => [memberId, Buffer.concat([metadata, metadata])]));
  }
}

function areInOneGeneration(...workers: readonly Worker[]): boolean {
  const [first, ...others] = workers.map(({ generationId }) => generationId);
  return first !== null && others.every((generationId) => generationId === first);
}

/** Groups of any protocol type, as Connect's workers use them. */
export const memberCases: readonly ContractCase[] = [
  {
    name: 'a single member leads its group and gets the assignment that it made',
    async run(kafka) {
      const worker = new Worker(kafka, { groupId: kafka.uniqueName('connect'), name: 'a' });
      expect(worker.member.generation()).toBeNull();
      await worker.member.join();
      expect(worker.events).toEqual(['assigned aa']);
      expect(worker.member.generation()).toMatchObject({ isLeader: true, protocol: 'compatible' });
      expect(worker.member.generation()).toEqual(worker.generations[0]);
      await worker.member.leave();
      await worker.member.leave();
      expect(worker.member.generation()).toBeNull();
      expect(worker.events).toEqual(['assigned aa']);
    },
  },
  {
    name: 'the leader assigns each member its own bytes, and all live in the same generation',
    async run(kafka) {
      const groupId = kafka.uniqueName('connect');
      const [first, second] = [new Worker(kafka, { groupId, name: 'a' }), new Worker(kafka, { groupId, name: 'b' })];
      await first.member.join();
      await second.member.join();
      await kafka.eventually('both are in one generation', () => areInOneGeneration(first, second) && first.events.length === 3);
      expect(first.events).toEqual(['assigned aa', 'revoked', 'assigned aa']);
      expect(second.events).toEqual(['assigned bb']);
      expect([first.member.generation()?.isLeader, second.member.generation()?.isLeader]).toEqual([true, false]);
      expect(first.seen).toEqual(['a', 'b']);
      expect(first.generations[1]?.generationId).toBeGreaterThan(first.generations[0]?.generationId ?? Number.NaN);
      expect(first.generations[1]?.memberId).toBe(first.generations[0]?.memberId);
    },
  },
  {
    name: 'the next generation waits for every onRevoked',
    async run(kafka) {
      const groupId = kafka.uniqueName('connect');
      let release: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      let isRevoking = false;
      const onRevoked = async (): Promise<void> => {
        isRevoking = true;
        await gate;
      };
      const first = new Worker(kafka, { groupId, name: 'a', overrides: { onRevoked } });
      await first.member.join();
      const second = new Worker(kafka, { groupId, name: 'b' });
      const joined = second.member.join();
      await kafka.eventually('the revocation has begun', () => isRevoking);
      expect(second.events).toEqual([]);
      release();
      await joined;
      expect(second.events).toEqual(['assigned bb']);
    },
  },
  {
    name: 'a member that joins while the leader still assigns is part of the next generation',
    async run(kafka) {
      const groupId = kafka.uniqueName('connect');
      const second = new Worker(kafka, { groupId, name: 'b' });
      const joins: Promise<void>[] = [];
      let isKnown = false;
      const first = new Worker(kafka, {
        groupId,
        name: 'a',
        overrides: {
          assign: async (_protocol, members) => {
            isKnown = members.length === 2;
            if (joins.length === 0) joins.push(second.member.join());
            await kafka.eventually('the other has asked for its protocols', () => second.asked > 0);
            return new Map(members.map(({ memberId, metadata }) => [memberId, metadata]));
          },
        },
      });
      await first.member.join();
      await Promise.all(joins);
      await kafka.eventually('both are in one generation', () => isKnown && areInOneGeneration(first, second));
      expect(second.events).toEqual(['assigned b']);
      expect(first.events.at(-1)).toBe('assigned a');
    },
  },
  {
    name: 'the others go on when the leader leaves',
    async run(kafka) {
      const groupId = kafka.uniqueName('connect');
      const workers = ['a', 'b', 'c'].map((name) => new Worker(kafka, { groupId, name }));
      for (const { member } of workers) await member.join();
      const [first, ...others] = workers;
      await kafka.eventually('all are in one generation', () => areInOneGeneration(...workers));
      await first?.member.leave();
      await kafka.eventually('one of the others leads both', () => others.some(({ seen }) => seen.join() === 'b,c'));
      expect(others.filter(({ member }) => member.generation()?.isLeader)).toHaveLength(1);
      expect(first?.events).not.toContain('lost');
    },
  },
  {
    name: 'a rejoin of the leader makes a new generation with fresh metadata',
    async run(kafka) {
      const worker = new Worker(kafka, { groupId: kafka.uniqueName('connect'), name: 'a' });
      await worker.member.join();
      worker.name = 'b';
      worker.member.requestRejoin();
      await kafka.eventually('the second generation is there', () => worker.generations.length === 2);
      expect(worker.events).toEqual(['assigned aa', 'revoked', 'assigned bb']);
      expect(worker.generations[1]?.generationId).toBeGreaterThan(worker.generations[0]?.generationId ?? Number.NaN);
    },
  },
  {
    name: 'a rejoin of a follower whose metadata has changed reaches the leader',
    async run(kafka) {
      const groupId = kafka.uniqueName('connect');
      const [leader, follower] = [new Worker(kafka, { groupId, name: 'a' }), new Worker(kafka, { groupId, name: 'b' })];
      await leader.member.join();
      await follower.member.join();
      await kafka.eventually('both are in one generation', () => areInOneGeneration(leader, follower));
      follower.name = 'c';
      follower.member.requestRejoin();
      await kafka.eventually('the leader sees it', () => leader.seen.join() === 'a,c');
      await kafka.eventually('the follower has its part', () => follower.events.at(-1) === 'assigned cc');
      expect(follower.events.slice(-2)).toEqual(['revoked', 'assigned cc']);
    },
  },
  {
    name: 'the group speaks a protocol that all members know',
    async run(kafka) {
      const groupId = kafka.uniqueName('connect');
      const modern = new Worker(kafka, { groupId, name: 'a', protocols: ['sessioned', 'compatible', 'default'] });
      await modern.member.join();
      expect(modern.member.generation()?.protocol).toBe('sessioned');
      const old = new Worker(kafka, { groupId, name: 'b', protocols: ['default'] });
      await old.member.join();
      await kafka.eventually('both speak it', () => modern.member.generation()?.protocol === 'default');
      expect(old.member.generation()?.protocol).toBe('default');
    },
  },
  {
    name: 'a member of another protocol type is refused, and the group does not notice',
    async run(kafka) {
      const groupId = kafka.uniqueName('connect');
      const worker = new Worker(kafka, { groupId, name: 'a' });
      await worker.member.join();
      const stranger = new Worker(kafka, { groupId, name: 'b', overrides: { protocolType: 'other' } });
      await expect(stranger.member.join()).rejects.toThrow(InconsistentGroupProtocolException);
      expect(worker.events).toEqual(['assigned aa']);
    },
  },
  {
    name: 'a join gives up with the reason of its signal',
    async run(kafka) {
      const groupId = kafka.uniqueName('connect');
      const abort = new AbortController();
      const assign = async (): Promise<Map<string, Buffer>> => {
        abort.abort(new Error('stopped'));
        return new Map<string, Buffer>();
      };
      const worker = new Worker(kafka, { groupId, name: 'a', overrides: { assign } });
      await expect(worker.member.join(abort.signal)).rejects.toThrow('stopped');
      expect(worker.member.generation()).toBeNull();
    },
  },
  {
    name: 'a callback that fails at first makes join fail, and later makes the member join anew',
    async run(kafka) {
      const groupId = kafka.uniqueName('connect');
      const failing = async (): Promise<never> => Promise.reject(new Error('no assignment'));
      const unlucky = new Worker(kafka, { groupId, name: 'a', overrides: { assign: failing } });
      await expect(unlucky.member.join()).rejects.toThrow('no assignment');
      const errors: string[] = [];
      let revocations = 0;
      const onRevoked = (): void => {
        revocations += 1;
        if (revocations === 1) throw new Error('flush failed');
      };
      const worker = new Worker(kafka, {
        groupId,
        name: 'b',
        overrides: { onRevoked, onError: ({ message }) => void errors.push(message) },
      });
      await worker.member.join();
      worker.member.requestRejoin();
      await kafka.eventually('it is back', () => worker.generations.length === 2);
      expect([errors, worker.events]).toEqual([['flush failed'], ['assigned bb', 'lost', 'assigned bb']]);
    },
  },
  {
    name: 'a member that is too slow for the rebalance is left behind, hears of it, and comes back as a new one',
    async run(kafka) {
      const groupId = kafka.uniqueName('connect');
      let release: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      const properties = { 'rebalance.timeout.ms': '500', 'session.timeout.ms': '6000', 'heartbeat.interval.ms': '100' };
      const slow = new Worker(kafka, { groupId, name: 'a', overrides: { onRevoked: async () => gate, properties } });
      await slow.member.join();
      const other = new Worker(kafka, { groupId, name: 'b', overrides: { properties } });
      await other.member.join();
      expect(other.seen).toEqual(['b']);
      release();
      await kafka.eventually('both are in the group', () => other.seen.join() === 'a,b');
      await kafka.eventually('the slow one has its part again', () => slow.generations.length === 2);
      expect(slow.events).toEqual(['assigned aa', 'lost', 'assigned aa']);
      expect(slow.generations[1]?.memberId).not.toBe(slow.generations[0]?.memberId);
    },
  },
];
