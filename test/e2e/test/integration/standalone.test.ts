import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { describe, expect, it } from 'vitest';
import { eventually, freePort, MillraceProcess, temporaryFolder } from '../support/millrace-process.ts';
import { createRunning, request, StandaloneWorker, untilState } from './support/standalone-worker.ts';

const kafka = kafkaForFile({ properties: { 'group.min.session.timeout.ms': '500' } });

/** What the consumer group has committed, by `kafka-consumer-groups`: partition to offset and client. */
async function groupOf(connector: string): Promise<{ partition: number; offset: string; client: string }[]> {
  const output = await kafka().kafkaTool('kafka-consumer-groups', ['--describe', '--group', `connect-${connector}`]);
  const rows = output.split('\n').map((line) => line.trim().split(/\s+/));
  return rows
    .filter(([group]) => group === `connect-${connector}`)
    .map(([, , partition, offset = '', , , , , client = '']) => ({ partition: Number(partition), offset, client }));
}

function fileSource(file: string, topic: string): Record<string, string> {
  return { 'connector.class': 'FileStreamSource', 'tasks.max': '1', file, topic };
}

function fileSink(file: string, topics: string): Record<string, string> {
  return { 'connector.class': 'FileStreamSink', 'tasks.max': '1', file, topics };
}

/** Numbered lines, each recognisable within a torn one. */
function numbered(from: number, to: number): string {
  let text = '';
  for (let n = from; n < to; n++) text += `<${n}>\n`;
  return text;
}

/** Numbers that no line of a file has. */
async function missingFrom(file: string, count: number): Promise<number[]> {
  const seen = new Set(Array.from((await readFile(file, 'utf8')).matchAll(/<(\d+)>/g), ([, n]) => Number(n)));
  return Array.from({ length: count }, (_, n) => n).filter((n) => !seen.has(n));
}

describe('millrace standalone on real Kafka', () => {
  it('runs Kafka’s own files and goes on after a restart where it was', async () => {
    const folder = await temporaryFolder();
    const [input, output] = [join(folder, 'in.txt'), join(folder, 'out.txt')];
    await writeFile(input, 'foo\nbar\n');
    const worker = await StandaloneWorker.in(folder, kafka().bootstrap());
    const connectors = { 'files-source': fileSource(input, 'files'), 'files-sink': fileSink(output, 'files') };

    await worker.start(connectors);
    await eventually(async () => expect(await readFile(output, 'utf8')).toBe('foo\nbar\n'));
    await worker.stop();

    expect(await groupOf('files-sink')).toEqual([{ partition: 0, offset: '2', client: '-' }]);
    await appendFile(input, 'baz\n');
    await worker.start(connectors);
    await eventually(async () => expect(await readFile(output, 'utf8')).toBe('foo\nbar\nbaz\n'));
    expect(await groupOf('files-sink')).toMatchObject([{ client: 'connector-consumer-files-sink-0' }]);
    await worker.stop();
  });

  it('pauses, resumes, stops and restarts connectors, and shows and changes their offsets', async () => {
    const folder = await temporaryFolder();
    const [input, output] = [join(folder, 'in.txt'), join(folder, 'out.txt')];
    await writeFile(input, 'one\ntwo\n');
    const worker = await StandaloneWorker.in(folder, kafka().bootstrap());
    await worker.start({ 'life-source': fileSource(input, 'life'), 'life-sink': fileSink(output, 'life') });
    const call = (method: string, path: string, body?: unknown) => request(worker.url, method, `/connectors/${path}`, body);
    const outputIs = (text: string) => eventually(async () => expect(await readFile(output, 'utf8')).toBe(text));
    await outputIs('one\ntwo\n');

    await call('PUT', 'life-sink/pause');
    await untilState(worker.url, 'life-sink', 'PAUSED');
    await appendFile(input, 'three\n');
    const sourceAt = (position: number) => ({ offsets: [{ partition: { filename: input }, offset: { position } }] });
    await eventually(async () => expect((await call('GET', 'life-source/offsets')).body).toEqual(sourceAt(14)));
    expect(await readFile(output, 'utf8')).toBe('one\ntwo\n');
    await call('PUT', 'life-sink/resume');
    await outputIs('one\ntwo\nthree\n');

    const sinkAt = (offset: number) => ({
      offsets: [{ partition: { kafka_topic: 'life', kafka_partition: 0 }, offset: { kafka_offset: offset } }],
    });
    await eventually(async () => expect((await call('GET', 'life-sink/offsets')).body).toEqual(sinkAt(3)));
    expect((await call('PATCH', 'life-sink/offsets', sinkAt(1))).status).toBe(400);
    await call('PUT', 'life-sink/stop');
    await untilState(worker.url, 'life-sink', 'STOPPED');
    expect((await call('PATCH', 'life-sink/offsets', sinkAt(1))).status).toBe(200);
    expect((await call('GET', 'life-sink/offsets')).body).toEqual(sinkAt(1));
    await call('PUT', 'life-sink/resume');
    await outputIs('one\ntwo\nthree\ntwo\nthree\n');
    await call('PUT', 'life-sink/stop');
    await untilState(worker.url, 'life-sink', 'STOPPED');
    expect((await call('DELETE', 'life-sink/offsets')).status).toBe(200);
    expect((await call('GET', 'life-sink/offsets')).body).toEqual({ offsets: [] });

    await call('PUT', 'life-source/stop');
    await untilState(worker.url, 'life-source', 'STOPPED');
    expect((await call('PATCH', 'life-source/offsets', sourceAt(8))).status).toBe(200);
    await call('PUT', 'life-source/resume');
    await call('PUT', 'life-sink/resume');
    await outputIs('one\ntwo\nthree\ntwo\nthree\none\ntwo\nthree\nthree\n');
    expect((await call('POST', 'life-source/restart?includeTasks=true')).status).toBe(202);
    await untilState(worker.url, 'life-source', 'RUNNING');
    await appendFile(input, 'four\n');
    await outputIs('one\ntwo\nthree\ntwo\nthree\none\ntwo\nthree\nthree\nfour\n');
    await worker.stop();
  });

  it('loses no line of a source or a sink when it is killed in the middle of both', async () => {
    const count = 300_000;
    const folder = await temporaryFolder();
    const [input, output] = [join(folder, 'in.txt'), join(folder, 'out.txt')];
    await writeFile(input, numbered(0, count));
    const bytes = (await stat(input)).size;
    const worker = await StandaloneWorker.in(folder, kafka().bootstrap(), {
      'offset.flush.interval.ms': 50,
      'consumer.session.timeout.ms': 1000,
      'consumer.heartbeat.interval.ms': 300,
    });
    const connectors = { 'killed-source': fileSource(input, 'killed'), 'killed-sink': fileSink(output, 'killed') };

    for (const share of [0.05, 0.4]) {
      await worker.start(connectors);
      await eventually(async () => expect((await stat(output)).size).toBeGreaterThan(bytes * share));
      await worker.kill();
    }
    await worker.start(connectors);

    await eventually(async () => expect(await missingFrom(output, count)).toEqual([]), 40_000);
    await worker.stop();
  });

  it('finds a broker again that was killed and restarted, for sources, sinks and REST', async () => {
    const folder = await temporaryFolder();
    const input = join(folder, 'in.txt');
    const output = join(folder, 'out.txt');
    await writeFile(input, 'before\n');
    const worker = await StandaloneWorker.in(folder, kafka().bootstrap());
    await worker.start({
      'again-source': fileSource(input, 'again'),
      'again-sink': fileSink(output, 'again'),
    });
    await eventually(async () => expect(await readFile(output, 'utf8')).toBe('before\n'));

    await kafka().kill();
    await appendFile(input, 'meanwhile\n');
    expect((await request(worker.url, 'GET', '/connectors/again-source/status')).body).toMatchObject({ tasks: [{ state: 'RUNNING' }] });
    await kafka().restart();
    await appendFile(input, 'after\n');

    await eventually(async () => expect(await readFile(output, 'utf8')).toBe('before\nmeanwhile\nafter\n'), 40_000);
    await untilState(worker.url, 'again-source', 'RUNNING');
    await untilState(worker.url, 'again-sink', 'RUNNING');
    await eventually(async () => {
      const { body } = await request(worker.url, 'GET', '/connectors/again-sink/offsets');
      expect(body).toMatchObject({ offsets: [{ offset: { kafka_offset: 3 } }] });
    });
    await worker.stop();
  });

  it('shares four partitions between the two tasks of a sink', async () => {
    const folder = await temporaryFolder();
    const output = join(folder, 'out.txt');
    await kafka().createTopic('shared', 4);
    const worker = await StandaloneWorker.in(folder, kafka().bootstrap());
    await worker.start();
    await createRunning(worker.url, 'shared-sink', { ...fileSink(output, 'shared'), 'tasks.max': '2' });

    await kafka().kafkaTool(
      'kafka-console-producer',
      ['--topic', 'shared', '--property', 'parse.key=true', '--property', 'key.separator=:'],
      Array.from({ length: 200 }, (_, n) => `key-${n}:<${n}>\n`).join(''),
    );

    await eventually(async () => expect(await missingFrom(output, 200)).toEqual([]));
    const clients = async () => (await groupOf('shared-sink')).map(({ client }) => client).sort();
    const [first, second] = ['connector-consumer-shared-sink-0', 'connector-consumer-shared-sink-1'];
    await eventually(async () => expect(await clients()).toEqual([first, first, second, second]));
    await request(worker.url, 'PUT', '/connectors/shared-sink/config', { ...fileSink(output, 'shared'), 'tasks.max': '1' });
    await eventually(async () => expect(new Set(await clients())).toEqual(new Set([first])));
    const before = (await readFile(output, 'utf8')).length;
    await worker.stop();
    expect((await readFile(output, 'utf8')).length).toBe(before);
  });

  it('exits with 2 and one clear line when nobody answers at bootstrap.servers', async () => {
    const folder = await temporaryFolder();
    const address = `127.0.0.1:${await freePort()}`;
    await StandaloneWorker.in(folder, address, { 'default.api.timeout.ms': 1500, 'request.timeout.ms': 1000 });
    const startedAt = performance.now();

    const { code, stderr } = await new MillraceProcess(['standalone', join(folder, 'worker.properties')]).exit();

    expect(code).toBe(2);
    // By itself it would have tried for 60 s.
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    const lines = stderr.split('\n').filter((line) => line.startsWith('millrace: '));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(address);
    expect(stderr).not.toContain('    at ');
  });
});
