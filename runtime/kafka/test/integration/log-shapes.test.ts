import { describe, expect, it, onTestFinished } from 'vitest';
import { TopicPartition } from '@millrace/api';
import { Outcomes, recordOf, texts } from '../../src/contract/contract-kafka.ts';
import { OffsetOutOfRangeException } from '../../src/errors.ts';
import { RealKafka } from './support/real-kafka.ts';

const kafka = RealKafka.forThisFile();

describe('a batch', () => {
  it('of 150 000 records is written, and read in one piece', async () => {
    const ours = await kafka.ours();
    const topic = await ours.topic(1, { 'max.message.bytes': '20000000' });
    const properties = { 'batch.size': '20000000', 'max.request.size': '20000000', 'linger.ms': '60000', 'buffer.memory': '67108864' };
    const producer = ours.transport.producer(properties);
    onTestFinished(() => producer.close(0));
    const outcomes = new Outcomes();
    const count = 150_000;
    for (let n = 0; n < count; n++) producer.append(recordOf(topic, { value: Buffer.from(String(n)) }), outcomes, n);
    await producer.flush();

    expect(outcomes.errors()).toEqual([]);
    expect(outcomes.metadata().at(-1)?.offset).toBe(count - 1);
    const records = await ours.readAll(topic);
    expect(records).toHaveLength(count);
    expect(records.every(({ offset, value }) => value?.toString() === String(offset))).toBe(true);
    const polling = ours.polling({ groupId: ours.uniqueName('group'), topics: [topic], properties: { 'max.poll.records': '1000000' } });
    await ours.eventually('a consumer has them all', () => polling.records.length === count);
    expect(polling.records.every(({ offset }, index) => offset === index)).toBe(true);
  });

  it('that is too large for the broker is split until it fits, in order', async () => {
    const ours = await kafka.ours();
    const topic = await ours.topic(1, { 'max.message.bytes': '2000' });
    const producer = ours.transport.producer({ 'linger.ms': '60000' });
    onTestFinished(() => producer.close(0));
    const outcomes = new Outcomes();
    for (let n = 0; n < 100; n++) producer.append(recordOf(topic, { value: Buffer.from(String(n).padEnd(150)) }), outcomes, n);
    await producer.flush();

    expect(outcomes.metadata().map(({ offset }) => offset)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(texts(await ours.readAll(topic)).map(Number)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });
});

describe('a record', () => {
  it('has the time at which the broker wrote it where the topic says so', async () => {
    const ours = await kafka.ours();
    const topic = await ours.topic(1, { 'message.timestamp.type': 'LogAppendTime' });
    const before = Date.now();
    const [metadata] = await ours.write([recordOf(topic, { value: Buffer.from('v'), timestamp: 1000 })]);
    const [record] = await ours.readAll(topic);

    expect(record).toMatchObject({ timestampType: 'LogAppendTime', timestamp: metadata?.timestamp });
    expect(record?.timestamp).toBeGreaterThanOrEqual(before - 1);
    expect(record?.timestamp).toBeLessThanOrEqual(Date.now() + 1);
  });

  it('keeps its headers: their order, equal names, null and empty values', async () => {
    const ours = await kafka.ours();
    const topic = await ours.topic();
    const headers = [
      { key: 'b', value: Buffer.from('1') },
      { key: 'a', value: null },
      { key: 'b', value: Buffer.alloc(0) },
      { key: '', value: Buffer.from('without a name') },
      { key: 'ü€😀', value: Buffer.from([0, 255]) },
      { key: 'b', value: Buffer.from('1') },
    ];
    await ours.write([recordOf(topic, { value: Buffer.from('v'), headers, timestamp: 1_700_000_000_000 })]);
    const [record] = await ours.readAll(topic);

    expect(record).toMatchObject({ timestampType: 'CreateTime', timestamp: 1_700_000_000_000, key: null });
    expect(record?.headers).toEqual(headers);
  });
});

describe('a position that retention has passed', () => {
  /** A topic of ten records whose first five are gone, and a group that is to go on at the third. */
  async function behind(): Promise<{ ours: Awaited<ReturnType<RealKafka['ours']>>; topic: string; groupId: string }> {
    const ours = await kafka.ours();
    const topic = await ours.topic();
    const groupId = ours.uniqueName('group');
    await ours.writeTexts(
      topic,
      Array.from({ length: 10 }, (_, n) => String(n)),
      0,
    );
    await ours.admin.alterGroupOffsets(groupId, new Map([[TopicPartition.of(topic, 0), { offset: 2 }]]));
    const admin = kafka.theirs().admin();
    await admin.connect();
    // Without it kafkajs does not know the leader.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '5' }] });
    await admin.disconnect();
    return { ours, topic, groupId };
  }

  it('is moved to what is left by auto.offset.reset=earliest', async () => {
    const { ours, topic, groupId } = await behind();
    const polling = ours.polling({ groupId, topics: [topic], properties: { 'auto.offset.reset': 'earliest' } });
    await ours.eventually('the rest arrives', () => polling.records.length >= 5);

    expect(texts(polling.records)).toEqual(['5', '6', '7', '8', '9']);
  });

  it('is moved to the end by auto.offset.reset=latest', async () => {
    const { ours, topic, groupId } = await behind();
    const polling = ours.polling({ groupId, topics: [topic], properties: { 'auto.offset.reset': 'latest' } });
    const partition = TopicPartition.of(topic, 0);
    await ours.eventually('the position is moved', () => polling.partitions.length === 1 && polling.consumer.position(partition) === 10);
    await ours.writeTexts(topic, ['new'], 0);
    await ours.eventually('a new record arrives', () => polling.records.length > 0);

    expect(texts(polling.records)).toEqual(['new']);
  });

  it('is an error with auto.offset.reset=none', async () => {
    const { ours, topic, groupId } = await behind();
    const polling = ours.polling({ groupId, topics: [topic], properties: { 'auto.offset.reset': 'none' } });
    await ours.eventually('the poll fails', () => polling.error !== null);

    expect(polling.error).toBeInstanceOf(OffsetOutOfRangeException);
    expect(polling.error?.message).toContain(`Offset 2 of ${topic}-0`);
    expect(polling.records).toEqual([]);
  });

  it('does not stop a reader, which begins at what is left', async () => {
    const { ours, topic } = await behind();

    expect(texts(await ours.readAll(topic))).toEqual(['5', '6', '7', '8', '9']);
  });
});
