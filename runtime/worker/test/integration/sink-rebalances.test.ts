import type { SinkOffsets, SinkRecord, SinkTask, TopicPartition } from '@millrace/api';
import { startKafka, whyNoKafka, type KafkaCluster } from '@millrace/test-services';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { sinkPlugin } from '../support/test-plugins.ts';
import { testWorker, type TestWorker } from '../support/test-worker.ts';
import { produce } from '../support/topics.ts';

const reason = await whyNoKafka();
let kafka: KafkaCluster;

beforeAll(async () => {
  // A group's first generation waits for nobody.
  if (reason === null) kafka = await startKafka({ properties: { 'group.initial.rebalance.delay.ms': '0' } });
});
beforeEach((context) => {
  if (reason !== null) context.skip(reason);
});
afterAll(() => kafka?.stop());

/** Notes the partitions that each call is about. */
class Watcher implements SinkTask {
  readonly values: unknown[] = [];
  readonly opens: number[][] = [];
  readonly closes: number[][] = [];
  readonly commits: number[][] = [];

  start(): void {
    // Nothing to open.
  }
  open(partitions: readonly TopicPartition[]): void {
    this.opens.push(numbersOf(partitions));
  }
  close(partitions: readonly TopicPartition[]): void {
    this.closes.push(numbersOf(partitions));
  }
  put(records: readonly SinkRecord[]): void {
    this.values.push(...records.map(({ value }) => value));
  }
  preCommit(offsets: SinkOffsets): SinkOffsets {
    this.commits.push(numbersOf(offsets.keys()));
    return offsets;
  }
  stop(): void {
    // Nothing to close.
  }
}

function numbersOf(partitions: Iterable<TopicPartition>): number[] {
  return [...partitions].map(({ partition }) => partition).sort((one, other) => one - other);
}

const all = [0, 1, 2, 3];
const patienceMs = 15_000;

/** Ten records into each partition, numbered from here on. */
async function produceForty(worker: TestWorker, topic: string, from: number): Promise<void> {
  for (const partition of all) {
    const values = Array.from({ length: 10 }, (_, index) => ({ value: String(from + partition * 10 + index) }));
    await produce(worker, values, topic, partition);
  }
}

/** A worker with one task of a group that it shares with other workers. */
async function start(task: Watcher, topic: string, strategy: string): Promise<TestWorker> {
  const worker = await testWorker([sinkPlugin('test.Sink', () => task)], {
    'bootstrap.servers': kafka.bootstrap(),
    'task.host': 'inline',
    'consumer.heartbeat.interval.ms': '300',
  });
  const admin = worker.transport.admin({});
  if (!(await admin.describeTopics([topic])).has(topic)) {
    await admin.createTopic({ name: topic, partitions: 4, replicationFactor: 1, config: {} });
    await produceForty(worker, topic, 0);
  }
  await worker.create(`shared-${topic}`, {
    'connector.class': 'test.Sink',
    topics: topic,
    'consumer.override.partition.assignment.strategy': `org.apache.kafka.clients.consumer.${strategy}`,
  });
  return worker;
}

/** Two tasks, of which the second comes when the first has read everything; then there is more, and then the first goes. */
async function shareTopic(topic: string, strategy: string): Promise<{ readonly first: Watcher; readonly second: Watcher }> {
  const [first, second] = [new Watcher(), new Watcher()];
  const worker = await start(first, topic, strategy);
  await eventually(() => expect(first.values).toHaveLength(40), patienceMs);
  const other = await start(second, topic, strategy);
  await eventually(() => expect(second.opens.flat()).toHaveLength(2), patienceMs);
  await produceForty(other, topic, 40);
  await eventually(() => expect(new Set([...first.values, ...second.values]).size).toBe(80), patienceMs);
  await worker.herder.setTargetState(`shared-${topic}`, 'STOPPED');
  await eventually(() => expect(new Set(second.opens.flat()).size).toBe(4), patienceMs);
  return { first, second };
}

describe('sink tasks that share a topic', () => {
  it('open and close what comes and goes, with the cooperative assignor, and commit what they give up', async () => {
    const { first, second } = await shareTopic('cooperative', 'CooperativeStickyAssignor');
    const [moved = [], kept = []] = first.closes;

    expect(first.opens).toEqual([all]);
    expect([moved.length, kept.length, first.closes.length]).toEqual([2, 2, 2]);
    expect(first.commits).toEqual([moved, kept]);
    expect(second.opens).toEqual([moved, kept]);
    expect(second.closes).toEqual([]);
    expect([...first.values, ...second.values]).toHaveLength(80);
  });

  it('close and open everything, with an eager assignor', async () => {
    const { first, second } = await shareTopic('eager', 'RoundRobinAssignor');
    const [, kept = []] = first.opens;

    expect([first.opens[0], kept.length, first.opens.length]).toEqual([all, 2, 2]);
    expect(first.closes).toEqual([all, kept]);
    expect([second.opens.at(-1), second.closes]).toEqual([all, second.opens.slice(0, -1)]);
    expect([...first.values, ...second.values]).toHaveLength(80);
  });
});
