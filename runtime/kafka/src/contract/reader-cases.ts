import { TopicPartition } from '@millrace/api';
import { expect } from 'vitest';
import { UnknownTopicOrPartitionException } from '../errors.ts';
import type { LogReader } from '../port.ts';
import type { ContractCase } from './contract-case.ts';
import { type ContractKafka, recordOf, texts } from './contract-kafka.ts';

function readerOf(kafka: ContractKafka, topic: string): LogReader {
  return kafka.transport.reader({ topic, isolation: 'read_committed', properties: {} });
}

/** Reading whole topics without a group. */
export const readerCases: readonly ContractCase[] = [
  {
    name: 'read to end of an empty topic ends',
    async run(kafka) {
      expect(await readerOf(kafka, await kafka.topic(3)).readToEnd()).toEqual([]);
    },
  },
  {
    name: 'read to end returns everything of all partitions, and then only what is new',
    async run(kafka) {
      const topic = await kafka.topic(3);
      const reader = readerOf(kafka, topic);
      await kafka.writeTexts(topic, ['a', 'b'], 0);
      await kafka.writeTexts(topic, ['c'], 2);
      expect(new Set(texts(await reader.readToEnd()))).toEqual(new Set(['a', 'b', 'c']));
      expect(await reader.readToEnd()).toEqual([]);
      await kafka.writeTexts(topic, ['d'], 1);
      expect(texts(await reader.readToEnd())).toEqual(['d']);
    },
  },
  {
    name: 'read to end gives up when its signal has fired',
    async run(kafka) {
      const reader = readerOf(kafka, await kafka.topic());
      await expect(reader.readToEnd(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    },
  },
  {
    name: 'tail waits for the next records and goes on after read to end',
    async run(kafka) {
      const topic = await kafka.topic(2);
      const reader = readerOf(kafka, topic);
      const { signal } = new AbortController();
      await kafka.writeTexts(topic, ['a'], 0);
      expect(texts(await reader.readToEnd())).toEqual(['a']);
      const tailed = reader.tail(signal);
      await kafka.writeTexts(topic, ['b'], 1);
      expect(texts(await tailed)).toEqual(['b']);
      await kafka.writeTexts(topic, ['c'], 0);
      expect(texts(await reader.tail(signal))).toEqual(['c']);
    },
  },
  {
    name: 'a waiting tail ends with the reason of its signal, and the reader can go on',
    async run(kafka) {
      const topic = await kafka.topic();
      const reader = readerOf(kafka, topic);
      const abort = new AbortController();
      const tailed = reader.tail(abort.signal);
      abort.abort(new Error('stopped'));
      await expect(tailed).rejects.toThrow('stopped');
      await kafka.writeTexts(topic, ['a']);
      expect(texts(await reader.readToEnd())).toEqual(['a']);
    },
  },
  {
    name: 'a waiting tail ends empty when the reader is closed',
    async run(kafka) {
      const reader = readerOf(kafka, await kafka.topic());
      const tailed = reader.tail(new AbortController().signal);
      await reader.close();
      await reader.close();
      expect(await tailed).toEqual([]);
    },
  },
  {
    name: 'a reader of a topic that does not exist says so',
    async run(kafka) {
      await expect(readerOf(kafka, kafka.uniqueName('missing')).readToEnd()).rejects.toThrow(UnknownTopicOrPartitionException);
    },
  },
];

/** Settings that make a real broker compact within seconds. */
const eagerCompaction = {
  'cleanup.policy': 'compact',
  'segment.ms': '100',
  'min.cleanable.dirty.ratio': '0.01',
  'max.compaction.lag.ms': '1000',
};

/** Compaction: what stays, and that reading gets over what is gone. */
export const compactionCases: readonly ContractCase[] = [
  {
    name: 'compaction leaves the latest record of each key at its offset, and readers get over the holes',
    async run(kafka) {
      const topic = await kafka.topic(1, eagerCompaction);
      const latest = new Map<string, string>();
      let written = 0;
      let records = await kafka.readAll(topic);
      await kafka.eventually('old records are gone', async () => {
        const batch = Array.from({ length: 50 }, (_, index) => {
          const key = `key-${index % 5}`;
          latest.set(key, String(written + index));
          return recordOf(topic, { key: Buffer.from(key), value: Buffer.from(String(written + index)) });
        });
        await kafka.write(batch);
        written += batch.length;
        records = await kafka.readAll(topic);
        return records.length < written;
      });
      const offsets = records.map(({ offset }) => offset);
      expect(offsets).toEqual([...offsets].sort((one, other) => one - other));
      // The values are the offsets, so that every survivor tells whether it lies where it was written.
      expect(texts(records)).toEqual(offsets.map(String));
      expect(new Map(records.map(({ key, value }) => [key?.toString(), value?.toString()]))).toEqual(latest);
      const partition = TopicPartition.of(topic, 0);
      expect((await kafka.admin.offsets([partition], 'read_committed')).get(partition)?.end).toBe(written);
      const consumer = kafka.polling({ groupId: kafka.uniqueName('group'), topics: [topic] });
      await kafka.eventually('a consumer gets to the end', () => consumer.records.at(-1)?.offset === written - 1);
      expect(consumer.records.length).toBeLessThanOrEqual(records.length);
    },
  },
  {
    name: 'a tombstone is delivered like any record, and wins over what it deletes',
    async run(kafka) {
      const topic = await kafka.topic(1, eagerCompaction);
      const key = Buffer.from('deleted');
      await kafka.write([recordOf(topic, { key, value: Buffer.from('v') }), recordOf(topic, { key })]);
      const before = await kafka.readAll(topic);
      expect(before.at(-1)).toMatchObject({ offset: 1, value: null });
      await kafka.eventually('the value is gone', async () => {
        const filler = Array.from({ length: 50 }, () => recordOf(topic, { key: Buffer.from('filler'), value: Buffer.from('f') }));
        await kafka.write(filler);
        return (await kafka.readAll(topic)).every(({ offset }) => offset !== 0);
      });
    },
  },
];
