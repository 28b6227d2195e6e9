import type { TaskId } from '../../task/task-id.ts';
import type { Workload } from '../protocol/assignment.ts';

/** A connector or one of its tasks: what is handed out. */
export interface WorkUnit {
  readonly connector: string;
  /** Null: the connector itself. */
  readonly task: number | null;
}

/** A set of connectors and tasks in a stable order. */
export type Work = ReadonlyMap<string, WorkUnit>;

export type WorkKind = 'connectors' | 'tasks';

export const NO_WORK: Work = new Map();

export function workOf({ connectors, tasks }: Workload): Map<string, WorkUnit> {
  const work = new Map<string, WorkUnit>();
  for (const connector of connectors) addUnit(work, { connector, task: null });
  for (const { connector, task } of tasks) addUnit(work, { connector, task });
  return work;
}

export function workloadOf(work: Work): Workload {
  const connectors: string[] = [];
  const tasks: TaskId[] = [];
  for (const { connector, task } of work.values()) {
    if (task === null) connectors.push(connector);
    else tasks.push({ connector, task });
  }
  return { connectors, tasks };
}

export function addUnit(work: Map<string, WorkUnit>, unit: WorkUnit): void {
  work.set(keyOf(unit), unit);
}

/** The key of a unit in all sets. */
export function keyOf({ connector, task }: WorkUnit): string {
  return `${task ?? ''}:${connector}`;
}

export function union(...works: readonly Work[]): Map<string, WorkUnit> {
  return new Map(works.flatMap((work) => [...work]));
}

/** What is in the first and in none of the others. */
export function difference(work: Work, ...without: readonly Work[]): Map<string, WorkUnit> {
  return new Map([...work].filter(([key]) => !without.some((other) => other.has(key))));
}

export function intersection(work: Work, other: Work): Map<string, WorkUnit> {
  return new Map([...work].filter(([key]) => other.has(key)));
}

/** What more than one of them has. */
export function duplicates(works: Iterable<Work>): Map<string, WorkUnit> {
  const seen = new Set<string>();
  const twice = new Map<string, WorkUnit>();
  for (const work of works) {
    for (const [key, unit] of work) {
      if (seen.has(key)) twice.set(key, unit);
      seen.add(key);
    }
  }
  return twice;
}

export function ofKind(work: Work, kind: WorkKind): [string, WorkUnit][] {
  return [...work].filter(([, { task }]) => (task === null) === (kind === 'connectors'));
}

/** By connector, then by number of the task. */
export function sorted(work: Work): Map<string, WorkUnit> {
  return new Map([...work].sort(([, left], [, right]) => compare(left, right)));
}

function compare(left: WorkUnit, right: WorkUnit): number {
  if (left.connector === right.connector) return (left.task ?? -1) - (right.task ?? -1);
  return left.connector < right.connector ? -1 : 1;
}
