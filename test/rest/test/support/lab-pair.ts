import { EmbeddedLogs, openTransport } from '@millrace/kafka';
import { createWorkerLog, startDistributed, type DistributedWorker } from '@millrace/worker';
import type { Placeholders } from './exchange.ts';
import { labPlugins, labProperties } from './lab-worker.ts';

const settleMs = 20_000;

/** Two workers of a cluster. The one that is asked does not lead it. */
export interface LabPair {
  readonly placeholders: Placeholders & { readonly '<other-worker-id>': string };
  /** A sink of one task; it and its task run on the worker that leads. */
  readonly remote: string;
  /** Resolves when all connectors and tasks run. */
  untilRunning(): Promise<void>;
  stop(): Promise<void>;
}

export async function startLabPair(): Promise<LabPair> {
  const logs = new EmbeddedLogs();
  const start = async (): Promise<DistributedWorker> =>
    startDistributed({
      properties: labProperties('distributed'),
      plugins: labPlugins,
      transport: await openTransport({ 'bootstrap.servers': 'embedded:' }, { logs }),
      log: createWorkerLog({ format: 'text', write: () => undefined }),
    });
  const [leader, asked] = [await start(), await start()];
  await until(async () => leader.herder.isLeader);
  const names = ['ya', 'yb', 'yc', 'yd', 'ye', 'yf'];
  for (const name of names) {
    const config = { name, 'connector.class': 'FileStreamSink', topics: `t-${name}` };
    await leader.herder.putConnectorConfig(name, config, { allowReplace: true });
  }
  const id = (worker: DistributedWorker): string => worker.url.slice('http://'.length);
  const isRunning = async (name: string): Promise<boolean> => {
    const { connector, tasks } = await asked.herder.connectorStatus(name);
    return connector.state === 'RUNNING' && tasks.length === 1 && tasks[0]?.state === 'RUNNING';
  };
  const untilRunning = (): Promise<void> => until(async () => (await Promise.all(names.map(isRunning))).every(Boolean));
  await untilRunning();
  return {
    placeholders: { '<base-url>': asked.url, '<worker-id>': id(asked), '<other-worker-id>': id(leader), '<dir>': '/nowhere' },
    remote: await runningOn(leader, names, id(leader)),
    untilRunning,
    stop: async () => {
      await asked.stop();
      await leader.stop();
    },
  };
}

/** A connector that runs on this worker with its task. */
async function runningOn({ herder }: DistributedWorker, names: readonly string[], id: string): Promise<string> {
  for (const name of names) {
    const { connector, tasks } = await herder.connectorStatus(name);
    if (connector.worker_id === id && tasks[0]?.worker_id === id) return name;
  }
  throw new Error('no connector runs on the leader with its task');
}

/** An error counts as not yet. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + settleMs;
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > deadline) throw new Error('the cluster did not settle in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
