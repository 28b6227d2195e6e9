import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openTransport, type KafkaTransport } from '@millrace/kafka';
import { startConnectJvm, startKafka, whyNoKafka, type ConnectJvm, type KafkaCluster } from '@millrace/test-services';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KafkaConfigStore } from '../../src/storage/kafka-config-store.ts';
import { KafkaOffsetStore } from '../../src/storage/kafka-offset-store.ts';
import { KafkaStatusStore } from '../../src/storage/kafka-status-store.ts';
import { eventually } from '../support/eventually.ts';
import { internalTopic, noClients, notingListener, silent } from '../support/internal-topics.ts';

const reason = await whyNoKafka();
const longMs = 30_000;

let kafka: KafkaCluster;
let transport: KafkaTransport;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  if (reason !== null) return;
  kafka = await startKafka();
  transport = await openTransport({ 'bootstrap.servers': kafka.bootstrap() });
});
beforeEach((context) => {
  if (reason !== null) context.skip(reason);
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(async () => {
  await transport?.close();
  await kafka?.stop();
});

interface Stores {
  readonly configs: KafkaConfigStore;
  readonly offsets: KafkaOffsetStore;
  readonly statuses: KafkaStatusStore;
  readonly events: string[];
}

/** What a worker of this group would open. */
async function openStores(groupId: string): Promise<Stores> {
  const events: string[] = [];
  const common = { transport, clients: noClients, log: silent };
  const configs = new KafkaConfigStore({
    ...common,
    topic: internalTopic('config', `${groupId}-configs`),
    listener: notingListener(events),
  });
  const offsets = new KafkaOffsetStore({ ...common, topic: internalTopic('offset', `${groupId}-offsets`) });
  const statuses = new KafkaStatusStore({ ...common, topic: internalTopic('status', `${groupId}-statuss`) });
  for (const store of [configs, offsets, statuses]) {
    await store.start();
    closers.push(() => store.stop());
  }
  return { configs, offsets, statuses, events };
}

async function startJvm(groupId: string, properties: Record<string, string> = {}): Promise<ConnectJvm> {
  const jvm = await startConnectJvm({ kafka, groupId, properties });
  closers.push(() => jvm.stop());
  return jvm;
}

async function request(jvm: ConnectJvm, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(jvm.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

async function fileSource(
  name: string,
  topic: string,
  text: string,
): Promise<{ readonly file: string; readonly config: Record<string, string> }> {
  const file = join(kafka.folder, `${name}.txt`);
  await writeFile(file, text);
  return { file, config: { 'connector.class': 'FileStreamSource', 'tasks.max': '1', file, topic, name } };
}

async function topicTexts(topic: string): Promise<string[]> {
  const reader = transport.reader({ topic, isolation: 'read_committed', properties: {} });
  const records = await reader.readToEnd();
  await reader.close();
  return records.map(({ value }) => String(value));
}

describe('the internal topics on real Kafka', () => {
  it('are taken over from a JVM worker, and given back', async () => {
    const jvm = await startJvm('swap');
    const { file, config } = await fileSource('jvm', 'lines', 'one\ntwo\n');
    await request(jvm, 'POST', '/connectors', { name: 'jvm', config });
    await request(jvm, 'POST', '/connectors', { name: 'later', config: { ...config, name: 'later' }, initial_state: 'STOPPED' });

    const { configs, offsets, statuses, events } = await openStores('swap');
    await eventually(() => expect(statuses.tasks('jvm').get(0)?.state).toBe('RUNNING'), longMs);
    await eventually(async () => expect(await offsets.readAll('jvm')).toEqual([[{ filename: file }, { position: 8 }]]), longMs);
    await configs.refresh(5000);
    const state = configs.snapshot();
    expect(state.connectorConfig('jvm')).toEqual(config);
    expect(state.taskConfigs('jvm')).toEqual([
      expect.objectContaining({ 'task.class': 'org.apache.kafka.connect.file.FileStreamSourceTask', file }),
    ]);
    expect(['jvm', 'later'].map((name) => state.targetState(name))).toEqual(['STARTED', 'STOPPED']);
    expect(state.sessionKey?.algorithm).toBe('HmacSHA256');
    expect(statuses.topics('jvm').map(({ topic }) => topic)).toEqual(['lines']);
    await request(jvm, 'PUT', '/connectors/jvm/pause');
    await eventually(() => expect(events).toContain('state of jvm'), longMs);
    await jvm.kill();

    const ours = await fileSource('ours', 'our-lines', 'old\nnew\n');
    await configs.putConnector('ours', { config: ours.config, passwordKeys: [] }, 'STARTED');
    await configs.putTaskConfigs('ours', [{ ...ours.config, 'task.class': 'org.apache.kafka.connect.file.FileStreamSourceTask' }]);
    await configs.putTargetState('jvm', 'STARTED');
    await configs.deleteConnector('later');
    await offsets.write('ours', [[{ filename: ours.file }, { position: 4 }]]);
    statuses.putTask({ connector: 'ours', task: 0 }, { state: 'UNASSIGNED', workerId: 'millrace:1', generation: 1 });
    await statuses.flush();
    await writeFile(file, 'one\ntwo\nthree\n');
    await jvm.restart();

    await eventually(
      async () => expect(await request(jvm, 'GET', '/connectors/ours/status')).toMatchObject({ tasks: [{ state: 'RUNNING' }] }),
      longMs,
    );
    await eventually(async () => expect(await topicTexts('our-lines')).toHaveLength(1), longMs);
    expect((await topicTexts('our-lines'))[0]).toContain('new');
    await eventually(async () => expect(await topicTexts('lines')).toHaveLength(3), longMs);
    expect(new Set((await request(jvm, 'GET', '/connectors')) as string[])).toEqual(new Set(['jvm', 'ours']));
    await eventually(async () => expect(await offsets.readAll('ours')).toEqual([[{ filename: ours.file }, { position: 8 }]]), longMs);
  }, 180_000);

  it('of a JVM worker with exactly-once sources are read past its transactions', async () => {
    const jvm = await startJvm('eos', { 'exactly.once.source.support': 'enabled', 'transaction.boundary': 'poll' });
    const { file, config } = await fileSource('eos', 'eos-lines', 'one\ntwo\n');
    await request(jvm, 'POST', '/connectors', { name: 'eos', config });

    const { configs, offsets } = await openStores('eos');
    await eventually(async () => {
      await configs.refresh(5000);
      expect(configs.snapshot().taskCountRecord('eos')).toBe(1);
    }, longMs);
    expect(configs.snapshot().tasks('eos')).toEqual([{ connector: 'eos', task: 0 }]);
    expect(configs.snapshot().pendingFencing('eos')).toBe(false);
    await eventually(async () => expect(await offsets.read('eos', [{ filename: file }])).toEqual([{ position: 8 }]), longMs);
    await request(jvm, 'DELETE', '/connectors/eos');
    await configs.refresh(5000);
    expect(configs.snapshot().connectors).toEqual([]);
  }, 120_000);

  it('are refused when Kafka would delete from them', async () => {
    await kafka.createTopic('bad-configs', 1, { 'cleanup.policy': 'delete' });
    await kafka.createTopic('many-configs', 2, { 'cleanup.policy': 'compact' });
    const open = (name: string): KafkaConfigStore =>
      new KafkaConfigStore({
        transport,
        topic: internalTopic('config', name),
        clients: noClients,
        listener: notingListener([]),
        log: silent,
      });

    await expect(open('bad-configs').start()).rejects.toThrow("but has 'cleanup.policy=delete'");
    await expect(open('many-configs').start()).rejects.toThrow(
      'must have exactly one partition to keep configurations in order, but has 2',
    );
  });

  it('are followed again after all brokers were away', async () => {
    const [one, other] = [await openStores('away'), await openStores('away')];
    await one.configs.putConnector('a', { config: { name: 'a' }, passwordKeys: [] }, null);
    await eventually(() => expect(other.events).toEqual(['connector a']), longMs);

    const restarting = kafka.restart();
    one.statuses.putConnector('a', { state: 'RUNNING', workerId: 'w:1', generation: 1 });
    await restarting;
    await one.configs.putConnector('b', { config: { name: 'b' }, passwordKeys: [] }, 'PAUSED');
    await one.offsets.write('a', [[{ f: 'x' }, { position: 1 }]]);

    await eventually(() => expect(other.events).toEqual(['connector a', 'connector b']), longMs);
    expect(await other.offsets.readAll('a')).toEqual([[{ f: 'x' }, { position: 1 }]]);
    await eventually(() => expect(other.statuses.connector('a')?.state).toBe('RUNNING'), longMs);
  }, 120_000);
});
