import { NO_WORK, ofKind, type Work, type WorkKind, type WorkUnit } from './work.ts';

/** What one worker is to run, kept by kind, since both kinds are balanced for themselves. */
export class WorkerLoad {
  readonly member: string;
  readonly #units: Record<WorkKind, Map<string, WorkUnit>>;

  constructor(member: string, work: Work = NO_WORK) {
    this.member = member;
    this.#units = { connectors: new Map(ofKind(work, 'connectors')), tasks: new Map(ofKind(work, 'tasks')) };
  }

  get isEmpty(): boolean {
    return this.size('connectors') === 0 && this.size('tasks') === 0;
  }

  get work(): Map<string, WorkUnit> {
    return new Map([...this.#units.connectors, ...this.#units.tasks]);
  }

  size(kind: WorkKind): number {
    return this.#units[kind].size;
  }

  /** The units that have been here the longest. */
  first(kind: WorkKind, count: number): [string, WorkUnit][] {
    return [...this.#units[kind]].slice(0, count);
  }

  assign(kind: WorkKind, key: string, unit: WorkUnit): void {
    this.#units[kind].set(key, unit);
  }

  remove(work: Work): void {
    for (const key of work.keys()) {
      this.#units.connectors.delete(key);
      this.#units.tasks.delete(key);
    }
  }
}

/** Gives each unit to a worker with the least of its kind; among equals member ids decide. */
export function fillLeastLoaded(loads: readonly WorkerLoad[], kind: WorkKind, units: readonly (readonly [string, WorkUnit])[]): void {
  const sorted = [...loads].sort((left, right) => left.size(kind) - right.size(kind) || (left.member < right.member ? -1 : 1));
  let next = 0;
  while (next < units.length) {
    const level = sorted[0]?.size(kind) ?? 0;
    const above = sorted.findIndex((load) => load.size(kind) > level);
    for (const load of sorted.slice(0, above < 0 ? sorted.length : above)) {
      const entry = units[next];
      if (entry === undefined) return;
      load.assign(kind, ...entry);
      next += 1;
    }
  }
}
