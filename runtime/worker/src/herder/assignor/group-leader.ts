import type { GroupGeneration, JoinedMember } from '@millrace/kafka';
import type { ClusterConfigState } from '../../storage/cluster-config-state.ts';
import { CONFIG_MISMATCH, NO_ERROR, type Assignment, type WorkerState, type Workload } from '../protocol/assignment.ts';
import { decodeWorkerState, encodeAssignment, versionOf, type ProtocolVersion } from '../protocol/connect-protocol.ts';
import { assignEagerly, type ConfiguredConnector } from './eager-assignor.ts';
import {
  IncrementalCooperativeAssignor,
  type ClusterAssignment,
  type IncrementalCooperativeAssignorOptions,
  type MemberAssignment,
} from './incremental-cooperative-assignor.ts';
import { keyOf, workOf, type Work } from './work.ts';

export interface GroupLeaderOptions extends IncrementalCooperativeAssignorOptions {
  /** Reads to the end of the config topic. @returns what is there then, or what was read when that took too long */
  refresh(): Promise<ClusterConfigState>;
}

/** What the leader tells its group. */
interface Decision {
  readonly error: number;
  readonly offset: Assignment['offset'];
  readonly assignment: ClusterAssignment;
}

const nothing: Workload = { connectors: [], tasks: [] };

/** The duties of the leader in a rebalance, and what it knows of the group from the last one. */
export class GroupLeader {
  readonly #refresh: () => Promise<ClusterConfigState>;
  readonly #assignor: IncrementalCooperativeAssignor;
  /** Number of the last rebalance in which this worker assigned. */
  #round = 0;
  /** The round whose assignment has reached this worker; -1 when somebody else has assigned since. */
  #completedRound = -1;
  #owners: ReadonlyMap<string, { readonly url: string; readonly work: Work }> = new Map();

  constructor(options: GroupLeaderOptions) {
    this.#refresh = () => options.refresh();
    this.#assignor = new IncrementalCooperativeAssignor(options);
  }

  /**
   * Assigns the work of a configuration to the members of a group, whichever protocol they have in common.
   * @param protocol that the group's coordinator chose
   * @param config as of the position that this worker joined with
   * @returns bytes for each member
   * @throws SchemaException if a member's bytes cannot be read
   */
  async assign(
    protocol: string,
    members: readonly JoinedMember[],
    leaderId: string,
    config: ClusterConfigState,
  ): Promise<Map<string, Buffer>> {
    const version = versionOf(protocol);
    const states = new Map(members.map(({ memberId, metadata }) => [memberId, decodeWorkerState(metadata, version)] as const));
    const decision = await this.#decide(version, states, config);
    const leaderUrl = states.get(leaderId)?.url ?? null;
    this.#owners = new Map(
      Array.from(
        states,
        ([member, { url }]) => [member, { url, work: workOf(decision.assignment.members.get(member)?.owned ?? nothing) }] as const,
      ),
    );
    const { error, offset, assignment } = decision;
    const common = { version, error, leader: leaderId, leaderUrl, offset, delay: assignment.delay };
    const bytes = [...states.keys()].map((member): [string, Buffer] => {
      const { assigned, revoked } = assignment.members.get(member) ?? { assigned: nothing, revoked: nothing };
      const own = { ...common, ...assigned, revokedConnectors: revoked.connectors, revokedTasks: revoked.tasks };
      return [member, encodeAssignment(own, version) ?? Buffer.alloc(0)];
    });
    return new Map(bytes);
  }

  /** Notes that a rebalance has come to its end here. */
  completed({ isLeader }: GroupGeneration): void {
    this.#completedRound = isLeader ? this.#round : -1;
    if (!isLeader) this.#owners = new Map();
  }

  /** URL of the worker that has a connector, or one of its tasks; null if no worker has it or this is not the leader. */
  ownerUrl(connector: string, task: number | null): string | null {
    const key = keyOf({ connector, task });
    for (const { url, work } of this.#owners.values()) if (work.has(key)) return url;
    return null;
  }

  async #decide(version: ProtocolVersion, states: ReadonlyMap<string, WorkerState>, joinedWith: ClusterConfigState): Promise<Decision> {
    const newest = [...states.values()].map(({ offset }) => offset).reduce((left, right) => (left < right ? right : left), -1);
    const config = joinedWith.offset < newest ? await this.#refresh() : joinedWith;
    if (config.offset < newest) return { error: CONFIG_MISMATCH, offset: newest, assignment: { members: new Map(), delay: 0 } };
    const connectors = config.connectors.map((name) => ({ name, tasks: config.tasks(name).map(({ task }) => task) }));
    const assignment = version === 0 ? eagerly(connectors, [...states.keys()]) : this.#incrementally(connectors, states);
    return { error: NO_ERROR, offset: config.offset, assignment };
  }

  #incrementally(connectors: readonly ConfiguredConnector[], states: ReadonlyMap<string, WorkerState>): ClusterAssignment {
    const lastCompletedGeneration = this.#completedRound;
    this.#round += 1;
    const members = new Map(Array.from(states, ([member, { assignment }]) => [member, assignment ?? nothing] as const));
    return this.#assignor.assign({ connectors, members, generation: this.#round, lastCompletedGeneration });
  }
}

function eagerly(connectors: readonly ConfiguredConnector[], members: readonly string[]): ClusterAssignment {
  const hands = assignEagerly(connectors, members);
  const all = Array.from(hands, ([member, workload]): [string, MemberAssignment] => [
    member,
    { assigned: workload, revoked: nothing, owned: workload },
  ]);
  return { members: new Map(all), delay: 0 };
}
