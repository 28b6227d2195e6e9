import type { ExpandedConnector } from '../client/connect-client.ts';
import { firstLine, overallState, taskCounts, type TaskCounts } from '../client/connector-health.ts';
import type { Report } from '../output/report.ts';
import type { VerbContext } from '../output/run-verb.ts';
import { table } from '../output/table.ts';

export interface ConnectorFilter {
  readonly state?: string;
  /** Part of the name of the class. */
  readonly class?: string;
}

interface Row {
  readonly name: string;
  readonly type: string;
  readonly state: string;
  readonly tasks: TaskCounts;
  readonly worker: string;
  readonly class: string;
  readonly version: string | null;
}

/** `millrace get connectors`. */
export async function getConnectors({ client }: VerbContext, filter: ConnectorFilter): Promise<Report> {
  const all = await (await client()).expandedConnectors();
  const rows = Object.keys(all)
    .sort()
    .map((name) => rowOf(name, all[name] ?? {}))
    .filter((row) => filter.state === undefined || row.state === filter.state.toUpperCase())
    .filter((row) => filter.class === undefined || row.class.toLowerCase().includes(filter.class.toLowerCase()));
  const failed = rows.filter(({ state }) => state === 'FAILED');
  return {
    summary: { connectors: rows.length, failed: failed.length },
    result: { connectors: rows },
    names: rows.map(({ name }) => name),
    text: (wide) => [listOf(rows, wide), ...attention(rows.length, failed)].join('\n'),
  };
}

/** `millrace get tasks [NAME...]`. */
export async function getTasks({ client }: VerbContext, names: readonly string[], filter: ConnectorFilter): Promise<Report> {
  const worker = await client();
  const statuses =
    names.length > 0
      ? await Promise.all(names.map((name) => worker.status(name)))
      : Object.values(await worker.expandedConnectors()).flatMap(({ status }) => status ?? []);
  const tasks = statuses
    .flatMap(({ name, tasks }) => tasks.map((task) => ({ connector: name, ...task })))
    .filter(({ state }) => filter.state === undefined || state === filter.state.toUpperCase());
  return {
    summary: { tasks: tasks.length, failed: tasks.filter(({ state }) => state === 'FAILED').length },
    result: { tasks },
    names: tasks.map(({ connector, id }) => `${connector}-${id}`),
    text: (wide) =>
      table(
        ['CONNECTOR', 'TASK', 'STATE', 'WORKER', ...(wide ? ['ERROR'] : [])],
        tasks.map(({ connector, id, state, worker_id: worker, trace }) => [
          connector,
          String(id),
          state,
          worker,
          ...(wide ? [firstLine(trace)] : []),
        ]),
      ),
  };
}

/** `millrace get workers`: those that run something, as any worker of the cluster tells. */
export async function getWorkers({ client }: VerbContext): Promise<Report> {
  const workers = new Map<string, { worker: string; connectors: number; tasks: number; failed: number }>();
  const count = (
    kind: 'connectors' | 'tasks',
    { worker_id: worker, state }: { readonly worker_id: string; readonly state: string },
  ): void => {
    const row = workers.get(worker) ?? { worker, connectors: 0, tasks: 0, failed: 0 };
    workers.set(worker, row);
    row[kind] += 1;
    if (state === 'FAILED') row.failed += 1;
  };
  for (const { status } of Object.values(await (await client()).expandedConnectors())) {
    if (status === undefined) continue;
    count('connectors', status.connector);
    for (const task of status.tasks) count('tasks', task);
  }
  const rows = [...workers.values()].sort((a, b) => (a.worker < b.worker ? -1 : 1));
  return {
    summary: { workers: rows.length },
    result: { workers: rows },
    names: rows.map(({ worker }) => worker),
    text: () =>
      table(
        ['CONNECTORS', 'TASKS', 'FAILED', 'WORKER'],
        rows.map(({ worker, connectors, tasks, failed }) => [String(connectors), String(tasks), String(failed), worker]),
      ),
  };
}

function rowOf(name: string, { status, info }: ExpandedConnector): Row {
  return {
    name,
    type: status?.type ?? info?.type ?? 'unknown',
    state: overallState(status),
    tasks: taskCounts(status),
    worker: status?.connector.worker_id ?? '',
    class: info?.config['connector.class'] ?? '',
    version: status?.connector.version ?? null,
  };
}

function listOf(rows: readonly Row[], wide: boolean): string {
  const headings = ['NAME', 'TYPE', 'STATE', 'TASKS', 'CLASS', ...(wide ? ['VERSION', 'WORKER'] : [])];
  const cells = rows.map((row) => {
    const more = wide ? [row.version ?? '', row.worker] : [];
    return [row.name, row.type, row.state, `${row.tasks.running}/${row.tasks.total}`, row.class, ...more];
  });
  return table(headings, cells);
}

function attention(all: number, failed: readonly Row[]): string[] {
  const [first] = failed;
  if (first === undefined) return [];
  const need = failed.length === 1 ? 'needs' : 'need';
  return [`${failed.length} of ${all} connector${all === 1 ? '' : 's'} ${need} attention: millrace describe connector ${first.name}`];
}
