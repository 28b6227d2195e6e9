import { EmbeddedKafka, TimeoutException, type KafkaTransport, type Producer } from '@millrace/kafka';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KafkaStatusStore } from '../../src/storage/kafka-status-store.ts';
import type { ClusterStatus } from '../../src/storage/status-records.ts';
import { eventually } from '../support/eventually.ts';
import { capturedRecords, captureNames } from '../support/internal-topic-captures.ts';
import { internalTopic, noClients, readRecords, silent, sortedTexts, writeRecords } from '../support/internal-topics.ts';

let kafka: EmbeddedKafka;
const stores: KafkaStatusStore[] = [];

beforeEach(() => {
  kafka = new EmbeddedKafka();
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()));
  await kafka.close();
});

async function open(transport: KafkaTransport = kafka): Promise<KafkaStatusStore> {
  const store = new KafkaStatusStore({ transport, topic: internalTopic('status', 'status'), clients: noClients, log: silent });
  stores.push(store);
  await store.start();
  return store;
}

function status(state: ClusterStatus['state'], workerId: string, generation: number): ClusterStatus {
  return { state, workerId, generation };
}

const task = { connector: 'c', task: 0 };

/** A transport whose first appended records fail as if the broker had been away. */
function failing(count: number): KafkaTransport {
  let left = count;
  const wrap = (producer: Producer): Producer => ({
    append: (record, listener, token) => {
      if (left === 0) return producer.append(record, listener, token);
      left -= 1;
      queueMicrotask(() => listener.failed(token, new TimeoutException('away')));
      return true;
    },
    ready: (signal) => producer.ready(signal),
    flush: () => producer.flush(),
    close: (timeoutMs) => producer.close(timeoutMs),
  });
  return new Proxy(kafka, {
    get: (target, name) => {
      if (name === 'producer') return (properties: Record<string, string>) => wrap(target.producer(properties));
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

describe('the status topic', () => {
  it.each(captureNames)('as a JVM worker left it is read right (%s)', async (capture) => {
    const admin = kafka.admin({});
    await admin.createTopic({ name: 'status', partitions: 5, replicationFactor: 1, config: { 'cleanup.policy': 'compact' } });
    await writeRecords(
      kafka,
      'status',
      capturedRecords(capture, 'status').map(({ key, value }) => [key?.utf8 ?? '', value?.utf8 ?? null]),
    );
    const store = await open();

    expect(store.connectors().sort()).toEqual(['bad', 's n-k', 'st']);
    expect(store.connector('st')).toEqual({ state: 'STOPPED', workerId: '127.0.0.1:19083', generation: 12, version: '4.3.1' });
    expect([...store.tasks('s n-k').keys()]).toEqual([0, 1]);
    expect(store.tasks('bad').get(0)).toMatchObject({ state: 'FAILED' });
    expect(store.tasks('bad').get(0)?.trace).toContain('Tolerance exceeded');
    expect(store.tasks('c').size).toBe(0);
    expect(store.topics('s n-k')).toMatchObject([{ topic: 'cap-t', connector: 's n-k', task: 0 }]);
    expect(store.topics('c')).toEqual([]);
  });

  it('gets five fields a status, nulls included, and tombstones for what is gone', async () => {
    const store = await open();

    store.putConnector('c', { ...status('RUNNING', 'w:1', 3), version: '1.0' });
    store.putTask(task, { ...status('FAILED', 'w:1', 3), trace: 'at "x"\n' });
    store.putTopic({ topic: 't', connector: 'c', task: 0, discoverTimestamp: 5 });
    await eventually(() =>
      expect([store.connector('c')?.state, store.tasks('c').size, store.topics('c').length]).toEqual(['RUNNING', 1, 1]),
    );
    store.deleteTopic('c', 't');
    store.deleteConnector('c', 3);
    await store.flush();

    const records = await readRecords(kafka, 'status');
    expect(sortedTexts(records)).toEqual(
      sortedTexts([
        ['status-connector-c', '{"state":"RUNNING","trace":null,"worker_id":"w:1","generation":3,"version":"1.0"}'],
        ['status-connector-c', null],
        ['status-task-c-0', '{"state":"FAILED","trace":"at \\"x\\"\\n","worker_id":"w:1","generation":3,"version":null}'],
        ['status-task-c-0', null],
        ['status-topic-t:connector-c', '{"topic":{"name":"t","connector":"c","task":0,"discoverTimestamp":5}}'],
        ['status-topic-t:connector-c', null],
      ]),
    );
    await eventually(() => expect([store.connectors(), store.topics('c')]).toEqual([[], []]));
  });

  it('is shared by all workers', async () => {
    const [one, other] = [await open(), await open()];

    one.putTask(task, status('PAUSED', 'w:1', 1));

    await eventually(() => expect(other.tasks('c').get(0)).toEqual(status('PAUSED', 'w:1', 1)));
  });

  it('keeps a safe write from hiding the status of a worker that took over', async () => {
    const store = await open();
    store.putTask(task, status('RUNNING', 'w:2', 5));
    await eventually(() => expect(store.tasks('c').size).toBe(1));

    store.putTaskSafe(task, status('FAILED', 'w:1', 4));
    store.putConnectorSafe('c', status('UNASSIGNED', 'w:1', 4));
    await eventually(() => expect(store.connector('c')?.state).toBe('UNASSIGNED'));

    expect(store.tasks('c').get(0)).toEqual(status('RUNNING', 'w:2', 5));
    store.putTaskSafe(task, status('UNASSIGNED', 'w:2', 4));
    store.putTaskSafe(task, status('FAILED', 'w:1', 6));
    await eventually(() => expect(store.tasks('c').get(0)?.state).toBe('FAILED'));
  });

  it('does not take the late word of an old owner for the state of a task', async () => {
    const store = await open();
    store.putTask(task, status('RUNNING', 'w:2', 5));
    await eventually(() => expect(store.tasks('c').size).toBe(1));

    store.putTask(task, status('UNASSIGNED', 'w:1', 4));
    store.putConnector('c', status('RUNNING', 'w:2', 5));
    await store.flush();
    await eventually(() => expect(store.connector('c')).not.toBeNull());
    await eventually(async () => expect((await readRecords(kafka, 'status')).length).toBe(3));

    expect(store.tasks('c').get(0)).toEqual(status('RUNNING', 'w:2', 5));
  });
});

describe('a status that Kafka cannot take yet', () => {
  it('is written again', async () => {
    const store = await open(failing(2));

    store.putConnector('c', status('RUNNING', 'w:1', 1));
    store.putTopic({ topic: 't', connector: 'c', task: 0, discoverTimestamp: 5 });

    await eventually(() => expect([store.connector('c')?.state, store.topics('c').length]).toEqual(['RUNNING', 1]));
  });

  it('is given up when a newer one has been put meanwhile', async () => {
    const store = await open(failing(1));

    store.putConnector('c', status('RUNNING', 'w:1', 1));
    store.putConnector('c', status('PAUSED', 'w:1', 1));
    await store.flush();

    expect((await readRecords(kafka, 'status')).map(([, value]) => value)).toEqual([expect.stringContaining('PAUSED')]);
  });

  it('is given up when the group has moved on', async () => {
    const store = await open(failing(1));

    store.putConnector('c', status('RUNNING', 'w:1', 1));
    store.putConnector('d', status('RUNNING', 'w:1', 2));
    await store.flush();

    expect((await readRecords(kafka, 'status')).map(([key]) => key)).toEqual(['status-connector-d']);
  });
});
