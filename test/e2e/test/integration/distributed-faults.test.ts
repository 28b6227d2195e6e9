import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/millrace-process.ts';
import { RandomMoments } from '../support/random-moments.ts';
import { FaultCluster, settled, type FaultWorker } from './support/fault-cluster.ts';

const rounds = Number(process.env['FAULT_ROUNDS'] ?? 3);
const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);
const roundMs = 240_000;
const connectors = 20;
const tasksEach = 3;
const sources = 3;
/** Longer than the session of the workers and of the sinks' consumers. */
const frozenMs = Number(process.env['FAULT_FROZEN_MS'] ?? 8000);

const cleanUps: (() => void | Promise<void>)[] = [];
let cluster: FaultCluster;
let folder: string;
/** Lines so far of each source. */
const written = Array.from({ length: sources }, () => 0);

const kafka = kafkaForFile({}, async (broker) => {
  const atEnd = (cleanUp: () => void | Promise<void>): void => void cleanUps.push(cleanUp);
  folder = await temporaryFolder(atEnd);
  await broker.createTopic('faults', tasksEach);
  cluster = await FaultCluster.start(folder, broker.bootstrap(), atEnd);
  return async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  };
});

const inputOf = (source: number): string => join(folder, `in-${source}.txt`);

async function append(count: number): Promise<void> {
  for (let source = 0; source < sources; source += 1) {
    const first = written[source] as number;
    written[source] = first + count;
    await appendFile(inputOf(source), Array.from({ length: count }, (_, index) => `${source}-${first + index}\n`).join(''));
  }
}

/** Everything in the topic of the sources. */
async function linesInTopic(): Promise<string[]> {
  const text = await kafka().kafkaTool('kafka-console-consumer', ['--topic', 'rolled', '--from-beginning', '--timeout-ms', '6000']);
  return text.split('\n').filter((line) => /^\d+-\d+$/.test(line));
}

/** Lines that were written and are not in the topic. */
function missingFrom(lines: readonly string[]): string[] {
  const found = new Set(lines);
  const wanted = written.flatMap((count, source) => Array.from({ length: count }, (_, index) => `${source}-${index}`));
  return wanted.filter((line) => !found.has(line));
}

async function untilAllInTopic(): Promise<string[]> {
  return settled(async () => {
    const lines = await linesInTopic();
    const missing = missingFrom(lines);
    if (missing.length > 0) throw new Error(`${missing.length} lines are missing, ${missing[0]} the first`);
    return lines;
  });
}

/** Does something to each worker in turn while lines come. */
async function rollThrough(action: (worker: FaultWorker) => Promise<void>): Promise<void> {
  const over = new AbortController();
  const appending = (async () => {
    while (!over.signal.aborted) {
      await append(20);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  try {
    for (const worker of cluster.workers) await action(worker);
  } finally {
    over.abort();
    await appending;
  }
}

describe('three workers on real Kafka', { timeout: roundMs * rounds }, () => {
  it('share the work evenly, each instance once', async () => {
    const create = async (number: number): Promise<void> => {
      const config = {
        'connector.class': 'FileStreamSink',
        topics: 'faults',
        'tasks.max': String(tasksEach),
        file: join(folder, `out-${number}.txt`),
      };
      const answer = await cluster.request('PUT', `/connectors/sink-${number}/config`, config, cluster.workers[number % 3]);
      expect([200, 201]).toContain(answer.status);
    };
    await Promise.all(Array.from({ length: connectors }, (_, number) => create(number)));
    await cluster.untilBalanced(connectors, connectors * tasksEach);
  });

  it(`do so after each of ${rounds} kills of one of them (seed ${seed})`, async () => {
    const random = new RandomMoments(seed);
    for (let round = 0; round < rounds; round += 1) {
      const victim = cluster.workers[Math.floor(random.between(0, 3))] as FaultWorker;
      await victim.end('SIGKILL');
      const others = cluster.workers.filter((worker) => worker !== victim);
      await cluster.untilBalanced(connectors, connectors * tasksEach, others);
      await victim.start();
      await cluster.untilBalanced(connectors, connectors * tasksEach);
    }
  });

  it('do so after the leader has slept through a rebalance and woken up', async () => {
    const leader = await cluster.leader();
    const others = cluster.workers.filter((worker) => worker !== leader);
    leader.freeze();
    try {
      await cluster.untilBalanced(connectors, connectors * tasksEach, others);
      const paused = await cluster.request('PUT', '/connectors/sink-0/pause', undefined, others[0]);
      expect(paused.status).toBe(202);
    } finally {
      leader.thaw();
    }
    await cluster.request('PUT', '/connectors/sink-0/resume', undefined, leader);
    await cluster.untilBalanced(connectors, connectors * tasksEach);
    for (const worker of cluster.workers) {
      const { body } = await cluster.request('GET', '/connectors/sink-0/tasks', undefined, worker);
      expect(body).toHaveLength(tasksEach);
    }
  });

  it('go on by themselves after the broker was restarted and after it was frozen', async () => {
    await kafka().restart();
    await cluster.untilBalanced(connectors, connectors * tasksEach);
    kafka().freeze();
    await new Promise((resolve) => setTimeout(resolve, frozenMs));
    kafka().thaw();
    await cluster.untilBalanced(connectors, connectors * tasksEach);
  });

  it('bring each line into the topic once while they are restarted one after the other', async () => {
    for (let number = 0; number < connectors; number += 1) await cluster.request('DELETE', `/connectors/sink-${number}`);
    for (let source = 0; source < sources; source += 1) {
      await writeFile(inputOf(source), '');
      const config = { 'connector.class': 'FileStreamSource', file: inputOf(source), topic: 'rolled' };
      await cluster.request('PUT', `/connectors/source-${source}/config`, config);
    }
    await cluster.untilBalanced(sources, sources);
    await rollThrough(async (worker) => {
      expect(await worker.end('SIGTERM')).toBe(0);
      await worker.start();
    });
    await cluster.untilBalanced(sources, sources);

    const lines = await untilAllInTopic();
    expect(lines.length, 'no line is there twice').toBe(new Set(lines).size);
  });

  it('bring each line into the topic at least once while they are killed one after the other', async () => {
    await rollThrough(async (worker) => {
      await worker.end('SIGKILL');
      await worker.start();
    });
    await cluster.untilBalanced(sources, sources);
    expect(missingFrom(await untilAllInTopic())).toEqual([]);
  });
});
