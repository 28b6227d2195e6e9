import type { Workload } from '../protocol/assignment.ts';
import { addUnit, workloadOf, type WorkUnit } from './work.ts';

/** A connector with the numbers of its tasks. */
export interface ConfiguredConnector {
  readonly name: string;
  readonly tasks: readonly number[];
}

/** Deals connectors, then tasks, one by one to the members in their order, as `org.apache.kafka.connect.runtime.distributed.EagerAssignor`. */
export function assignEagerly(connectors: readonly ConfiguredConnector[], members: readonly string[]): Map<string, Workload> {
  const hands = [...members].sort().map((member) => [member, new Map<string, WorkUnit>()] as const);
  const sorted = sortedByName(connectors);
  const units: WorkUnit[] = [
    ...sorted.map(({ name }) => ({ connector: name, task: null })),
    ...sorted.flatMap(({ name, tasks }) => [...tasks].sort((left, right) => left - right).map((task) => ({ connector: name, task }))),
  ];
  for (const [index, unit] of units.entries()) {
    const hand = hands[index % hands.length];
    if (hand !== undefined) addUnit(hand[1], unit);
  }
  return new Map(hands.map(([member, work]) => [member, workloadOf(work)]));
}

export function sortedByName(connectors: readonly ConfiguredConnector[]): ConfiguredConnector[] {
  return [...connectors].sort((left, right) => (left.name < right.name ? -1 : 1));
}
