import { describe, expect, it } from 'vitest';
import type { FaultProxy } from '@millrace/test-services';
import { kafkaForFile } from '@millrace/test-services/for-file';
import { type KafkaTransport, openTransport, RecordTooLargeException, TimeoutException } from '../../../src/index.ts';
import { BufferPool } from '../../../src/kafkajs/producer/buffer-pool.ts';
import { BatchBuilder, type ProducerStamp } from '../../../src/kafkajs/records/batch-builder.ts';
import { produce } from '../../../src/kafkajs/wire/apis/produce.ts';
import { Cluster } from '../../../src/kafkajs/wire/cluster.ts';
import { wireConfig } from '../../../src/kafkajs/wire/wire-properties.ts';
import { SequenceConsumer } from './support/sequence-consumer.ts';
import { readSequence, SequenceCheck, SequenceWriter } from './support/sequence.ts';

const properties = { 'request.timeout.ms': '1500', 'socket.connection.setup.timeout.ms': '1500' };
let proxy: FaultProxy;
let transport: KafkaTransport;

const brokerProperties = { 'group.min.session.timeout.ms': '500', 'auto.create.topics.enable': 'false' };
const kafka = kafkaForFile({ proxied: true, properties: brokerProperties }, async (cluster) => {
  proxy = cluster.proxies[0] as FaultProxy;
  transport = await openTransport({ 'bootstrap.servers': cluster.bootstrap(), ...properties });
  return () => transport.close();
});

async function createTopic(name: string, config: Readonly<Record<string, string>> = {}): Promise<void> {
  const admin = transport.admin({});
  await admin.createTopic({ name, partitions: 2, replicationFactor: 1, config });
  await admin.close();
}

/** Writes one record to partition 0 under a producer's name. */
async function writeAs(stamp: ProducerStamp, topic: string, text: string): Promise<void> {
  const cluster = new Cluster(wireConfig({ 'bootstrap.servers': kafka().bootstrap() }));
  cluster.watch(topic);
  await cluster.refresh();
  const builder = new BatchBuilder(1000, new BufferPool(0));
  builder.append(Date.now(), { key: null, value: Buffer.from(text), headers: [] });
  const records = builder.finish('none', stamp);
  const topics = [{ name: topic, partitions: [{ partition: 0, records }] }];
  const answers = await cluster.request(cluster.leader(topic, 0), produce, { transactionalId: null, acks: -1, timeoutMs: 5000, topics });
  expect(answers.map(({ errorCode }) => errorCode)).toEqual([0]);
  cluster.close();
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

const recordCount = 20_000;
const faults: Readonly<Record<string, () => Promise<void>>> = {
  'stopped and started again': () => kafka().restart(),
  async 'killed and started again'() {
    await kafka().kill();
    await kafka().restart();
  },
  async 'frozen for longer than a request may take'() {
    kafka().freeze();
    await wait(3000);
    kafka().thaw();
  },
  async 'gone without a word, so that connections are half open'() {
    proxy.halfOpenAll();
  },
  async 'slow and far away'() {
    proxy.setFaults({ latencyMs: 150, bytesPerSecond: 400_000 });
    await wait(3000);
    proxy.setFaults({});
  },
};

describe('while the only broker is', () => {
  it.each(Object.entries(faults))('%s, records are written and read in order and once', async (name, fault) => {
    const topic = name.replaceAll(/\W+/g, '-');
    await createTopic(topic);
    const check = new SequenceCheck(2, recordCount);
    const consumer = new SequenceConsumer(transport, topic, check);
    const producer = transport.producer({});
    const writer = new SequenceWriter(producer, topic, 2);
    await Promise.all([writer.writeOver(recordCount, 3000), wait(500).then(fault)]);
    await producer.close(30_000);
    expect([writer.errors, writer.acknowledgedCount]).toEqual([[], recordCount]);
    await expect.poll(() => check.has(recordCount), { timeout: 20_000, interval: 50 }).toBe(recordCount);
    await consumer.stop();
    expect([check.outOfOrder, { ...check.report(recordCount), deliveredAgain: 0 }]).toEqual([
      0,
      { read: recordCount, missing: 0, repeated: 0, deliveredAgain: 0 },
    ]);
  });
});

describe('a producer', () => {
  it('splits batches that are larger than the topic allows, and fails only a record that is too large by itself', async () => {
    await createTopic('small-messages', { 'max.message.bytes': '5000' });
    const producer = transport.producer({ 'linger.ms': '200' });
    const small = new SequenceWriter(producer, 'small-messages', 2);
    const large = new SequenceWriter(producer, 'small-messages', 2, 10_000);
    await small.write(1000);
    large.next = 1000;
    await large.write(1);
    small.next = 1001;
    await small.write(1001);
    await producer.close(20_000);
    expect(large.errors.map((error) => error.constructor)).toEqual([RecordTooLargeException]);
    expect([small.errors, small.acknowledgedCount]).toEqual([[], 2001]);
    const check = await readSequence(transport, 'small-messages', 2, 2002);
    // Number 1000 is missing, so the next one of its partition does not follow on the one before.
    expect([check.report(2002), check.outOfOrder]).toEqual([{ read: 2001, missing: 1, repeated: 0, deliveredAgain: 0 }, 1]);
  });

  it('tells the fate of every record when its topic is deleted, and goes on when it is there again', async () => {
    await createTopic('deleted');
    const producer = transport.producer({ 'delivery.timeout.ms': '4000' });
    const before = new SequenceWriter(producer, 'deleted', 2);
    await before.write(1000);
    await producer.flush();
    const admin = transport.admin({});
    await admin.deleteTopic('deleted');
    const between = new SequenceWriter(producer, 'deleted', 2);
    await between.write(100);
    await producer.flush();
    expect([before.errors, before.acknowledgedCount]).toEqual([[], 1000]);
    expect(between.errors).toHaveLength(100);
    for (const error of between.errors) expect(error).toBeInstanceOf(TimeoutException);
    await admin.createTopic({ name: 'deleted', partitions: 2, replicationFactor: 1, config: {} });
    await admin.close();
    const after = new SequenceWriter(producer, 'deleted', 2);
    await after.write(1000);
    await producer.close(20_000);
    expect([after.errors, after.acknowledgedCount]).toEqual([[], 1000]);
    const check = await readSequence(transport, 'deleted', 2, 1000);
    expect([check.report(1000), check.outOfOrder]).toEqual([{ read: 1000, missing: 0, repeated: 0, deliveredAgain: 0 }, 0]);
  });

  it('whose epoch is fenced goes on under another identity, and nothing is missing or repeated', async () => {
    await createTopic('fenced');
    const producer = transport.producer({});
    const writer = new SequenceWriter(producer, 'fenced', 2);
    await writer.write(100);
    await producer.flush();
    const described = await kafka().kafkaTool('kafka-transactions', ['describe-producers', '--topic', 'fenced', '--partition', '0']);
    const producerId = BigInt(/^\s*(\d+)\s+0\s/m.exec(described)?.[1] ?? '-1');
    expect(producerId).toBeGreaterThanOrEqual(0n);
    await writeAs({ producerId, producerEpoch: 7, baseSequence: 0, isTransactional: false }, 'fenced', '100');
    writer.next = 101;
    await writer.write(99);
    // Its partition has the record of the intruder for number 100.
    await producer.close(20_000);
    expect([writer.errors, writer.acknowledgedCount]).toEqual([[], 199]);
    const check = await readSequence(transport, 'fenced', 2, 200);
    expect([check.report(200), check.outOfOrder]).toEqual([{ read: 200, missing: 0, repeated: 0, deliveredAgain: 0 }, 0]);
  });

  it('with acks=0 sends the bytes that were given, also when the connection takes them slowly', async () => {
    await createTopic('unacknowledged');
    proxy.setFaults({ bytesPerSecond: 3_000_000 });
    const producer = transport.producer({ acks: '0', 'buffer.memory': '1000000' });
    const writer = new SequenceWriter(producer, 'unacknowledged', 2, 1000);
    await writer.write(8000);
    await producer.flush();
    const admin = transport.admin({});
    await expect.poll(async () => (await readSequence(transport, 'unacknowledged', 2, 8000)).has(8000), { timeout: 20_000 }).toBe(8000);
    proxy.setFaults({});
    await admin.close();
    await producer.close(5000);
    const check = await readSequence(transport, 'unacknowledged', 2, 8000);
    expect([check.report(8000), check.outOfOrder]).toEqual([{ read: 8000, missing: 0, repeated: 0, deliveredAgain: 0 }, 0]);
  });
});

describe('a consumer', () => {
  it('keeps its partitions while it is busy for much longer than its session, since heartbeats run on timers', async () => {
    await createTopic('slow-sink');
    const producer = transport.producer({});
    await new SequenceWriter(producer, 'slow-sink', 2).write(100);
    await producer.close(5000);
    const events: string[] = [];
    const open = (name: string) =>
      transport.consumer({
        groupId: 'slow-sink',
        subscription: ['slow-sink'],
        properties: { 'auto.offset.reset': 'earliest', 'session.timeout.ms': '1000', 'heartbeat.interval.ms': '100' },
        listener: {
          assigned: (partitions) => void events.push(`${name} has ${partitions.length}`),
          revoked: (partitions) => void events.push(`${name} gives ${partitions.length}`),
          lost: (partitions) => void events.push(`${name} lost ${partitions.length}`),
        },
      });
    const busy = open('busy');
    const records = [];
    while (records.length < 100) records.push(...(await busy.poll(1000)));
    await wait(5000);
    await busy.commit(new Map(busy.assignment().map((partition) => [partition, { offset: busy.position(partition) }])));
    expect(events).toEqual(['busy has 2']);
    await busy.close();
    expect(events).toEqual(['busy has 2', 'busy gives 2']);
  });
});
