/** `assignor.jsonl`: what the leader of a group assigns, rebalance by rebalance. */

import { IncrementalCooperativeAssignor, type TaskId, type Workload } from '@millrace/worker';
import type { Component, Components } from '../component.ts';

type Task = readonly [connector: string, task: number];

interface Step {
  readonly now: string;
  readonly connectors: readonly (readonly [name: string, tasks: number])[];
  readonly generation: number;
  readonly lastCompletedGeneration: number;
  readonly members: readonly { readonly id: string; readonly connectors: readonly string[]; readonly tasks: readonly Task[] }[];
}

const replay: Component = ({ config, input }) => {
  let now = 0;
  const maxDelayMs = Number((config as Record<string, number>)['scheduled.rebalance.max.delay.ms']);
  const assignor = new IncrementalCooperativeAssignor({ maxDelayMs, now: () => now });
  return (input as readonly Step[]).map((step) => {
    now = Number(step.now);
    const { members, delay } = assignor.assign({
      connectors: step.connectors.map(([name, tasks]) => ({ name, tasks: Array.from({ length: tasks }, (_, task) => task) })),
      members: new Map(step.members.map(({ id, connectors, tasks }) => [id, { connectors, tasks: tasks.map(taskId) }])),
      generation: step.generation,
      lastCompletedGeneration: step.lastCompletedGeneration,
    });
    const assignments = Array.from(members, ([id, { assigned, revoked }]) => ({
      id,
      ...shown('assigned', assigned),
      ...shown('revoked', revoked),
    }));
    return { delay: String(delay), scheduledRebalance: String(assignor.scheduledRebalance), assignments };
  });
};

function taskId([connector, task]: Task): TaskId {
  return { connector, task };
}

/** Lists in the order of the vectors; an empty one is left out. */
function shown(prefix: string, { connectors, tasks }: Workload): Record<string, unknown> {
  const sortedTasks = [...tasks].sort((left, right) => compare(left.connector, right.connector) || left.task - right.task);
  return {
    ...(connectors.length === 0 ? {} : { [`${prefix}Connectors`]: [...connectors].sort() }),
    ...(tasks.length === 0 ? {} : { [`${prefix}Tasks`]: sortedTasks.map(({ connector, task }) => [connector, task]) }),
  };
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

export const assignor: Components = { IncrementalCooperativeAssignor: replay };
