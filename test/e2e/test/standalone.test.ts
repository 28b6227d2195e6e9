import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually, freePort, MillraceProcess, temporaryFolder } from './support/millrace-process.ts';

const string = 'org.apache.kafka.connect.storage.StringConverter';

/** A worker file as Kafka ships it, on a free port. */
async function workerFile(folder: string, extra = ''): Promise<{ path: string; url: string }> {
  const port = await freePort();
  const path = join(folder, 'worker.properties');
  await writeFile(
    path,
    [
      '# These are defaults. This file just demonstrates how to override some settings.',
      'bootstrap.servers=localhost:9092',
      `listeners=http://127.0.0.1:${port}`,
      `key.converter=${string}`,
      `value.converter=${string}`,
      `offset.storage.file.filename=${join(folder, 'connect.offsets')}`,
      'offset.flush.interval.ms=10000',
      extra,
      '',
    ].join('\n'),
  );
  return { path, url: `http://127.0.0.1:${port}` };
}

describe('millrace standalone', () => {
  it('runs Kafka’s own property files from one file to another and goes on after a restart where it was', async () => {
    const folder = await temporaryFolder();
    const input = join(folder, 'test.txt');
    const output = join(folder, 'test.sink.txt');
    const lasting = ['task.shutdown.graceful.timeout.ms', 'offset.flush.timeout.ms', 'offset.flush.interval.ms'];
    const { path } = await workerFile(folder, lasting.map((key) => `${key}=60000`).join('\n'));
    const source = join(folder, 'connect-file-source.properties');
    const sink = join(folder, 'connect-file-sink.json');
    await writeFile(input, 'foo\nbar\n');
    await writeFile(source, `name=local-file-source\nconnector.class=FileStreamSource\ntasks.max=1\nfile=${input}\ntopic=connect-test\n`);
    const sinkConfig = { 'connector.class': 'FileStreamSink', 'tasks.max': 1, file: output, topics: 'connect-test' };
    await writeFile(sink, JSON.stringify({ name: 'local-file-sink', config: sinkConfig, initial_state: 'RUNNING' }));

    const first = new MillraceProcess(['standalone', '--embedded', path, source, sink]);
    await eventually(async () => expect(await readFile(output, 'utf8')).toBe('foo\nbar\n'));
    const stoppedAt = performance.now();
    expect((await first.stop('SIGTERM')).code).toBe(0);
    // No timer that has lost its purpose keeps the process: each would for a minute.
    expect(performance.now() - stoppedAt).toBeLessThan(30_000);
    await appendFile(input, 'baz\n');
    const second = new MillraceProcess(['standalone', '--embedded', path, source, sink]);

    await eventually(async () => expect(await readFile(output, 'utf8')).toBe('foo\nbar\nbaz\n'));
    expect((await second.stop('SIGINT')).code).toBe(0);
  });

  it('is watched until Ctrl-C, with a line for each change', async () => {
    const folder = await temporaryFolder();
    const { path, url } = await workerFile(folder);
    const worker = new MillraceProcess(['standalone', '--embedded', path]);
    await eventually(async () => expect((await fetch(`${url}/health`)).status).toBe(200));
    const watching = new MillraceProcess(['get', 'connectors', '-w', '--url', url]);
    await eventually(() => expect(watching.stdout).toContain('NAME'));
    const config = { 'connector.class': 'FileStreamSink', topics: 'watched', file: join(folder, 'out.txt') };
    const send = (method: string, target: string, body?: unknown): Promise<Response> =>
      fetch(`${url}/connectors/${target}`, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    await send('PUT', 'watched/config', config);
    await eventually(() => expect(watching.stdout).toMatch(/watched +sink +RUNNING +1\/1/));
    await send('PUT', 'watched/pause');
    await eventually(() => expect(watching.stdout).toMatch(/watched +sink +PAUSED/));
    await worker.stop();
    await eventually(() => expect(watching.stderr).toContain('millrace: '));
    const { code, stdout } = await watching.stop('SIGINT');
    expect(code).toBe(0);
    expect(stdout.match(/watched +sink +RUNNING +1\/1/g)).toHaveLength(1);
  });

  it('stops at once by a signal while it still waits for Kafka', async () => {
    const folder = await temporaryFolder();
    const port = await freePort();
    const { path } = await workerFile(folder, `bootstrap.servers=127.0.0.1:${port}`);
    const cluster = join(folder, 'cluster.properties');
    const topics = ['config', 'offset', 'status'].map((kind) => `${kind}.storage.topic=${kind}`).join('\n');
    await writeFile(
      cluster,
      `bootstrap.servers=127.0.0.1:${port}\ngroup.id=g\nkey.converter=${string}\nvalue.converter=${string}\n${topics}\n`,
    );

    for (const args of [
      ['standalone', path],
      ['worker', cluster],
    ]) {
      const waiting = new MillraceProcess(args);
      await eventually(() => expect(waiting.stderr).toContain(`Waiting for Kafka at 127.0.0.1:${port}`));
      const stoppedAt = performance.now();
      const { code, stderr } = await waiting.stop('SIGTERM');
      expect(stderr).toContain('Stopping on SIGTERM, before the worker has started');
      expect(code).toBe(0);
      expect(performance.now() - stoppedAt).toBeLessThan(3000);
    }
  });

  it('reports unknown keys and starts all the same', async () => {
    const folder = await temporaryFolder();
    const { path, url } = await workerFile(folder, 'offset.flush.intervall.ms=1');

    const worker = new MillraceProcess(['standalone', '--embedded', path]);

    await eventually(async () => expect((await fetch(url)).status).toBe(200));
    expect(worker.stderr).toContain('Unknown worker configuration offset.flush.intervall.ms is ignored');
  });

  it('exits with 1 and the usage when the worker file is missing from the command line', async () => {
    const { code, stderr } = await new MillraceProcess(['standalone']).exit();

    expect(code).toBe(1);
    expect(stderr).toContain("missing required argument 'worker.properties'");
  });

  it('exits with 1 for an unknown option, as the script of Kafka does, and every other verb with 2', async () => {
    expect((await new MillraceProcess(['standalone', '--no-such-option']).exit()).code).toBe(1);
    expect((await new MillraceProcess(['-q', 'worker']).exit()).code).toBe(1);
    expect((await new MillraceProcess(['standalon']).exit()).code).toBe(2);
    expect((await new MillraceProcess(['get', 'connectors', '--no-such-option']).exit()).code).toBe(2);
    expect((await new MillraceProcess(['quickstart', '--rate', 'fast']).exit()).stderr).toContain('A rate is a number of records a second');
  });

  it.each([
    [
      'a worker file that is not there',
      async () => ['/no/such/worker.properties'],
      /Cannot read \/no\/such\/worker\.properties: there is no such file/,
    ],
    [
      'a missing key',
      async (folder: string) => {
        await writeFile(join(folder, 'w.properties'), `key.converter=${string}\n`);
        return ['--embedded', join(folder, 'w.properties')];
      },
      /Missing required configuration "(value\.converter|offset\.storage\.file\.filename)" which has no default value/,
    ],
    [
      'a value of the wrong type',
      async (folder: string) => ['--embedded', (await workerFile(folder, 'task.shutdown.graceful.timeout.ms=soon')).path],
      /Invalid value soon for configuration task\.shutdown\.graceful\.timeout\.ms/,
    ],
    [
      'a listener that is none',
      async (folder: string) => ['--embedded', (await workerFile(folder, 'listeners=8083')).path],
      /Invalid value 8083 for configuration listeners: expected http:\/\/host:port/,
    ],
    [
      'an address of Kafka where nobody answers',
      async (folder: string) => {
        const { path } = await workerFile(
          folder,
          `default.api.timeout.ms=1000\nrequest.timeout.ms=1000\nbootstrap.servers=127.0.0.1:${await freePort()}`,
        );
        return [path];
      },
      /Failed to connect to and describe Kafka cluster 127\.0\.0\.1:\d+/,
    ],
    [
      'a damaged file of offsets',
      async (folder: string) => {
        await writeFile(join(folder, 'connect.offsets'), 'something else\n');
        return ['--embedded', (await workerFile(folder)).path];
      },
      /connect\.offsets is damaged or not a file of offsets/,
    ],
  ])('exits with 2 and one clear line for %s', async (_, args, expected) => {
    const { code, stderr } = await new MillraceProcess(['standalone', ...(await args(await temporaryFolder()))]).exit();

    const lines = stderr.split('\n').filter((line) => line.startsWith('millrace: '));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(expected);
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(2);
  });

  it('exits with 2 and names the port when it is in use', async () => {
    const folder = await temporaryFolder();
    const { path, url } = await workerFile(folder);
    const other = createServer().listen(Number(new URL(url).port), '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());

    const { code, stderr } = await new MillraceProcess(['standalone', '--embedded', path]).exit();

    expect(code).toBe(2);
    expect(stderr).toContain(`Cannot listen on listeners=${url}: the port is in use`);
  });

  it.each([
    ['a connector file that is not there', null, 'c.properties', /Cannot read .*c\.properties: there is no such file/],
    ['invalid JSON', '{"name": "x",', 'c.json', /c\.json is not valid JSON/],
    ['a JSON array', '[]', 'c.json', /c\.json must hold a JSON object/],
    ['a connector without a name', 'connector.class=FileStreamSource\n', 'c.properties', /c\.properties has no name/],
    [
      'an unknown class',
      'name=x\nconnector.class=com.example.Missing\n',
      'c.properties',
      /Creating connector x of .*com\.example\.Missing/s,
    ],
    ['a missing key', 'name=x\nconnector.class=FileStreamSource\nfile=f\n', 'c.properties', /Missing required configuration "topic"/],
    [
      'a wrong initial state',
      '{"name":"x","config":{},"initial_state":"ASLEEP"}',
      'c.json',
      /initial_state must be RUNNING, PAUSED or STOPPED, got ASLEEP/,
    ],
  ])('exits with 3 and names file and fault for %s', async (_, text, name, expected) => {
    const folder = await temporaryFolder();
    const { path } = await workerFile(folder);
    const file = join(folder, name);
    if (text !== null) await writeFile(file, text);

    const { code, stderr } = await new MillraceProcess(['standalone', '--embedded', path, file]).exit();

    expect(stderr.slice(stderr.indexOf('millrace: '))).toMatch(expected);
    expect(code).toBe(3);
  });

  it('loses no line and repeats none when it is stopped in the middle of a file', async () => {
    const folder = await temporaryFolder();
    const input = join(folder, 'in.txt');
    const output = join(folder, 'out.txt');
    const lines = Array.from({ length: 200_000 }, (_, n) => `line ${n}`);
    await writeFile(input, `${lines.join('\n')}\n`);
    await writeFile(output, '');
    const lasting = ['task.shutdown.graceful.timeout.ms', 'offset.flush.timeout.ms', 'offset.flush.interval.ms'];
    const { path } = await workerFile(folder, lasting.map((key) => `${key}=60000`).join('\n'));
    const source = join(folder, 'source.json');
    const sink = join(folder, 'sink.json');
    await writeFile(
      source,
      JSON.stringify({ name: 's', 'connector.class': 'FileStreamSource', file: input, topic: 't', 'batch.size': 100 }),
    );
    await writeFile(sink, JSON.stringify({ name: 'k', 'connector.class': 'FileStreamSink', file: output, topics: 't' }));

    const first = new MillraceProcess(['standalone', '--embedded', path, source, sink]);
    await eventually(async () => expect((await readFile(output, 'utf8')).length).toBeGreaterThan(0));
    expect((await first.stop()).code).toBe(0);
    const written = (await readFile(output, 'utf8')).split('\n').length - 1;
    const stored = await readFile(join(folder, 'connect.offsets'), 'utf8');

    // The embedded log ends with the process: what was in the topic and not yet in the file would be lost, so the sink must have drained it.
    const position = Number(/"position":(\d+)/.exec(stored)?.[1]);
    expect(position).toBe(lines.slice(0, written).join('\n').length + 1);
  });
});
