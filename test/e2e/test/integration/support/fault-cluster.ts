import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, MillraceProcess, type AtEnd } from '../../support/millrace-process.ts';
import { request, type Answer } from './standalone-worker.ts';

const string = 'org.apache.kafka.connect.storage.StringConverter';
const startMs = 60_000;
const endMs = 40_000;
const settleMs = 90_000;
/** Between two looks at a cluster, in milliseconds: to ask all the time would slow down what is asked. */
const lookEveryMs = 300;

/** Looks at a cluster until it is as it should be. @throws the last error when it is not in time */
export async function settled<T>(look: () => Promise<T>, timeoutMs = settleMs): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** One place in a cluster, at which a worker runs, or has run and will again. */
export class FaultWorker {
  readonly url: string;
  readonly id: string;
  readonly #file: string;
  readonly #atEnd: AtEnd;
  #process: MillraceProcess | null = null;

  constructor(url: string, file: string, atEnd: AtEnd) {
    this.url = url;
    this.id = new URL(url).host;
    this.#file = file;
    this.#atEnd = atEnd;
  }

  get log(): string {
    return this.#process?.stderr ?? '';
  }

  /** Resolves when the worker is healthy. */
  async start(): Promise<void> {
    const started = new MillraceProcess(['worker', this.#file], { atEnd: this.#atEnd });
    this.#process = started;
    await settled(async () => {
      if (started.child.exitCode !== null) throw new Error(`the worker ended:\n${started.stderr}`);
      if ((await fetch(`${this.url}/health`)).status !== 200) throw new Error('the worker is not healthy');
    }, startMs);
  }

  /** @returns the exit code @throws Error with what it has logged when it does not end */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${this.id} does not end on ${signal}:\n${this.log.slice(-6000)}`)), endMs);
    });
    try {
      return (await Promise.race([this.#process?.stop(signal), late]))?.code ?? null;
    } finally {
      clearTimeout(timer);
    }
  }

  freeze(): void {
    this.#process?.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.child.kill('SIGCONT');
  }

  /** Tasks that this process itself runs, as `connector-task`. */
  async tasks(): Promise<string[]> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const found = text.matchAll(/\{(?:[^}]*,)?connector="([^"]+)",task="(\d+)"/g);
    return [...new Set(Array.from(found, ([, connector, task]) => `${connector}-${task}`))];
  }

  /** The leader alone does not refuse what must not be forwarded. */
  async isLeader(): Promise<boolean> {
    return (await request(this.url, 'PUT', '/connectors/no-such-connector/stop?forward=false')).status === 404;
  }
}

interface Instance {
  readonly state: string;
  readonly worker_id: string;
}

/** Three workers, each a process of its own. */
export class FaultCluster {
  readonly workers: readonly FaultWorker[];

  private constructor(workers: readonly FaultWorker[]) {
    this.workers = workers;
  }

  /** @param replicas of the internal topics */
  static async start(folder: string, bootstrap: string, atEnd: AtEnd, replicas = 1): Promise<FaultCluster> {
    const workers: FaultWorker[] = [];
    for (const number of [1, 2, 3]) {
      const url = `http://127.0.0.1:${await freePort()}`;
      const file = join(folder, `worker-${number}.properties`);
      await writeFile(file, propertiesText({ 'bootstrap.servers': bootstrap, listeners: url }, replicas));
      workers.push(new FaultWorker(url, file, atEnd));
    }
    // The first one makes the internal topics.
    for (const worker of workers) await worker.start();
    return new FaultCluster(workers);
  }

  async leader(): Promise<FaultWorker> {
    return settled(async () => {
      for (const worker of this.workers) if (await worker.isLeader()) return worker;
      throw new Error('no worker leads the group');
    });
  }

  /** Asks again while a rebalance is under way. */
  async request(method: string, path: string, body?: unknown, worker = this.workers[0]): Promise<Answer> {
    return settled(async () => {
      const answer = await request((worker as FaultWorker).url, method, path, body);
      if (answer.status === 409 || answer.status >= 500) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
      return answer;
    });
  }

  /**
   * Waits until so many connectors and tasks run on these workers, each of them once, and no worker has more than one more than another:
   * as the statuses say it, and as the processes themselves do.
   */
  async untilBalanced(connectors: number, tasks: number, workers = this.workers): Promise<void> {
    await settled(async () => {
      const instances = await this.#instances(workers[0] as FaultWorker);
      const own = await Promise.all(workers.map((worker) => worker.tasks()));
      const told = workers.map(({ id }) => instances.filter(({ name, worker }) => name.includes('/') && worker === id).length);
      const led = workers.map(({ id }) => instances.filter(({ name, worker }) => !name.includes('/') && worker === id).length);
      const wrong = instances.filter(({ state }) => state !== 'RUNNING');
      const seen = { own: own.map(({ length }) => length), told, led, wrong: wrong.slice(0, 5) };
      const isRight =
        wrong.length === 0 &&
        sum(led) === connectors &&
        sum(told) === tasks &&
        new Set(own.flat()).size === tasks &&
        String(seen.own) === String(told) &&
        spread(led) <= 1 &&
        spread(told) <= 1;
      if (!isRight) throw new Error(`not balanced: ${JSON.stringify(seen)}`);
    });
  }

  async #instances({ url }: FaultWorker): Promise<{ name: string; state: string; worker: string }[]> {
    const { body } = await request(url, 'GET', '/connectors?expand=status');
    type Status = { connector: Instance; tasks: (Instance & { id: number })[] };
    return Object.entries(body as Record<string, { status?: Status }>).flatMap(([name, { status }]) => [
      { name, state: status?.connector.state ?? 'unknown', worker: status?.connector.worker_id ?? '' },
      ...(status?.tasks ?? []).map(({ id, state, worker_id: worker }) => ({ name: `${name}/${id}`, state, worker })),
    ]);
  }
}

function propertiesText(own: Readonly<Record<string, string>>, replicas: number): string {
  const properties = {
    ...own,
    'group.id': 'fault-cluster',
    // A thread for each of the tasks is more than a machine of two cores takes in its stride.
    'task.host': 'inline',
    'key.converter': string,
    'value.converter': string,
    'config.storage.topic': 'fault-configs',
    'offset.storage.topic': 'fault-offsets',
    'status.storage.topic': 'fault-status',
    'config.storage.replication.factor': String(replicas),
    'offset.storage.replication.factor': String(replicas),
    'status.storage.replication.factor': String(replicas),
    'offset.storage.partitions': '5',
    'offset.flush.interval.ms': '500',
    'session.timeout.ms': '6000',
    'heartbeat.interval.ms': '1000',
    'scheduled.rebalance.max.delay.ms': '1000',
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function spread(numbers: readonly number[]): number {
  return Math.max(...numbers) - Math.min(...numbers);
}
