import { EmbeddedKafka } from '@millrace/kafka';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KafkaConfigStore } from '../../src/storage/kafka-config-store.ts';
import { eventually } from '../support/eventually.ts';
import { capturedRecords, captureNames } from '../support/internal-topic-captures.ts';
import { internalTopic, noClients, notingListener, readRecords, silent, writeRecords } from '../support/internal-topics.ts';

const properties = (value: string): string => JSON.stringify({ properties: { v: value } });

let kafka: EmbeddedKafka;
const stores: KafkaConfigStore[] = [];

beforeEach(() => {
  kafka = new EmbeddedKafka();
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()));
  await kafka.close();
});

async function open(events: string[] = []): Promise<KafkaConfigStore> {
  const listener = notingListener(events);
  const store = new KafkaConfigStore({
    transport: kafka,
    topic: internalTopic('config', 'configs'),
    clients: noClients,
    listener,
    log: silent,
  });
  stores.push(store);
  await store.start();
  return store;
}

/** A store that starts on a topic with these records. */
async function openOn(
  records: readonly (readonly [string | Buffer | null, string | Buffer | null])[],
  events: string[] = [],
): Promise<KafkaConfigStore> {
  const admin = kafka.admin({});
  await admin.createTopic({ name: 'configs', partitions: 1, replicationFactor: 1, config: { 'cleanup.policy': 'compact' } });
  await writeRecords(kafka, 'configs', records);
  return open(events);
}

const stored = (config: Record<string, string>) => ({ config, passwordKeys: [] });

describe('the config topic', () => {
  it('is empty at position -1', async () => {
    const state = (await open()).snapshot();

    expect([state.offset, state.connectors]).toEqual([-1, []]);
  });

  it.each(captureNames)('as a JVM worker left it is read right (%s)', async (capture) => {
    const records = capturedRecords(capture, 'configs');
    const store = await openOn(records.map(({ key, value }) => [key?.utf8 ?? null, value?.utf8 ?? null]));

    const state = store.snapshot();
    expect(state.offset).toBe(records.length);
    expect(state.connectors.sort()).toEqual(['bad', 's n-k', 'st']);
    expect(state.targetState('st')).toBe('STOPPED');
    expect(state.targetState('c')).toBeNull();
    expect(state.tasks('s n-k')).toEqual([
      { connector: 's n-k', task: 0 },
      { connector: 's n-k', task: 1 },
    ]);
    expect(state.taskConfig({ connector: 's n-k', task: 1 })).toMatchObject({
      'task.class': 'org.apache.kafka.connect.file.FileStreamSinkTask',
    });
    expect(state.tasks('c')).toEqual([]);
    expect(state.appliedConnectorConfig('bad')).toEqual(state.connectorConfig('bad'));
    if (capture === 'worker-4.3.1-sessioned') expect(state.sessionKey?.key).toHaveLength(32);
    else expect([state.taskCountRecord('c'), state.pendingFencing('s n-k')]).toEqual([1, true]);
  });

  it('holds the records of a JVM worker after the same changes', async () => {
    const store = await open();

    await store.putConnector('c', stored({ 'connector.class': 'X', name: 'c' }), 'PAUSED');
    await store.putTargetState('c', 'STARTED');
    await store.putTaskConfigs('c', [{ t: '0' }, { t: '1' }]);
    await store.putTaskConfigs('c', []);
    await store.putTargetState('c', 'STOPPED');
    await store.putRestartRequest({ connector: 'c', includeTasks: true, onlyFailed: false });
    await store.putLoggerLevel('com.example.x', 'warn');
    await store.deleteConnector('c');

    expect(await readRecords(kafka, 'configs')).toEqual([
      ['target-state-c', '{"state":"PAUSED","state.v2":"PAUSED"}'],
      ['connector-c', '{"properties":{"connector.class":"X","name":"c"}}'],
      ['target-state-c', '{"state":"STARTED","state.v2":"STARTED"}'],
      ['task-c-0', '{"properties":{"t":"0"}}'],
      ['task-c-1', '{"properties":{"t":"1"}}'],
      ['commit-c', '{"tasks":2}'],
      ['commit-c', '{"tasks":0}'],
      ['target-state-c', '{"state":"PAUSED","state.v2":"STOPPED"}'],
      ['restart-connector-c', '{"include-tasks":true,"only-failed":false}'],
      ['logger-cluster-com.example.x', '{"level":"warn"}'],
      ['connector-c', null],
      ['target-state-c', null],
    ]);
  });

  it('keeps task configurations back until their commit', async () => {
    const store = await openOn([
      ['connector-c', properties('1')],
      ['task-c-0', properties('a')],
    ]);
    expect(store.snapshot().tasks('c')).toEqual([]);

    await writeRecords(kafka, 'configs', [
      ['task-c-1', properties('b')],
      ['commit-c', '{"tasks":2}'],
    ]);
    await store.refresh(5000);

    expect(store.snapshot().taskConfigs('c')).toEqual([{ v: 'a' }, { v: 'b' }]);
    expect(store.snapshot().taskConfigGeneration('c')).toBe(0);
  });

  it('flags a connector whose set is not complete until a whole one follows', async () => {
    const store = await openOn([
      ['connector-c', properties('1')],
      ['task-c-1', properties('b')],
      ['commit-c', '{"tasks":2}'],
      ['task-c-0', properties('a')],
    ]);
    expect([...store.snapshot().inconsistentConnectors]).toEqual(['c']);
    expect(store.snapshot().tasks('c')).toEqual([]);

    await store.putTaskConfigs('c', [{ v: 'x' }, { v: 'y' }]);

    expect([...store.snapshot().inconsistentConnectors]).toEqual([]);
    expect(store.snapshot().taskConfigs('c')).toEqual([{ v: 'x' }, { v: 'y' }]);
  });

  it('does not give the tasks of a deleted connector to one of the same name, with or without its tombstone', async () => {
    const orphans = [
      ['task-c-0', properties('old')],
      ['commit-c', '{"tasks":1}'],
    ] as const;
    const store = await openOn([['connector-c', properties('1')], ...orphans, ['connector-c', null], ['connector-c', properties('2')]]);
    expect(store.snapshot().tasks('c')).toEqual([]);

    await store.deleteConnector('c');
    await store.putConnector('c', stored({ v: '3' }), null);
    await writeRecords(kafka, 'configs', [
      ['connector-d', null],
      ['task-d-0', properties('old')],
      ['commit-d', '{"tasks":1}'],
      ['connector-d', properties('1')],
    ]);
    await store.refresh(5000);

    expect([store.snapshot().taskCount('c'), store.snapshot().taskCount('d')]).toEqual([0, 0]);
    expect(store.snapshot().taskConfig({ connector: 'd', task: 0 })).toBeNull();
  });

  it('passes over records that nobody understands', async () => {
    const store = await openOn([
      ['connector-a', properties('1')],
      ['something-new', '{"x":1}'],
      ['connector-b', 'no json'],
      ['connector-d', '{"properties":{"x":1}}'],
      ['task-nonumber', properties('1')],
      ['commit-a', '{"tasks":"many"}'],
      ['target-state-a', '{"state":"LATER"}'],
      ['restart-connector-a', null],
      ['session-key', '[]'],
    ]);

    expect(store.snapshot().connectors).toEqual(['a']);
    expect(store.snapshot().targetState('a')).toBe('STARTED');
    expect(store.snapshot().offset).toBe(9);
  });

  it('prefers the newer field of the target state, and takes the older when there is no other', async () => {
    const store = await openOn([
      ['connector-a', properties('1')],
      ['target-state-a', '{"state":"PAUSED"}'],
      ['connector-b', properties('1')],
      ['target-state-b', '{"state":"PAUSED","state.v2":"STOPPED"}'],
    ]);

    expect(['a', 'b'].map((connector) => store.snapshot().targetState(connector))).toEqual(['PAUSED', 'STOPPED']);
  });
});

describe('the events of the config topic', () => {
  it('leave out what was there at the start', async () => {
    const events: string[] = [];
    await openOn(
      [
        ['connector-c', properties('1')],
        ['restart-connector-c', '{"include-tasks":true,"only-failed":false}'],
        ['logger-cluster-x', '{"level":"INFO"}'],
      ],
      events,
    );

    expect(events).toEqual([]);
  });

  it('reach every worker in the order of the topic', async () => {
    const [own, other]: [string[], string[]] = [[], []];
    const store = await open(own);
    const follower = await open(other);

    await store.putSessionKey({ key: Buffer.alloc(32), algorithm: 'HmacSHA256', createdAt: 1 });
    await store.putConnector('c', stored({ v: '1' }), 'STARTED');
    await store.putTaskConfigs('c', [{ v: '1' }, { v: '2' }]);
    await store.putTargetState('c', 'STARTED');
    await follower.putTargetState('c', 'PAUSED');
    await store.putRestartRequest({ connector: 'c', includeTasks: false, onlyFailed: true });
    await store.putLoggerLevel('x', 'DEBUG');
    await store.deleteConnector('c');

    const expected = ['key HmacSHA256', 'connector c', 'tasks of c: 0,1', 'state of c', 'restart c false true', 'log x DEBUG', 'removed c'];
    await eventually(() => expect([own, other]).toEqual([expected, expected]));
    expect(follower.snapshot().offset).toBe(store.snapshot().offset);
  });

  it('come with snapshots that never change', async () => {
    const store = await open();
    await store.putConnector('c', stored({ v: '1' }), null);
    const before = store.snapshot();

    await store.putTaskConfigs('c', [{ v: '1' }]);

    expect([before.taskCount('c'), store.snapshot().taskCount('c')]).toEqual([0, 1]);
  });
});
