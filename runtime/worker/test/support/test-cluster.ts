import { onTestFinished } from 'vitest';
import { EmbeddedLogs, openTransport } from '@millrace/kafka';
import { startDistributed, type DistributedOptions, type DistributedWorker } from '../../src/distributed.ts';
import { createWorkerLog } from '../../src/log/worker-log.ts';
import type { PluginDescriptor } from '../../src/plugins/plugin-descriptor.ts';
import { eventually } from './eventually.ts';

/** The answer of a worker. */
export interface ClusterAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

export interface ClusterWorker extends DistributedWorker {
  /** Every log line so far. */
  readonly logLines: string[];
  /** `host:port`, as in statuses. */
  readonly id: string;
  request(method: string, path: string, body?: unknown): Promise<ClusterAnswer>;
}

/** Where an instance runs, as statuses tell it. */
export interface Placed {
  readonly state: string;
  readonly worker: string;
}

/** Time, in milliseconds, that a cluster has to get into a state, with room for a busy machine. */
const settleMs = 20_000;
const string = 'org.apache.kafka.connect.storage.StringConverter';

/** Properties of workers in tests: quick, and with internal topics of few partitions. */
const clusterProperties: Readonly<Record<string, string>> = {
  'bootstrap.servers': 'embedded:cluster',
  'group.id': 'test-cluster',
  listeners: 'http://127.0.0.1:0',
  'key.converter': string,
  'value.converter': string,
  'config.storage.topic': 'test-configs',
  'offset.storage.topic': 'test-offsets',
  'status.storage.topic': 'test-status',
  'config.storage.replication.factor': '1',
  'offset.storage.replication.factor': '1',
  'status.storage.replication.factor': '1',
  'offset.storage.partitions': '2',
  'status.storage.partitions': '2',
  'offset.flush.interval.ms': '200',
  'scheduled.rebalance.max.delay.ms': '0',
  'task.shutdown.graceful.timeout.ms': '300',
};

/** Workers of one cluster in this process, on an embedded log that they share. All are stopped when the test ends. */
export class TestCluster {
  readonly #logs = new EmbeddedLogs();
  readonly #plugins: readonly PluginDescriptor[];
  readonly #properties: Readonly<Record<string, string>>;
  readonly workers: ClusterWorker[] = [];

  constructor(plugins: readonly PluginDescriptor[], properties: Readonly<Record<string, string>> = {}) {
    this.#plugins = plugins;
    this.#properties = properties;
  }

  /** A cluster of so many workers that have joined. */
  static async of(
    count: number,
    plugins: readonly PluginDescriptor[],
    properties: Readonly<Record<string, string>> = {},
  ): Promise<TestCluster> {
    const cluster = new TestCluster(plugins, properties);
    for (let started = 0; started < count; started += 1) await cluster.start();
    return cluster;
  }

  /** A connection to the log of the cluster. */
  transport(): ReturnType<typeof openTransport> {
    return openTransport({ 'bootstrap.servers': 'embedded:cluster' }, { logs: this.#logs });
  }

  /** Starts another worker. @throws what its start throws */
  async start(properties: Readonly<Record<string, string>> = {}, options: Partial<DistributedOptions> = {}): Promise<ClusterWorker> {
    const logLines: string[] = [];
    const worker = await startDistributed({
      properties: { ...clusterProperties, ...this.#properties, ...properties },
      plugins: this.#plugins,
      transport: await this.transport(),
      log: createWorkerLog({ format: 'text', write: (line) => void logLines.push(line) }),
      ...options,
    });
    onTestFinished(() => worker.stop());
    const started = { ...worker, logLines, id: new URL(worker.url).host, request: requestsTo(worker.url) };
    this.workers.push(started);
    return started;
  }

  /** The worker that leads the group. */
  async leader(): Promise<ClusterWorker> {
    return eventually(() => {
      const leader = this.workers.find(({ herder }) => herder.isLeader);
      if (leader === undefined) throw new Error('no worker leads the group');
      return leader;
    }, settleMs);
  }

  /** A worker that does not lead the group. */
  async follower(): Promise<ClusterWorker> {
    const leader = await this.leader();
    const follower = this.workers.find((worker) => worker !== leader);
    if (follower === undefined) throw new Error('the cluster has one worker');
    return follower;
  }

  /** Creates a connector through any worker and waits until it and its tasks run. */
  async create(name: string, config: Readonly<Record<string, string>>, tasks = Number(config['tasks.max'] ?? 1)): Promise<void> {
    const answer = await this.answered('POST', '/connectors', { name, config });
    if (answer.status !== 201) throw new Error(`creation of ${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
    await this.untilStates(name, 'RUNNING', tasks);
  }

  /** An answer other than 409, for which clients try again. */
  async answered(method: string, path: string, body?: unknown, worker = this.workers[0]): Promise<ClusterAnswer> {
    return eventually(async () => {
      const answer = await (worker as ClusterWorker).request(method, path, body);
      if (answer.status === 409 && answer.headers.has('retry-after')) throw new Error(`conflict: ${JSON.stringify(answer.body)}`);
      return answer;
    }, settleMs);
  }

  /** Waits until a connector and as many tasks are in a state, and says where they run. */
  async untilStates(name: string, state: string, tasks: number, worker = this.workers[0]): Promise<Placed[]> {
    return eventually(async () => {
      const placed = await statesOf(worker as ClusterWorker, name);
      if (placed.length !== tasks + 1 || placed.some((instance) => instance.state !== state)) {
        throw new Error(`${name} is not ${state} with ${tasks} tasks: ${JSON.stringify(placed)}`);
      }
      return placed;
    }, settleMs);
  }
}

/** The connector, then its tasks. */
async function statesOf(worker: ClusterWorker, name: string): Promise<Placed[]> {
  const { connector, tasks } = await worker.herder.connectorStatus(name);
  return [connector, ...tasks].map(({ state, worker_id: id }) => ({ state, worker: id }));
}

function requestsTo(url: string): ClusterWorker['request'] {
  return async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown), headers: response.headers };
  };
}
