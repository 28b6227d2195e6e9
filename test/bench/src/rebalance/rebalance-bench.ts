import { startKafka, type KafkaCluster } from '@millrace/test-services';
import { createConnector } from '../connector-requests.ts';
import { isSpread, untilState } from './cluster-state.ts';
import { jvm, millrace, type ClusterMember, type Contestant } from './contestants.ts';

const connectors = 10;
const tasksEach = 2;
const instances = connectors * (1 + tasksEach);
const largeTimeoutMs = 600_000;

export interface RebalanceOptions {
  readonly withJvm: boolean;
  readonly rounds: number;
  /** Connectors of the large cluster, two tasks each; 0 leaves it out. */
  readonly connectors: number;
}

/** Medians of a cluster of two workers, in milliseconds until all is RUNNING and spread. */
export interface RebalanceFigures {
  /** From the moment that the second worker is healthy. */
  readonly joinMs: number;
  /** From SIGKILL of the second worker. */
  readonly killMs: number;
  /** From SIGTERM of the second worker. */
  readonly leaveMs: number;
}

/** Three workers with many connectors. */
export interface LargeFigures {
  readonly connectors: number;
  /** To create one, on average, one after the other. */
  readonly createMs: number;
  /** From the start of the third worker's process until it is healthy, with all configurations to read. */
  readonly startMs: number;
  /** From then until it has its third. */
  readonly joinMs: number;
  /** From its SIGTERM until the others have everything. */
  readonly leaveMs: number;
  /** Memory of a worker above that of an empty one, for each connector with its tasks that it runs. */
  readonly kbPerConnector: number;
}

export interface RebalanceResult {
  /** Each task in a thread of its own, as is the default. */
  readonly threads: RebalanceFigures;
  /** All tasks in the worker's thread. */
  readonly inline: RebalanceFigures;
  readonly jvm: RebalanceFigures | null;
  readonly large: LargeFigures | null;
}

/** How long a cluster takes until all of its work runs again when a worker comes, goes or dies. */
export async function benchRebalance({ withJvm, rounds, connectors: many }: RebalanceOptions): Promise<RebalanceResult> {
  const kafka = await startKafka({ properties: { 'group.initial.rebalance.delay.ms': '0' } });
  try {
    await kafka.createTopic('rebalance', 2);
    return {
      threads: await measure(millrace('thread'), 'rebalance-threads', kafka, rounds),
      inline: await measure(millrace('inline'), 'rebalance-inline', kafka, rounds),
      jvm: withJvm ? await measure(jvm, 'rebalance-jvm', kafka, rounds) : null,
      large: many > 0 ? await measureLarge(kafka, many) : null,
    };
  } finally {
    await kafka.stop();
  }
}

async function measure(contestant: Contestant, groupId: string, kafka: KafkaCluster, rounds: number): Promise<RebalanceFigures> {
  const first = await contestant.start(kafka, groupId);
  const samples: Record<keyof RebalanceFigures, number[]> = { joinMs: [], killMs: [], leaveMs: [] };
  try {
    const config = { 'connector.class': 'FileStreamSink', 'tasks.max': String(tasksEach), topics: 'rebalance', file: '/dev/null' };
    for (let index = 0; index < connectors; index++) await createConnector(first.url, `sink-${index}`, config);
    await untilState(first.url, isSpread(instances, [first.url]));
    for (let round = 0; round < rounds; round++) {
      for (const how of ['killMs', 'leaveMs'] as const) {
        const second = await contestant.start(kafka, groupId);
        samples.joinMs.push(await untilState(first.url, isSpread(instances, [first.url, second.url])));
        samples[how].push(await gone(first, how === 'killMs' ? second.kill() : second.leave(), instances));
      }
      const last = Object.entries(samples).map(([what, values]) => `${what} ${Math.round(values.at(-1) ?? 0)}`);
      console.error(`round ${round + 1} ${groupId}: ${last.join(', ')}`);
    }
  } finally {
    await first.leave();
  }
  return { joinMs: median(samples.joinMs), killMs: median(samples.killMs), leaveMs: median(samples.leaveMs) };
}

/** Time until the survivor runs everything, while the other one ends. */
async function gone(survivor: ClusterMember, ending: Promise<void>, count: number): Promise<number> {
  const [tookMs] = await Promise.all([untilState(survivor.url, isSpread(count, [survivor.url])), ending]);
  return tookMs;
}

async function measureLarge(kafka: KafkaCluster, count: number): Promise<LargeFigures> {
  const groupId = 'rebalance-large';
  // Two thousand threads would be as many heaps.
  const ours = millrace('inline');
  const members = [await ours.start(kafka, groupId), await ours.start(kafka, groupId)] as const;
  const [first, second] = members;
  const all = count * (1 + tasksEach);
  let third: ClusterMember | null = null;
  try {
    const emptyMb = (first.rssMb() + second.rssMb()) / 2;
    const createdAt = performance.now();
    const config = { 'connector.class': 'Datagen', 'tasks.max': String(tasksEach), topic: 'rebalance', rate: '0.01' };
    for (let index = 0; index < count; index++) await createConnector(first.url, `source-${index}`, config);
    const createMs = (performance.now() - createdAt) / count;
    console.error(`large: ${createMs.toFixed(1)} ms to create one`);
    await untilState(first.url, isSpread(all, [first.url, second.url]), largeTimeoutMs);
    const kbPerConnector = (((first.rssMb() + second.rssMb()) / 2 - emptyMb) * 1024) / (count / 2);
    const startedAt = performance.now();
    third = await ours.start(kafka, groupId);
    const startMs = performance.now() - startedAt;
    const joinMs = await untilState(first.url, isSpread(all, [first.url, second.url, third.url]), largeTimeoutMs);
    console.error(`large: started in ${Math.round(startMs)} ms, balanced ${Math.round(joinMs)} ms later`);
    const leaving = third.leave();
    third = null;
    const [leaveMs] = await Promise.all([untilState(first.url, isSpread(all, [first.url, second.url]), largeTimeoutMs), leaving]);
    return { connectors: count, createMs, startMs, joinMs, leaveMs, kbPerConnector };
  } finally {
    await third?.leave();
    for (const member of members) await member.leave();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
