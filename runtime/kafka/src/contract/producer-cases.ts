import { IllegalArgumentException, IllegalStateException, InvalidRecordException } from '@millrace/api';
import { expect } from 'vitest';
import { RecordTooLargeException } from '../errors.ts';
import { partitionForKey } from '../partitioner.ts';
import type { ContractCase } from './contract-case.ts';
import { Outcomes, recordOf, texts } from './contract-kafka.ts';

const numbers = Array.from({ length: 100 }, (_, index) => index);

/** Writing: order, acknowledgement, partitions, contents, limits, closing. */
export const producerCases: readonly ContractCase[] = [
  {
    name: 'records of one partition lie in the order in which they were appended',
    async run(kafka) {
      const topic = await kafka.topic(2);
      await kafka.write(numbers.map((number) => recordOf(topic, { partition: number % 2, value: Buffer.from(String(number)) })));
      const records = await kafka.readAll(topic);
      for (const partition of [0, 1]) {
        const ofPartition = records.filter((record) => record.partition === partition);
        expect(texts(ofPartition)).toEqual(numbers.filter((number) => number % 2 === partition).map(String));
        expect(ofPartition.map(({ offset }) => offset)).toEqual(numbers.slice(0, 50));
      }
    },
  },
  {
    name: 'listeners hear of the records of a partition in order, with their offsets, and never from inside append',
    async run(kafka) {
      const topic = await kafka.topic();
      const producer = kafka.transport.producer({});
      const outcomes = new Outcomes();
      for (const number of numbers) producer.append(recordOf(topic, { value: Buffer.from('v') }), outcomes, number);
      expect(outcomes.all).toEqual([]);
      await producer.flush();
      expect(outcomes.all.map(({ token }) => token)).toEqual(numbers);
      expect(outcomes.metadata().map(({ offset }) => offset)).toEqual(numbers);
      expect(outcomes.metadata()[0]).toMatchObject({ topic, partition: 0 });
    },
  },
  {
    name: 'a key decides the partition as a Java producer would',
    async run(kafka) {
      const topic = await kafka.topic(7);
      const keys = numbers.map((number) => Buffer.from(`key-${number}`));
      const metadata = await kafka.write(keys.map((key) => recordOf(topic, { key })));
      expect(metadata.map(({ partition }) => partition)).toEqual(keys.map((key) => partitionForKey(key, 7)));
    },
  },
  {
    name: 'records without a key are spread over the partitions batch by batch',
    async run(kafka) {
      const topic = await kafka.topic(3);
      const used = new Set<number>();
      for (let batch = 0; used.size < 3 && batch < 200; batch += 1) {
        for (const { partition } of await kafka.write([recordOf(topic, { value: Buffer.alloc(10) })])) used.add(partition);
      }
      expect(used).toEqual(new Set([0, 1, 2]));
    },
  },
  {
    name: 'null and empty keys and values stay apart',
    async run(kafka) {
      const topic = await kafka.topic();
      const empty = Buffer.alloc(0);
      await kafka.write([recordOf(topic), recordOf(topic, { key: empty, value: empty })]);
      const [first, second] = await kafka.readAll(topic);
      expect([first?.key, first?.value]).toEqual([null, null]);
      expect([second?.key?.length, second?.value?.length]).toEqual([0, 0]);
    },
  },
  {
    name: 'headers keep their order, their duplicates and their null values',
    async run(kafka) {
      const topic = await kafka.topic();
      const headers = [
        { key: 'b', value: Buffer.from('1') },
        { key: '10', value: null },
        { key: 'b', value: Buffer.from('2') },
        { key: 'ä', value: Buffer.alloc(0) },
      ];
      await kafka.write([recordOf(topic, { headers })]);
      const [record] = await kafka.readAll(topic);
      expect(record?.headers.map(({ key, value }) => [key, value?.toString() ?? null])).toEqual([
        ['b', '1'],
        ['10', null],
        ['b', '2'],
        ['ä', ''],
      ]);
    },
  },
  {
    name: 'a timestamp is kept, and a record without one gets the present time',
    async run(kafka) {
      const topic = await kafka.topic();
      const before = Date.now();
      await kafka.write([recordOf(topic, { timestamp: before - 1000 }), recordOf(topic)]);
      const [first, second] = await kafka.readAll(topic);
      expect([first?.timestamp, first?.timestampType]).toEqual([before - 1000, 'CreateTime']);
      expect(second?.timestamp).toBeGreaterThanOrEqual(before);
      expect(second?.timestamp).toBeLessThanOrEqual(Date.now());
    },
  },
  {
    name: 'a topic of type LogAppendTime stamps the records itself',
    async run(kafka) {
      const topic = await kafka.topic(1, { 'message.timestamp.type': 'LogAppendTime' });
      await kafka.write([recordOf(topic, { timestamp: 1000 })]);
      const [record] = await kafka.readAll(topic);
      expect(record?.timestampType).toBe('LogAppendTime');
      expect(record?.timestamp).toBeGreaterThan(1000);
    },
  },
  {
    name: 'a negative partition or timestamp is refused by append itself',
    async run(kafka) {
      const topic = await kafka.topic();
      const producer = kafka.transport.producer({});
      const outcomes = new Outcomes();
      expect(() => producer.append(recordOf(topic, { partition: -1 }), outcomes, 0)).toThrow(IllegalArgumentException);
      expect(() => producer.append(recordOf(topic, { timestamp: -1 }), outcomes, 1)).toThrow(IllegalArgumentException);
      await producer.flush();
      expect(outcomes.all).toEqual([]);
    },
  },
  {
    name: 'a record beyond max.request.size fails alone, and its neighbours are written',
    async run(kafka) {
      const topic = await kafka.topic();
      const producer = kafka.transport.producer({ 'max.request.size': '1000' });
      const outcomes = new Outcomes();
      const records = [10, 1000, 20].map((size) => recordOf(topic, { value: Buffer.alloc(size) }));
      for (const [index, record] of records.entries()) producer.append(record, outcomes, index);
      await producer.flush();
      expect(outcomes.errors()).toEqual([expect.any(RecordTooLargeException)]);
      expect(outcomes.all.find((outcome) => 'error' in outcome)?.token).toBe(1);
      expect((await kafka.readAll(topic)).map(({ value }) => value?.length)).toEqual([10, 20]);
    },
  },
  {
    name: 'a compacted topic refuses a record without a key',
    async run(kafka) {
      const topic = await kafka.topic(1, { 'cleanup.policy': 'compact' });
      await expect(kafka.write([recordOf(topic, { value: Buffer.from('v') })])).rejects.toThrow(InvalidRecordException);
    },
  },
  {
    name: 'a full buffer makes append say no, until ready',
    async run(kafka) {
      const topic = await kafka.topic();
      const producer = kafka.transport.producer({ 'buffer.memory': '20000', 'batch.size': '5000' });
      const outcomes = new Outcomes();
      let appended = 0;
      for (let refusals = 0; refusals < 3; refusals += 1) {
        const before = appended;
        let hasRoom = true;
        while (hasRoom && appended < 1000) {
          hasRoom = producer.append(recordOf(topic, { value: Buffer.alloc(1000) }), outcomes, appended);
          appended += 1;
        }
        expect(hasRoom).toBe(false);
        expect(appended - before).toBeGreaterThan(0);
        await producer.ready();
      }
      await producer.flush();
      expect(outcomes.metadata()).toHaveLength(appended);
    },
  },
  {
    name: 'ready resolves at once while there is room, and gives up when its signal has fired',
    async run(kafka) {
      const producer = kafka.transport.producer({});
      await producer.ready();
      await expect(producer.ready(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    },
  },
  {
    name: 'close tells the fate of every record, is idempotent, and append is an error afterwards',
    async run(kafka) {
      const topic = await kafka.topic();
      const producer = kafka.transport.producer({});
      const outcomes = new Outcomes();
      for (const number of numbers) producer.append(recordOf(topic), outcomes, number);
      await producer.close(kafka.patienceMs);
      await producer.close(0);
      expect(outcomes.metadata()).toHaveLength(numbers.length);
      expect(() => producer.append(recordOf(topic), outcomes, 0)).toThrow(IllegalStateException);
    },
  },
  {
    name: 'writing to a topic that does not exist creates it with one partition',
    async run(kafka) {
      const topic = kafka.uniqueName('auto');
      await kafka.writeTexts(topic, ['a']);
      expect((await kafka.admin.describeTopics([topic])).get(topic)).toEqual({ name: topic, partitions: 1 });
      expect(texts(await kafka.readAll(topic))).toEqual(['a']);
    },
  },
];
