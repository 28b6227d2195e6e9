import { TypedNumber, type SourceMap } from '@millrace/api';
import { EmbeddedKafka } from '@millrace/kafka';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectorOffsetStore } from '../../src/storage/connector-offset-store.ts';
import { connectorOffsets } from '../../src/storage/connector-offsets-topic.ts';
import { KafkaOffsetStore } from '../../src/storage/kafka-offset-store.ts';
import type { OffsetStore } from '../../src/storage/offset-store.ts';
import { clusterTopic, openClusterStores } from '../../src/storage/open-cluster-stores.ts';
import { eventually } from '../support/eventually.ts';
import { capturedRecords, captureNames } from '../support/internal-topic-captures.ts';
import { internalTopic, noClients, notingListener, readRecords, silent, sortedTexts, writeRecords } from '../support/internal-topics.ts';

let kafka: EmbeddedKafka;
const stores: OffsetStore[] = [];

beforeEach(() => {
  kafka = new EmbeddedKafka();
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()));
  await kafka.close();
});

async function open(topic = 'offsets'): Promise<KafkaOffsetStore> {
  const store = new KafkaOffsetStore({ transport: kafka, topic: internalTopic('offset', topic), clients: noClients, log: silent });
  stores.push(store);
  await store.start();
  return store;
}

async function openOn(records: readonly (readonly [string, string | null])[]): Promise<KafkaOffsetStore> {
  const admin = kafka.admin({});
  await admin.createTopic({ name: 'offsets', partitions: 25, replicationFactor: 1, config: { 'cleanup.policy': 'compact' } });
  await writeRecords(kafka, 'offsets', records);
  return open();
}

describe('the offsets topic', () => {
  it.each(captureNames)('as a JVM worker left it is read right (%s)', async (capture) => {
    const store = await openOn(capturedRecords(capture, 'offsets').map(({ key, value }) => [key?.utf8 ?? '', value?.utf8 ?? null]));

    expect(await store.readAll('c')).toEqual([[{ filename: '/d/in.txt' }, { position: 14 }]]);
    expect(await store.read('c', [{ filename: 'zz' }])).toEqual([null]);
  });

  it('gets the bytes that a JVM worker writes', async () => {
    const store = await open();

    await store.write('c', [
      [{ filename: '/d/in.txt' }, { position: 14 }],
      [{ filename: 'zz' }, null],
      [{ n: new TypedNumber('float64', 25) }, { big: 9_007_199_254_740_993n, f: 1.5, b: true, s: 'é', none: null }],
    ]);

    const records = await readRecords(kafka, 'offsets');
    expect(sortedTexts(records)).toEqual([
      '["c",{"filename":"/d/in.txt"}] = {"position":14}',
      '["c",{"filename":"zz"}] = null',
      '["c",{"n":25.0}] = {"big":9007199254740993,"f":1.5,"b":true,"s":"é","none":null}',
    ]);
  });

  it('finds a partition whatever the order of its keys, and writes it under the bytes that are there', async () => {
    const store = await openOn([['["c",{"table":"t","db":"d"}]', '{"position":1}']]);

    expect(await store.read('c', [{ db: 'd', table: 't' }])).toEqual([{ position: 1 }]);
    await store.write('c', [[{ db: 'd', table: 't' }, { position: 2 }]]);

    expect(await readRecords(kafka, 'offsets')).toEqual([
      ['["c",{"table":"t","db":"d"}]', '{"position":1}'],
      ['["c",{"table":"t","db":"d"}]', '{"position":2}'],
    ]);
  });

  it('names a new partition as a HashMap of Java would', async () => {
    const store = await open();

    await store.write('c', [[{ table: 't', db: 'd', server: 's' }, { position: 1 }]]);

    expect(await readRecords(kafka, 'offsets')).toEqual([['["c",{"server":"s","table":"t","db":"d"}]', '{"position":1}']]);
  });

  it('leaves no older form of a key behind that could come back', async () => {
    const store = await openOn([
      ['["c",{"a":1,"b":2}]', '{"position":1}'],
      ['["c",{"b":2,"a":1}]', '{"position":2}'],
    ]);
    await store.write('c', [[{ a: 1, b: 2 }, null]]);

    expect(await store.read('c', [{ a: 1, b: 2 }])).toEqual([null]);
    expect(await (await open()).readAll('c')).toEqual([]);
  });

  it('does not mistake values of different types for each other', async () => {
    const store = await openOn([['["c",{"id":"1"}]', '{"position":1}']]);

    expect(await store.read('c', [{ id: 1 }, { id: '1' }])).toEqual([null, { position: 1 }]);
  });

  it('passes over keys that are none of its own, and takes a null partition', async () => {
    const store = await openOn([
      ['c', '{"position":1}'],
      ['["c"]', '{"position":1}'],
      ['["c","x"]', '{"position":1}'],
      ['["c",{"a":1}]', '[1]'],
      ['["c",{"a":2}]', 'null'],
      ['["c",null]', '{"position":7}'],
      ['["d",{"a":1}]', '{"position":8}'],
    ]);

    expect(await store.readAll('c')).toEqual([]);
    expect(await store.readAll('d')).toEqual([[{ a: 1 }, { position: 8 }]]);
  });

  it('answers with what another worker has just written', async () => {
    const [one, other] = [await open(), await open()];

    for (let position = 0; position < 10; position += 1) {
      await one.write('c', [[{ f: 'x' }, { position }]]);
      expect(await other.read('c', [{ f: 'x' }])).toEqual([{ position }]);
    }
  });
});

describe('a connector with an offsets topic of its own', () => {
  const at = (position: number): SourceMap => ({ position });

  it('finds its own offsets first, then those of the worker', async () => {
    const [own, shared] = [await open('own'), await open('shared')];
    await shared.write('c', [
      [{ f: 'a' }, at(1)],
      [{ f: 'b' }, at(1)],
    ]);
    await own.write('c', [[{ f: 'b' }, at(2)]]);
    const store = new ConnectorOffsetStore({ primary: own, secondary: shared, log: silent });

    expect(await store.read('c', [{ f: 'a' }, { f: 'b' }, { f: 'c' }])).toEqual([at(1), at(2), null]);
    expect(new Set(await store.readAll('c'))).toEqual(
      new Set([
        [{ f: 'a' }, at(1)],
        [{ f: 'b' }, at(2)],
      ]),
    );
  });

  it('writes to both, and removes from the worker’s before its own', async () => {
    const [own, shared] = [await open('own'), await open('shared')];
    const store = new ConnectorOffsetStore({ primary: own, secondary: shared, log: silent });

    await store.write('c', [[{ f: 'a' }, at(1)]]);
    await eventually(async () => expect(await shared.readAll('c')).toEqual([[{ f: 'a' }, at(1)]]));
    await store.write('c', [[{ f: 'a' }, null]]);

    expect([await own.readAll('c'), await shared.readAll('c')]).toEqual([[], []]);
  });

  it('goes on when the worker’s topic cannot take a copy', async () => {
    const warnings: string[] = [];
    const own = await open('own');
    const broken: OffsetStore = {
      start: async () => undefined,
      stop: async () => undefined,
      read: async () => [null],
      readAll: async () => [],
      write: () => Promise.reject(new Error('no such topic')),
    };
    const store = new ConnectorOffsetStore({
      primary: own,
      secondary: broken,
      log: { ...silent, warn: (message) => warnings.push(message) },
    });

    await store.write('c', [[{ f: 'a' }, at(1)]]);

    expect(await store.read('c', [{ f: 'a' }])).toEqual([at(1)]);
    await eventually(() => expect(warnings).toEqual(["Offsets of connector c were not copied to the worker's topic: no such topic"]));
    await expect(store.write('c', [[{ f: 'a' }, null]])).rejects.toThrow('no such topic');
  });
});

describe('the topics of a worker', () => {
  const props = {
    'bootstrap.servers': 'b:1',
    'group.id': 'g',
    'config.storage.topic': 'c',
    'config.storage.replication.factor': '3',
    'offset.storage.topic': 'offsets',
    'offset.storage.partitions': '3',
    'offset.storage.replication.factor': '1',
    'offset.storage.segment.bytes': '1048576',
    'status.storage.topic': 's',
    'status.storage.partitions': '5',
    'status.storage.replication.factor': '-1',
  };

  it('are as its configuration says', () => {
    expect(clusterTopic(props, 'config', silent)).toMatchObject({
      name: 'c',
      partitions: 1,
      replicationFactor: 3,
      isSinglePartition: true,
    });
    expect(clusterTopic(props, 'offset', silent)).toMatchObject({ partitions: 3, settings: { 'segment.bytes': '1048576' } });
    expect(clusterTopic(props, 'status', silent)).toMatchObject({ name: 's', partitions: 5, replicationFactor: -1 });
  });

  it('are reached under the client ids of a JVM worker, without what is set for clients of connectors', async () => {
    const seen: Readonly<Record<string, string>>[] = [];
    const make = kafka.producer.bind(kafka);
    kafka.producer = (properties) => {
      seen.push(properties);
      return make(properties);
    };
    const workerConfig = { ...props, 'client.id': 'x', 'producer.client.id': 'connectors', 'producer.bootstrap.servers': 'elsewhere:1' };
    const { offsets } = openClusterStores({ workerConfig, transport: kafka, listener: notingListener([]), log: silent });
    stores.push(offsets);

    await offsets.start();

    expect(seen.map((properties) => properties['client.id'])).toEqual(['g-x-offsets']);
    expect(seen[0]).not.toHaveProperty(['bootstrap.servers']);
  });

  it('keep the offsets of a connector, unless it names a topic of its own', async () => {
    const workerStore = await open();
    const common = {
      transport: kafka,
      connector: 'c',
      workerProps: props,
      workerTopic: clusterTopic(props, 'offset', silent),
      workerStore,
      log: silent,
    };
    const storeFor = async (connectorConfig: Record<string, string>): Promise<OffsetStore> => {
      const store = connectorOffsets({ ...common, connectorConfig });
      stores.push(store);
      await store.start();
      return store;
    };

    const shared = await storeFor({});
    await shared.write('c', [[{ f: 'a' }, { position: 1 }]]);
    await shared.stop();
    expect(await workerStore.readAll('c')).toEqual([[{ f: 'a' }, { position: 1 }]]);

    const own = await storeFor({ 'offsets.storage.topic': 'own' });
    expect(await own.read('c', [{ f: 'a' }])).toEqual([{ position: 1 }]);
    await own.write('c', [[{ f: 'a' }, { position: 2 }]]);
    expect(await readRecords(kafka, 'own')).toEqual([['["c",{"f":"a"}]', '{"position":2}']]);
    expect((await kafka.admin({}).describeTopics(['own'])).get('own')?.partitions).toBe(3);
    await eventually(async () => expect(await workerStore.readAll('c')).toEqual([[{ f: 'a' }, { position: 2 }]]));

    const same = await storeFor({ 'offsets.storage.topic': 'offsets' });
    await same.write('c', [[{ f: 'a' }, { position: 3 }]]);
    expect(await readRecords(kafka, 'offsets')).toHaveLength(3);
  });
});
