import type { Work, WorkKind, WorkUnit } from './work.ts';
import type { WorkerLoad } from './worker-load.ts';

/**
 * What workers have to give up so that none has more than its share.
 * @param total number of configured units of each kind
 */
export function loadBalancingRevocations(loads: readonly WorkerLoad[], total: Readonly<Record<WorkKind, number>>): Map<string, Work> {
  const revocations = new Map<string, Map<string, WorkUnit>>();
  for (const kind of ['connectors', 'tasks'] as const) {
    for (const [member, units] of overload(loads, kind, total[kind])) {
      revocations.set(member, new Map([...(revocations.get(member) ?? []), ...units]));
    }
  }
  return revocations;
}

function* overload(loads: readonly WorkerLoad[], kind: WorkKind, total: number): Generator<[member: string, units: [string, WorkUnit][]]> {
  const minimum = Math.floor(total / loads.length);
  /** So many workers may keep one more than the minimum. */
  let extra = total % loads.length;
  for (const load of loads) {
    const size = load.size(kind);
    if (size <= minimum) continue;
    const allowed = extra > 0 ? minimum + 1 : minimum;
    if (extra > 0) extra -= 1;
    if (size > allowed) yield [load.member, load.first(kind, size - allowed)];
  }
}
