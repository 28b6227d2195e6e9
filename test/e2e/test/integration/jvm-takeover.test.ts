import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startConnectJvm, type ConnectJvm } from '@millrace/test-services';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { CopiedLines } from '../support/copied-lines.ts';
import { eventually, temporaryFolder } from '../support/millrace-process.ts';
import { ClusterWorker, clusterProperties, propertiesOf } from './support/cluster-worker.ts';
import { createRunning, request, untilState } from './support/standalone-worker.ts';
import { compileTwoKeys, twoKeysPackage } from './support/two-keys-plugin.ts';

const kafka = kafkaForFile({ properties: { 'group.initial.rebalance.delay.ms': '0' } });
const longMs = 180_000;
/** A worker has gone on when it has copied so much more. */
const shareBytes = 20_000;
/** Both partitions of the source that counts. */
const tables = ['orders', 'lines'] as const;
let jvms: ConnectJvm[] = [];

afterAll(async () => {
  for (const jvm of jvms) await jvm.stop();
  jvms = [];
});

async function startJvm(plugins: readonly string[]): Promise<ConnectJvm> {
  // Millrace reads the same file, and finds its own plug-ins on the path between those for the JVM.
  const jvm = await startConnectJvm({ kafka: kafka(), groupId: 'takeover', plugins, properties: clusterProperties });
  jvms.push(jvm);
  return jvm;
}

async function stopJvm(jvm: ConnectJvm): Promise<void> {
  await jvm.stop();
  jvms = jvms.filter((other) => other !== jvm);
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Waits until a worker has copied its share. */
async function untilCopied(lines: CopiedLines): Promise<void> {
  const goal = (await sizeOf(lines.output)) + shareBytes;
  await eventually(async () => expect(await sizeOf(lines.output)).toBeGreaterThan(goal), 30_000);
}

/** The numbers of each table that count as delivered: the offsets of the connector. */
async function committedNumbers(url: string): Promise<Record<string, number>> {
  const { body } = await request(url, 'GET', '/connectors/numbers/offsets');
  const { offsets } = body as { offsets: { partition: { table: string }; offset: { next: number } }[] };
  return Object.fromEntries(offsets.map(({ partition, offset }) => [partition.table, offset.next]));
}

/** Waits until a worker has committed a number of each table after those that were committed before. @returns what is committed now */
async function untilCounted(url: string, before: Readonly<Record<string, number>>): Promise<Record<string, number>> {
  return eventually(async () => {
    const committed = await committedNumbers(url);
    for (const table of tables) expect(committed[table] ?? 0).toBeGreaterThan(before[table] ?? 0);
    return committed;
  }, 60_000);
}

/** Appends lines until it is told to stop. */
function feed(lines: CopiedLines): () => Promise<void> {
  const over = new AbortController();
  const feeding = (async () => {
    while (!over.signal.aborted) {
      await lines.append(20);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  const stop = async (): Promise<void> => {
    over.abort();
    await feeding;
  };
  onTestFinished(stop);
  return stop;
}

/** Numbers of a table, as they lie in the topic. */
async function numbersOf(table: string): Promise<number[]> {
  const args = ['--topic', 'numbers', '--from-beginning', '--timeout-ms', '3000'];
  const output = await kafka().kafkaTool('kafka-console-consumer', args);
  const pattern = new RegExp(`^${table} (\\d+)$`);
  return output.split('\n').flatMap((line) => pattern.exec(line)?.slice(1).map(Number) ?? []);
}

describe('a cluster that changes hands between the JVM worker and Millrace', () => {
  it(
    'goes on where it was, in both directions, without a record missing or repeated',
    async () => {
      const folder = await temporaryFolder();
      const lines = new CopiedLines(join(folder, 'in.txt'), join(folder, 'out.txt'));
      const plugins = [await compileTwoKeys(kafka()), twoKeysPackage];
      await kafka().createTopic('copied');
      await kafka().createTopic('numbers');
      const stopFeeding = feed(lines);

      const first = await startJvm(plugins);
      await createRunning(first.url, 'source', { 'connector.class': 'FileStreamSource', file: lines.input, topic: 'copied' });
      await createRunning(first.url, 'sink', { 'connector.class': 'FileStreamSink', file: lines.output, topics: 'copied' });
      await createRunning(first.url, 'numbers', { 'connector.class': 'TwoKeysSource', topic: 'numbers' });
      await untilCopied(lines);
      const byFirst = await untilCounted(first.url, {});
      const properties = await propertiesOf(first);
      await stopJvm(first);

      const ours = await ClusterWorker.start(folder, properties);
      for (const name of ['source', 'sink', 'numbers']) await untilState(ours.url, name, 'RUNNING');
      await untilCopied(lines);
      const byOurs = await untilCounted(ours.url, byFirst);
      expect(await ours.stop()).toBe(0);

      const second = await startJvm(plugins);
      for (const name of ['source', 'sink', 'numbers']) await untilState(second.url, name, 'RUNNING');
      await untilCopied(lines);
      await untilCounted(second.url, byOurs);
      await stopFeeding();
      await eventually(async () => expect(await lines.isComplete()).toBe(true), 90_000);
      expect((await request(second.url, 'PUT', '/connectors/numbers/stop')).status).toBe(204);
      await untilState(second.url, 'numbers', 'STOPPED');

      expect(await lines.report()).toEqual({ lines: lines.count, repeats: 0, torn: 0, gaps: [] });
      // STOPPED may be told before the last task has committed.
      await eventually(async () => {
        const committed = await committedNumbers(second.url);
        for (const table of tables) {
          expect(await numbersOf(table)).toEqual(Array.from({ length: committed[table] ?? 0 }, (_, index) => index));
        }
      }, 60_000);
    },
    longMs,
  );
});
