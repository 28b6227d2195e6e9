import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTransport, type KafkaTransport } from '@millrace/kafka';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { createWorkerLog, startDistributed, type DistributedWorker } from '@millrace/worker';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readCaptures, type Answer, type Capture } from '../support/capture.ts';
import { comparable, fits } from '../support/comparison.ts';
import { readDeviations } from '../support/deviations.ts';
import { exchange, type Placeholders } from '../support/exchange.ts';
import { labPlugins, labProperties } from '../support/lab-worker.ts';

const kafka = kafkaForFile({ properties: { 'group.initial.rebalance.delay.ms': '0' } });
const captures = new Map(readCaptures('special').map((capture) => [capture.case, capture]));
const deviations = readDeviations();
const main = fileURLToPath(new URL('../../../../runtime/cli/bundle/main.js', import.meta.url));
const settleMs = 30_000;
/** In place of the 90 seconds for which the JVM worker holds a request. */
const requestTimeoutMs = 3000;

/** Properties of the captured workers, on the broker of this file. */
function properties(group: string): Record<string, string> {
  return {
    ...labProperties('distributed'),
    'bootstrap.servers': kafka().bootstrap(),
    'group.id': group,
    ...Object.fromEntries(['config', 'offset', 'status'].map((kind) => [`${kind}.storage.topic`, `${group}-${kind}s`])),
    'session.timeout.ms': '6000',
  };
}

async function start(group: string, transport?: KafkaTransport): Promise<DistributedWorker> {
  const worker = await startDistributed({
    properties: properties(group),
    plugins: labPlugins,
    requestTimeoutMs,
    log: createWorkerLog({ format: 'text', write: () => undefined }),
    ...(transport === undefined ? {} : { transport }),
  });
  onTestFinished(() => worker.stop());
  await until(async () => worker.herder.isLeader);
  return worker;
}

const idOf = ({ url }: Pick<DistributedWorker, 'url'>): string => new URL(url).host;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + settleMs;
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > deadline) throw new Error('the cluster did not settle in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function create({ herder }: DistributedWorker, name: string, config: Readonly<Record<string, string>>): Promise<void> {
  await herder.putConnectorConfig(name, { name, ...config }, { allowReplace: true });
}

const sink = { 'connector.class': 'FileStreamSink', topics: 't' };

async function isRunning({ herder }: DistributedWorker, name: string): Promise<boolean> {
  const { connector, tasks } = await herder.connectorStatus(name);
  return connector.state === 'RUNNING' && tasks.length === 1 && tasks[0]?.state === 'RUNNING';
}

/** A worker in a process of its own. */
async function startProcess(group: string): Promise<{ readonly id: string; readonly process: ChildProcess }> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-rest-'));
  const port = await freePort();
  const file = join(folder, 'worker.properties');
  const lines = Object.entries({ ...properties(group), listeners: `http://127.0.0.1:${port}` });
  await writeFile(file, lines.map(([key, value]) => `${key}=${value}\n`).join(''));
  const child = spawn(process.execPath, [main, 'worker', file, '--force'], { stdio: 'ignore' });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  const health = `http://127.0.0.1:${port}/health`;
  await until(async () => (await fetch(health)).status === 200);
  return { id: `127.0.0.1:${port}`, process: child };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks what a capture asked, and compares with its answer, or with what the document says of it. */
async function expectAsCaptured(
  name: string,
  placeholders: Placeholders,
  rename: (text: string) => string = (text) => text,
): Promise<void> {
  const captured = captures.get(name);
  if (captured === undefined) throw new Error(`There is no capture ${name}`);
  const capture = JSON.parse(rename(JSON.stringify(captured))) as Capture;
  const answer: Answer = await exchange(capture, placeholders);
  const deviation = deviations.get(name);
  if (deviation === undefined) {
    expect({ name, ...comparable(capture, answer, capture.response) }).toEqual({
      name,
      ...comparable(capture, capture.response, capture.response),
    });
    return;
  }
  expect(fits(capture.response, deviation.kafka), `${name}: the document quotes the answer of the JVM worker`).toBe(true);
  expect(fits(answer, deviation.ours), `${name}: the answer is the documented one, not ${JSON.stringify(answer)}`).toBe(true);
  expect(answer.body, `${name}: the row of docs/rest-deviations.md is needed`).not.toEqual(capture.response.body);
}

describe('answers while something is broken', { timeout: 120_000 }, () => {
  it('are those of the JVM worker when the owner of a connector was killed', async () => {
    const asked = await start('killed');
    const owner = await startProcess('killed');
    const names = ['ya', 'yb', 'yc', 'yd'];
    for (const name of names) await create(asked, name, sink);
    await until(async () => (await Promise.all(names.map((name) => isRunning(asked, name)))).every(Boolean));
    let lost = '';
    await until(async () => {
      for (const name of names) {
        const { connector, tasks } = await asked.herder.connectorStatus(name);
        if (connector.worker_id === owner.id && tasks[0]?.worker_id === owner.id) lost = name;
      }
      return lost !== '';
    });
    const placeholders = {
      '<base-url>': asked.url,
      '<worker-id>': idOf(asked),
      '<other-worker-id>': owner.id,
      '<dir>': '/nowhere',
    } as Placeholders;
    const rename = (text: string): string => text.replaceAll(/\by[12]\b/g, lost);

    owner.process.kill('SIGKILL');
    await once(owner.process, 'exit');
    await expectAsCaptured('two-restart-dead-owner', placeholders, rename);
    await until(async () => (await asked.herder.connectorStatus(lost)).connector.state === 'UNASSIGNED');
    for (const name of ['two-status-lost', 'two-restart-lost', 'two-task-restart-lost']) await expectAsCaptured(name, placeholders, rename);
  });

  it('are those of the JVM worker, or better, while the broker is frozen and after it', async () => {
    const worker = await start('frozen');
    const folder = await mkdtemp(join(tmpdir(), 'millrace-rest-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, 'in.txt'), 'one\n');
    const placeholders = { '<base-url>': worker.url, '<worker-id>': idOf(worker), '<dir>': folder };
    await create(worker, 'x1', { 'connector.class': 'FileStreamSource', topic: 't', file: join(folder, 'in.txt') });
    for (const name of ['mx1', 'mx2', 'mx3']) await create(worker, name, sink);
    await until(async () => (await Promise.all(['x1', 'mx1', 'mx2', 'mx3'].map((name) => isRunning(worker, name)))).every(Boolean));

    kafka().freeze();
    try {
      for (const name of ['health-unhealthy', 'list-while-broker-frozen', 'offsets-timeout', 'create-timeout']) {
        await expectAsCaptured(name, placeholders);
      }
    } finally {
      kafka().thaw();
    }
    await until(async () => (await worker.herder.connectors()).includes('late') && isRunning(worker, 'late'));
    for (const name of ['create-after-timeout', 'health-recovered']) await expectAsCaptured(name, placeholders);
  });

  it('are those of the JVM worker, or better, while it cannot read its internal topics yet', async () => {
    const inner = await openTransport({ 'bootstrap.servers': kafka().bootstrap() });
    let isFrozen = false;
    // The broker freezes when the worker is about to read.
    const transport = new Proxy(inner, {
      get: (target, name) => {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== 'function') return value;
        if (name !== 'reader') return value.bind(target) as unknown;
        return (options: Parameters<KafkaTransport['reader']>[0]) => {
          if (!isFrozen) kafka().freeze();
          isFrozen = true;
          return target.reader(options);
        };
      },
    });
    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    const placeholders = { '<base-url>': base, '<worker-id>': new URL(base).host, '<dir>': '/nowhere' };
    const starting = startDistributed({
      properties: { ...properties('starting'), listeners: base },
      plugins: labPlugins,
      requestTimeoutMs,
      log: createWorkerLog({ format: 'text', write: () => undefined }),
      transport,
    });
    onTestFinished(async () => (await starting).stop());
    try {
      await until(async () => isFrozen && (await fetch(`${base}/health`)).status > 0);
      for (const name of ['health-starting', 'root-while-starting', 'connectors-while-starting']) {
        await expectAsCaptured(name, placeholders);
      }
    } finally {
      kafka().thaw();
    }
    await starting;
    await until(async () => (await fetch(`${base}/health`)).status === 200);
    await expectAsCaptured('health-after-start', placeholders);
  });
});
