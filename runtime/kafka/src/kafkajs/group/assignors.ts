import { ConfigException, TopicPartition } from '@millrace/api';
import { assignRanges } from '../../consumer/range-assignor.ts';
import { assignCooperativeSticky, type Ownership } from './cooperative-sticky-assignor.ts';

/** Spreads the partitions of a group's topics over its members. */
export type Assignor = (
  /** The topics of each member, by member id. */
  subscriptions: ReadonlyMap<string, readonly string[]>,
  /** 0 for a topic that does not exist. */
  partitionCount: (topic: string) => number,
  /** What members had, for an assignor that leaves partitions where they are. */
  ownership?: Ownership,
) => Map<string, TopicPartition[]>;

/** One partition after the other goes to one member after the other, as `org.apache.kafka.clients.consumer.RoundRobinAssignor`. */
const assignRoundRobin: Assignor = (subscriptions, partitionCount) => {
  const members = [...subscriptions.keys()].sort();
  const assignment = new Map<string, TopicPartition[]>(members.map((member) => [member, []]));
  const topics = [...new Set([...subscriptions.values()].flat())].sort();
  let turn = 0;
  for (const topic of topics) {
    for (let partition = 0; partition < partitionCount(topic); partition++) {
      while (subscriptions.get(members[turn % members.length] as string)?.includes(topic) !== true) turn += 1;
      assignment.get(members[turn % members.length] as string)?.push(TopicPartition.of(topic, partition));
      turn += 1;
    }
  }
  return assignment;
};

const cooperativeSticky = 'cooperative-sticky';
/** Assignors by the names under which members speak of them. */
const assignors: Readonly<Record<string, Assignor>> = {
  range: assignRanges,
  roundrobin: assignRoundRobin,
  [cooperativeSticky]: assignCooperativeSticky,
};

/** Names of the protocols for values of `partition.assignment.strategy`: Java class names, or the names themselves. */
const strategies: Readonly<Record<string, string>> = {
  'org.apache.kafka.clients.consumer.RangeAssignor': 'range',
  'org.apache.kafka.clients.consumer.RoundRobinAssignor': 'roundrobin',
  'org.apache.kafka.clients.consumer.CooperativeStickyAssignor': cooperativeSticky,
  range: 'range',
  roundrobin: 'roundrobin',
  [cooperativeSticky]: cooperativeSticky,
};
const strategyKey = 'partition.assignment.strategy';
/** Kafka's own: all members speak both, so the group takes the first; a member may change to the second alone while the others run. */
const defaultProtocols: readonly string[] = ['range', cooperativeSticky];

/** The assignor of a protocol that the group has agreed on. */
export function assignorOf(protocol: string): Assignor {
  const assignor = assignors[protocol];
  if (assignor === undefined) {
    throw new ConfigException(`The group has agreed on the assignor ${protocol}, which this member did not offer`);
  }
  return assignor;
}

/**
 * Protocols to offer, in order of preference.
 * @throws ConfigException if none of the strategies is known
 */
export function assignmentProtocols(value: string | undefined): string[] {
  if (value === undefined) return [...defaultProtocols];
  const wanted = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = wanted.find((name) => strategies[name] === undefined);
  const protocols = wanted.flatMap((name) => strategies[name] ?? []);
  if (unknown !== undefined || protocols.length === 0) {
    throw ConfigException.invalidValue(
      strategyKey,
      value,
      `${unknown ?? 'no assignor'} is not available; use RangeAssignor, RoundRobinAssignor or CooperativeStickyAssignor`,
    );
  }
  return [...new Set(protocols)];
}

/**
 * Whether a member with these protocols gives up only what moves (KIP-429). As in Kafka, it does if all of them allow it: a member that may
 * find itself in a group that agrees on another assignor gives up everything before it joins.
 */
export function isCooperative(protocols: readonly string[]): boolean {
  return protocols.every((protocol) => protocol === cooperativeSticky);
}
