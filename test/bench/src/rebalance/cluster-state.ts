/** Which worker runs how many of a cluster's connectors and tasks. */
export interface ClusterState {
  readonly instances: number;
  readonly isRunning: boolean;
  /** By `host:port`. */
  readonly loads: ReadonlyMap<string, number>;
}

interface Instance {
  readonly state: string;
  readonly worker_id: string;
}

const pollMs = 50;

async function clusterState(url: string): Promise<ClusterState> {
  const response = await fetch(`${url}/connectors?expand=status`);
  if (!response.ok) throw new Error(`${url}: ${await response.text()}`);
  const body = (await response.json()) as Record<string, { status?: { connector: Instance; tasks: Instance[] } }>;
  const instances = Object.values(body).flatMap(({ status }) => (status === undefined ? [] : [status.connector, ...status.tasks]));
  const loads = new Map<string, number>();
  for (const { worker_id } of instances) loads.set(worker_id, (loads.get(worker_id) ?? 0) + 1);
  return { instances: instances.length, isRunning: instances.every(({ state }) => state === 'RUNNING'), loads };
}

/** Waits until a cluster is in a state. @returns milliseconds that it took @throws Error with the last state after a while */
export async function untilState(url: string, holds: (state: ClusterState) => boolean, timeoutMs = 90_000): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const state = await clusterState(url).catch(() => null);
    const tookMs = performance.now() - startedAt;
    if (state !== null && holds(state)) return tookMs;
    if (tookMs > timeoutMs) throw new Error(`not in time: ${JSON.stringify({ ...state, loads: Object.fromEntries(state?.loads ?? []) })}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** That all instances run, on these workers and spread evenly, give or take two. */
export function isSpread(instances: number, urls: readonly string[]): (state: ClusterState) => boolean {
  const ids = urls.map((url) => new URL(url).host);
  return (state) => {
    const loads = ids.map((id) => state.loads.get(id) ?? 0);
    const isWhole = loads.reduce((sum, load) => sum + load, 0) === instances && state.instances === instances;
    return state.isRunning && isWhole && Math.max(...loads) - Math.min(...loads) <= 2;
  };
}
