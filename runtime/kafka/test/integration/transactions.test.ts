import { describe, expect, it, onTestFinished } from 'vitest';
import { TopicPartition } from '@millrace/api';
import { type ContractKafka, recordOf, texts } from '../../src/contract/contract-kafka.ts';
import { RealKafka } from './support/real-kafka.ts';

const kafka = RealKafka.forThisFile();

type Isolation = 'read_committed' | 'read_uncommitted';

async function read(ours: ContractKafka, topic: string, isolation: Isolation): Promise<(string | null)[]> {
  const reader = ours.transport.reader({ topic, isolation, properties: {} });
  onTestFinished(() => reader.close());
  return texts(await reader.readToEnd());
}

async function consume(ours: ContractKafka, topic: string, isolation: Isolation, last: string): Promise<(string | null)[]> {
  const polling = ours.polling({ groupId: ours.uniqueName('group'), topics: [topic], properties: { 'isolation.level': isolation } });
  await ours.eventually(`${last} arrives`, () => texts(polling.records).includes(last));
  return texts(polling.records);
}

describe('transactions of others', () => {
  it('what a producer writes after an aborted transaction is delivered', async () => {
    const ours = await kafka.ours();
    const topic = await ours.topic();
    const producer = await kafka.transactional(topic);
    await producer.write(topic, ['a1', 'a2']);
    await producer.abort();
    await producer.write(topic, ['b1']);
    await producer.commit();
    await producer.write(topic, ['c1']);
    await producer.abort();
    await producer.write(topic, ['d1', 'd2']);
    await producer.commit();

    expect(await read(ours, topic, 'read_committed')).toEqual(['b1', 'd1', 'd2']);
    expect(await read(ours, topic, 'read_uncommitted')).toEqual(['a1', 'a2', 'b1', 'c1', 'd1', 'd2']);
    expect(await consume(ours, topic, 'read_committed', 'd2')).toEqual(['b1', 'd1', 'd2']);
    expect(await consume(ours, topic, 'read_uncommitted', 'd2')).toEqual(['a1', 'a2', 'b1', 'c1', 'd1', 'd2']);
  });

  it('interleaved transactions are told apart, whatever the order in which they end', async () => {
    const ours = await kafka.ours();
    const topic = await ours.topic();
    const [one, two, three] = await Promise.all(['1', '2', '3'].map((id) => kafka.transactional(`${topic}-${id}`)));
    if (one === undefined || two === undefined || three === undefined) throw new Error('there are three producers');
    await one.write(topic, ['one-1']);
    await two.write(topic, ['two-1']);
    await three.write(topic, ['three-1']);
    await one.write(topic, ['one-2']);
    await two.abort();
    await two.write(topic, ['two-2']);
    await ours.writeTexts(topic, ['plain'], 0);
    await three.write(topic, ['three-2']);
    await three.commit();
    // Begun first, ended last: brokers list aborted transactions in the order of their ends.
    await one.abort();
    await two.commit();

    expect(await read(ours, topic, 'read_committed')).toEqual(['three-1', 'two-2', 'plain', 'three-2']);
    expect(await consume(ours, topic, 'read_committed', 'three-2')).toEqual(['three-1', 'two-2', 'plain', 'three-2']);
  });

  it('a record whose key looks like the marker of an abort is a record', async () => {
    const ours = await kafka.ours();
    const topic = await ours.topic();
    const producer = await kafka.transactional(topic);
    const marker = Buffer.from([0, 0, 0, 0]);
    await producer.write(topic, ['aborted-1'], marker);
    await producer.write(topic, ['aborted-2'], marker);
    await producer.abort();
    await producer.write(topic, ['kept'], marker);
    await producer.commit();

    expect(await read(ours, topic, 'read_committed')).toEqual(['kept']);
  });

  it('an open transaction ends what is committed, and the rest comes when it is over', async () => {
    const ours = await kafka.ours();
    const topic = await ours.topic();
    const producer = await kafka.transactional(topic);
    await ours.writeTexts(topic, ['before'], 0);
    await producer.write(topic, ['open']);
    await ours.writeTexts(topic, ['behind'], 0);
    const partition = TopicPartition.of(topic, 0);
    const reader = ours.transport.reader({ topic, isolation: 'read_committed', properties: {} });
    onTestFinished(() => reader.close());

    expect(texts(await reader.readToEnd())).toEqual(['before']);
    expect((await ours.admin.offsets([partition], 'read_committed')).get(partition)).toEqual({ beginning: 0, end: 1 });
    expect((await ours.admin.offsets([partition], 'read_uncommitted')).get(partition)).toEqual({ beginning: 0, end: 3 });
    expect(await read(ours, topic, 'read_uncommitted')).toEqual(['before', 'open', 'behind']);

    const tailed = reader.tail(AbortSignal.timeout(ours.patienceMs));
    await producer.commit();
    expect([...texts(await tailed), ...texts(await reader.readToEnd())]).toEqual(['open', 'behind']);
  });

  it('a log of aborted transactions and markers alone has an end that readers reach', async () => {
    const ours = await kafka.ours();
    const topic = await ours.topic();
    const producer = await kafka.transactional(topic);
    for (const value of ['x', 'y', 'z']) {
      await producer.write(topic, [value]);
      await producer.abort();
    }

    expect(await read(ours, topic, 'read_committed')).toEqual([]);
    const polling = ours.polling({
      groupId: ours.uniqueName('group'),
      topics: [topic],
      properties: { 'isolation.level': 'read_committed' },
    });
    const partition = TopicPartition.of(topic, 0);
    await ours.eventually('the consumer passes the markers', () => {
      return polling.partitions.length === 1 && polling.consumer.position(partition) === 6;
    });
    expect(polling.records).toEqual([]);
  });
});

describe('transactions in a compacted log', () => {
  it('markers and batches that compaction has emptied are passed', async () => {
    const ours = await kafka.ours();
    const config = { 'cleanup.policy': 'compact', 'segment.ms': '100', 'min.cleanable.dirty.ratio': '0.01', 'delete.retention.ms': '0' };
    const topic = await ours.topic(1, { ...config, 'max.compaction.lag.ms': '1000' });
    const producer = await kafka.transactional(topic);
    const key = Buffer.from('k');
    await producer.write(topic, ['aborted'], Buffer.from('other'));
    await producer.abort();
    await producer.write(topic, ['old'], key);
    await producer.commit();
    let count = 0;
    await ours.eventually('the old value is gone', async () => {
      count += 1;
      await ours.write([recordOf(topic, { key, value: Buffer.from(`new-${count}`) })]);
      return !(await read(ours, topic, 'read_uncommitted')).some((text) => text === 'old' || text === 'aborted');
    });

    expect((await read(ours, topic, 'read_committed')).at(-1)).toBe(`new-${count}`);
    expect((await consume(ours, topic, 'read_committed', `new-${count}`)).at(-1)).toBe(`new-${count}`);
  });
});
