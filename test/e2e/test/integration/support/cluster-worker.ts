import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ConnectJvm } from '@millrace/test-services';
import { eventually, MillraceProcess } from '../../support/millrace-process.ts';
import { request } from './standalone-worker.ts';

const string = 'org.apache.kafka.connect.storage.StringConverter';
const startMs = 30_000;

/** Properties of every worker of a test's cluster. */
export const clusterProperties: Readonly<Record<string, string>> = {
  'key.converter': string,
  'value.converter': string,
  'offset.flush.interval.ms': '1000',
  'scheduled.rebalance.max.delay.ms': '1000',
  'config.storage.replication.factor': '1',
  'offset.storage.replication.factor': '1',
  'status.storage.replication.factor': '1',
};

/** `millrace worker` with a property file. */
export class ClusterWorker {
  readonly url: string;
  readonly #process: MillraceProcess;

  private constructor(url: string, started: MillraceProcess) {
    this.url = url;
    this.#process = started;
  }

  /** Writes this text to a file and waits until a worker with it is healthy. */
  static async start(folder: string, properties: string): Promise<ClusterWorker> {
    const url = /^listeners=(.*)$/m.exec(properties)?.[1] ?? '';
    const file = join(folder, `worker-${new URL(url).port}.properties`);
    await writeFile(file, properties);
    const worker = new ClusterWorker(url, new MillraceProcess(['worker', file]));
    await eventually(async () => {
      if (worker.#process.child.exitCode !== null) throw new Error(`the worker ended:\n${worker.log}`);
      if ((await fetch(`${url}/health`)).status !== 200) throw new Error('the worker is not healthy');
    }, startMs);
    return worker;
  }

  get log(): string {
    return this.#process.stderr;
  }

  /** Name in statuses. */
  get id(): string {
    return new URL(this.url).host;
  }

  /** Ends it in order. @returns exit code */
  async stop(): Promise<number | null> {
    const { code } = await this.#process.stop();
    return code;
  }
}

/** The property file of a JVM worker. */
export function propertiesOf(jvm: ConnectJvm): Promise<string> {
  return readFile(join(dirname(jvm.logFile), 'worker.properties'), 'utf8');
}

interface Instance {
  readonly state: string;
  readonly worker_id: string;
}

/** Every connector (`name`) and task (`name-number`) of a cluster. */
export async function instancesOf(url: string): Promise<Map<string, Instance>> {
  const { body } = await request(url, 'GET', '/connectors?expand=status');
  const instances = new Map<string, Instance>();
  type Status = { connector: Instance; tasks: (Instance & { id: number })[] };
  for (const [name, { status }] of Object.entries(body as Record<string, { status: Status }>)) {
    instances.set(name, status.connector);
    for (const task of status.tasks) instances.set(`${name}-${task.id}`, task);
  }
  return instances;
}

/** How many of these each worker has. */
function loadsOf(instances: readonly Instance[], workers: readonly string[]): number[] {
  return workers.map((worker) => instances.filter(({ worker_id }) => worker_id === worker).length);
}

function isLevel(loads: readonly number[]): boolean {
  return Math.max(...loads) - Math.min(...loads) <= 1;
}

/** Waits until that many instances run on these workers, which have as many connectors as each other, and as many tasks, give or take one. */
export async function untilBalanced(url: string, count: number, workers: readonly string[]): Promise<void> {
  await eventually(async () => {
    const instances = await instancesOf(url);
    const all = [...instances.values()];
    const tasks = all.filter((instance) => 'id' in instance);
    const connectors = all.filter((instance) => !('id' in instance));
    const isWhole = instances.size === count && all.every(({ state, worker_id }) => state === 'RUNNING' && workers.includes(worker_id));
    if (!isWhole || !isLevel(loadsOf(tasks, workers)) || !isLevel(loadsOf(connectors, workers))) {
      throw new Error(`not balanced over ${workers.join(' and ')}: ${JSON.stringify(Object.fromEntries(instances))}`);
    }
  }, startMs);
}
