import type { Workload } from '../protocol/assignment.ts';
import { sortedByName, type ConfiguredConnector } from './eager-assignor.ts';
import { loadBalancingRevocations } from './load-balancing.ts';
import { revocationBackoffMs } from './revocation-backoff.ts';
import { difference, duplicates, intersection, NO_WORK, ofKind, sorted, union, workloadOf, workOf, type Work } from './work.ts';
import { fillLeastLoaded, WorkerLoad } from './worker-load.ts';

export interface IncrementalCooperativeAssignorOptions {
  /** `scheduled.rebalance.max.delay.ms`: how long work of a lost worker waits for its return. */
  readonly maxDelayMs: number;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** What the leader knows when it assigns. */
export interface AssignorInput {
  readonly connectors: readonly ConfiguredConnector[];
  /** What each member runs, by member id. */
  readonly members: ReadonlyMap<string, Workload>;
  /** Of the rebalance that is under way. */
  readonly generation: number;
  /** The last generation that this worker completed; -1 before any. */
  readonly lastCompletedGeneration: number;
}

/** The part of one member. */
export interface MemberAssignment {
  /** What it is to run besides what it runs. */
  readonly assigned: Workload;
  /** What it is to stop. */
  readonly revoked: Workload;
  /** All that it runs after this. */
  readonly owned: Workload;
}

export interface ClusterAssignment {
  readonly members: ReadonlyMap<string, MemberAssignment>;
  /** Time, in milliseconds, after which members have to join again; 0: none. */
  readonly delay: number;
}

/**
 * Spreads connectors and tasks over workers, moving as little as it can (KIP-415), as
 * `org.apache.kafka.connect.runtime.distributed.IncrementalCooperativeAssignor`. Work moves in two rebalances: the first takes it away, the
 * second hands it out. The leader alone uses it; what it remembers is checked against what members report.
 */
export class IncrementalCooperativeAssignor {
  readonly #maxDelayMs: number;
  readonly #now: () => number;
  #previousAssignment: Work = NO_WORK;
  #previousRevocation: Work = NO_WORK;
  #previousMembers: readonly string[] = [];
  #previousGeneration = -1;
  /** When lost work is handed out, in milliseconds since the epoch; 0: nothing is due. */
  #scheduledRebalance = 0;
  #delay = 0;
  /** Workers that were empty while lost work waited, the first first: the ones that came back, or their replacements. */
  readonly #candidates = new Set<string>();
  #revokedInPrevious = false;
  #successiveRevocations = 0;

  constructor(options: IncrementalCooperativeAssignorOptions) {
    this.#maxDelayMs = options.maxDelayMs;
    this.#now = () => options.now();
  }

  /** When lost work is handed out, in milliseconds since the epoch; 0: nothing is due. */
  get scheduledRebalance(): number {
    return this.#scheduledRebalance;
  }

  assign(input: AssignorInput): ClusterAssignment {
    const reported = new Map(Array.from(input.members, ([member, workload]) => [member, workOf(workload)] as const));
    const active = union(...reported.values());
    const configured = configuredWork(input.connectors);
    this.#checkMemory(active, input.lastCompletedGeneration);
    const deleted = difference(this.#previousAssignment, configured);
    const duplicated = duplicates(reported.values());
    const lost = sorted(difference(this.#previousAssignment, active, deleted));
    const created = difference(configured, this.#previousAssignment, active);
    const loads = Array.from(reported, ([member, work]) => new WorkerLoad(member, difference(work, deleted, duplicated)));
    const revoked = new Map(Array.from(reported, ([member, work]) => [member, intersection(work, union(deleted, duplicated))]));
    const reassigned = this.#handleLost(lost, loads);
    this.#balance(configured, loads, revoked);
    const handedOut = union(created, reassigned);
    for (const kind of ['connectors', 'tasks'] as const) fillLeastLoaded(loads, kind, ofKind(handedOut, kind));

    const members = new Map<string, MemberAssignment>();
    for (const load of loads) {
      const current = difference(reported.get(load.member) ?? NO_WORK, deleted);
      members.set(load.member, {
        assigned: workloadOf(difference(load.work, current)),
        revoked: workloadOf(revoked.get(load.member) ?? NO_WORK),
        owned: workloadOf(load.work),
      });
    }
    this.#previousRevocation = union(...revoked.values());
    this.#previousAssignment = union(difference(union(...loads.map(({ work }) => work)), this.#previousRevocation), lost);
    this.#previousMembers = [...reported.keys()];
    this.#previousGeneration = input.generation;
    return { members, delay: this.#delay };
  }

  /** Forgets what other leaders or failed revocations have made untrue. */
  #checkMemory(active: Work, lastCompletedGeneration: number): void {
    if (this.#previousGeneration !== lastCompletedGeneration) this.#previousAssignment = NO_WORK;
    if (intersection(this.#previousRevocation, active).size > 0) this.#previousAssignment = active;
    this.#previousRevocation = NO_WORK;
  }

  /** Decides on work that no member reports any more. @returns what is to be handed out like new work */
  #handleLost(lost: Work, loads: readonly WorkerLoad[]): Work {
    if (lost.size === 0 && !this.#revokedInPrevious) {
      this.#endDelay();
      return NO_WORK;
    }
    const members = new Set(loads.map(({ member }) => member));
    // Nobody has left: an assignment did not reach its member.
    const isMisdelivered = this.#scheduledRebalance <= 0 && this.#previousMembers.every((member) => members.has(member));
    if (isMisdelivered || this.#maxDelayMs === 0) return lost;
    const now = this.#now();
    if (this.#scheduledRebalance > 0 && now >= this.#scheduledRebalance) {
      const candidates = [...this.#candidates].flatMap((candidate) => loads.filter(({ member }) => member === candidate));
      this.#endDelay();
      this.#revokedInPrevious = false;
      if (candidates.length === 0) return lost;
      dealOut(lost, candidates);
      return NO_WORK;
    }
    for (const load of loads) if (load.isEmpty) this.#candidates.add(load.member);
    this.#delay = now < this.#scheduledRebalance ? Math.min(this.#scheduledRebalance - now, this.#maxDelayMs) : this.#maxDelayMs;
    this.#scheduledRebalance = now + this.#delay;
    return NO_WORK;
  }

  #endDelay(): void {
    this.#candidates.clear();
    this.#scheduledRebalance = 0;
    this.#delay = 0;
  }

  /** Takes work from those that have too much, unless a delay is running. */
  #balance(configured: Work, loads: readonly WorkerLoad[], revoked: Map<string, Work>): void {
    if (this.#delay > 0) {
      this.#revokedInPrevious = false;
      return;
    }
    const total = { connectors: ofKind(configured, 'connectors').length, tasks: ofKind(configured, 'tasks').length };
    const revocations = loadBalancingRevocations(loads, total);
    if (revocations.size === 0) {
      this.#revokedInPrevious = false;
      this.#successiveRevocations = 0;
      return;
    }
    if (this.#revokedInPrevious) {
      this.#successiveRevocations += 1;
      this.#delay = revocationBackoffMs(this.#successiveRevocations, this.#maxDelayMs);
      if (this.#delay > 0) {
        this.#scheduledRebalance = this.#now() + this.#delay;
        return;
      }
    }
    this.#revokedInPrevious = true;
    for (const load of loads) {
      const work = revocations.get(load.member);
      if (work === undefined) continue;
      load.remove(work);
      revoked.set(load.member, union(revoked.get(load.member) ?? NO_WORK, work));
    }
  }
}

function configuredWork(connectors: readonly ConfiguredConnector[]): Work {
  const byName = sortedByName(connectors);
  return workOf({
    connectors: byName.map(({ name }) => name),
    tasks: byName.flatMap(({ name, tasks }) => tasks.map((task) => ({ connector: name, task }))),
  });
}

function dealOut(work: Work, loads: readonly WorkerLoad[]): void {
  for (const kind of ['connectors', 'tasks'] as const) {
    for (const [index, [key, unit]] of ofKind(work, kind).entries()) loads[index % loads.length]?.assign(kind, key, unit);
  }
}
