import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TopicPartition } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { eventually } from '../src/contract/eventually.ts';
import { OpenLog, segmentFiles, temporaryFolder } from './log-folder.ts';
import { Deliveries, recordOf } from './write-log.ts';

const partition = TopicPartition.of('t', 0);
const hour = 3_600_000;

function numbered(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `record ${from + index}`);
}

async function bytesOf(files: readonly string[]): Promise<number> {
  const stats = await Promise.all(files.map((file) => stat(file)));
  return stats.reduce((sum, { size }) => sum + size, 0);
}

describe('a log in a folder', () => {
  it('has all parts of a record again after it was opened anew', async () => {
    const folder = await temporaryFolder();
    const first = new OpenLog(folder);
    const headers = [
      { key: 'ü', value: Buffer.from([0, 255]) },
      { key: '', value: null },
    ];
    await first.createTopic('t', { 'retention.ms': '-1' });
    await first.write('t', [
      { key: Buffer.from('k'), value: Buffer.from('v'), timestamp: 1_700_000_000_123, headers },
      { key: null, value: null, timestamp: 0 },
      { key: Buffer.alloc(0), value: Buffer.alloc(0), timestamp: 2 },
    ]);
    const written = first.records('t');
    await first.close();

    const second = new OpenLog(folder);

    expect(second.records('t')).toEqual(written);
    expect(second.records('t').map(({ offset }) => offset)).toEqual([0, 1, 2]);
    expect(second.records('t')[0]?.headers).toEqual(headers);
    expect(second.warnings).toEqual([]);
    await second.close();
  });

  it('goes on at the next offset, with the same id, topics, settings and committed offsets', async () => {
    const folder = await temporaryFolder();
    const first = new OpenLog(folder);
    const clusterId = await first.kafka.admin({}).clusterId();
    await first.createTopic('t', { 'retention.ms': '12345' });
    await first.writeTexts('t', numbered(10));
    await first.kafka.admin({}).alterGroupOffsets('g', new Map([[partition, { offset: 7, metadata: 'm' }]]));
    await first.kafka.admin({}).alterGroupOffsets('gone', new Map([[partition, { offset: 1 }]]));
    await first.kafka.admin({}).deleteGroup('gone');
    await first.close();

    const second = new OpenLog(folder);
    const admin = second.kafka.admin({});
    const { metadata } = await second.write('t', [{ value: Buffer.from('next') }]);

    expect(await admin.clusterId()).toBe(clusterId);
    expect((await admin.topicConfig('t')).get('retention.ms')).toBe('12345');
    expect((await admin.groupOffsets('g')).get(partition)).toMatchObject({ offset: 7, metadata: 'm' });
    expect((await admin.groupOffsets('gone')).size).toBe(0);
    expect(metadata[0]?.offset).toBe(10);
    await second.close();
  });

  it('has what was acknowledged also when it was never closed', async () => {
    const folder = await temporaryFolder();
    const killed = new OpenLog(folder);
    await killed.writeTexts('t', numbered(100));
    await killed.kafka.admin({}).alterGroupOffsets('g', new Map([[partition, { offset: 99 }]]));
    await rm(join(folder, 'lock'));

    const next = new OpenLog(folder);

    expect(next.texts('t')).toEqual(numbered(100));
    expect((await next.kafka.admin({}).groupOffsets('g')).get(partition)?.offset).toBe(99);
    await next.close();
  });

  it('shows nobody a record that is not in the file yet', async () => {
    const open = new OpenLog(await temporaryFolder());
    await open.createTopic('t');
    const deliveries = new Deliveries();

    open.kafka.producer({}).append(recordOf('t', { value: Buffer.from('v') }), deliveries, 0);

    expect(open.log.partition(partition).endOffset).toBe(0);
    expect(open.records('t')).toEqual([]);
    await eventually('the record is acknowledged', () => deliveries.metadata.length === 1, 5000);
    expect(open.texts('t')).toEqual(['v']);
    await open.close();
  });

  it('forgets a deleted topic and what groups had committed for it, also over a restart', async () => {
    const folder = await temporaryFolder();
    const first = new OpenLog(folder);
    await first.writeTexts('t', numbered(5));
    await first.kafka.admin({}).alterGroupOffsets('g', new Map([[partition, { offset: 5 }]]));
    await first.kafka.admin({}).deleteTopic('t');
    await first.createTopic('t');
    await first.close();

    const second = new OpenLog(folder);

    expect(await second.kafka.admin({}).listTopics()).toEqual(['t']);
    expect(second.log.partition(partition).endOffset).toBe(0);
    expect((await second.kafka.admin({}).groupOffsets('g')).size).toBe(0);
    await second.close();
  });

  it('tells topics apart whose names differ in case only', async () => {
    const folder = await temporaryFolder();
    const first = new OpenLog(folder);
    await first.writeTexts('Orders', ['upper']);
    await first.writeTexts('orders', ['lower']);
    await first.close();
    const second = new OpenLog(folder);
    expect([second.texts('Orders'), second.texts('orders')]).toEqual([['upper'], ['lower']]);
    await second.close();
    expect(new Set((await readdir(join(folder, 'topics'))).map((name) => name.toLowerCase())).size).toBe(2);
  });

  it('keeps only the newest records in memory and reads the others from its files, at any offset', async () => {
    const folder = await temporaryFolder();
    const open = new OpenLog(folder);
    await open.createTopic('t', { 'segment.bytes': '1000000' });
    const value = Buffer.alloc(1000, 'x');
    const batch = Array.from({ length: 200 }, () => ({ value }));
    for (let count = 0; count < 60; count += 1) await open.write('t', batch);

    const records = open.records('t', 333);

    expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: 12_000 }, (_, offset) => offset));
    const log = open.log.partition(partition);
    for (const offset of [0, 1, 199, 200, 5000, 11_999]) expect(log.read(offset, 1)[0]?.offset).toBe(offset);
    expect((await segmentFiles(folder)).length).toBeGreaterThan(10);
    await open.close();
  });

  it('opens a folder by its indexes, without reading the files, after a clean stop', async () => {
    const folder = await temporaryFolder();
    const first = new OpenLog(folder);
    await first.createTopic('t', { 'segment.bytes': '4096' });
    for (let batch = 0; batch < 20; batch += 1) await first.writeTexts('t', numbered(20, batch * 20));
    await first.close();
    const files = await segmentFiles(folder);
    const indexed = await Promise.all(files.map((file) => readFile(file.replace(/log$/, 'index'), 'utf8')));
    expect(indexed.every((text) => text.startsWith('millrace-index 1 '))).toBe(true);
    // A flipped bit that only reading can find.
    const oldest = await readFile(files[0] as string);
    oldest[100] = (oldest[100] as number) ^ 1;
    await writeFile(files[0] as string, oldest);

    const second = new OpenLog(folder);

    expect(second.warnings).toEqual([]);
    expect(() => second.records('t')).toThrow(/damaged|corrupt/i);
    expect(second.log.partition(partition).read(399, 1)[0]?.offset).toBe(399);
    await second.close();
  });

  it('drops the oldest files when retention by bytes or time says so', async () => {
    let now = 1_700_000_000_000;
    const folder = await temporaryFolder();
    const open = new OpenLog(folder, () => now);
    await open.createTopic('t', { 'retention.bytes': '100000', 'retention.ms': String(hour) });
    for (let batch = 0; batch < 50; batch += 1) await open.writeTexts('t', numbered(200, batch * 200));
    const log = open.log.partition(partition);
    expect(await bytesOf(await segmentFiles(folder))).toBeLessThan(120_000);
    expect(log.startOffset).toBeGreaterThan(0);
    expect(open.texts('t').at(-1)).toBe('record 9999');

    now += 2 * hour;
    await open.writeTexts('t', ['young']);
    expect(open.texts('t')).toEqual(['young']);
    await open.close();
    const again = new OpenLog(folder, () => now);
    expect([again.log.partition(partition).startOffset, again.log.partition(partition).endOffset]).toEqual([10_000, 10_001]);
    await again.close();
  });

  it('compacts its files, and has the latest record of each key at its offset after a restart', async () => {
    const folder = await temporaryFolder();
    const open = new OpenLog(folder);
    await open.createTopic('t', { 'cleanup.policy': 'compact' });
    for (let round = 0; round < 100; round += 1) {
      const records = Array.from({ length: 10 }, (_, key) => ({ key: Buffer.from(String(key)), value: Buffer.from(`${key}/${round}`) }));
      await open.write('t', records);
    }
    await eventually('it is compacted', () => open.records('t').length < 200, 5000);
    const latest = (from: OpenLog): Map<string, string> =>
      new Map(from.records('t').map(({ key, value, offset }) => [String(key), `${String(value)} at ${offset}`]));
    const expected = new Map(Array.from({ length: 10 }, (_, key) => [String(key), `${key}/99 at ${990 + key}`]));
    expect(latest(open)).toEqual(expected);
    await open.close();

    const again = new OpenLog(folder);

    expect(latest(again)).toEqual(expected);
    expect(again.log.partition(partition).endOffset).toBe(1000);
    await again.close();
  });

  it.each(['.clean', '-3.swap'])('comes to order when a compaction was cut off and left a %s file', async (ending) => {
    const folder = await temporaryFolder();
    const first = new OpenLog(folder);
    await first.createTopic('t', { 'cleanup.policy': 'compact' });
    const key = Buffer.from('k');
    for (const text of ['a', 'b', 'c']) await first.write('t', [{ key, value: Buffer.from(text) }]);
    await first.close();
    const [file] = await segmentFiles(folder);
    const bytes = await readFile(file as string);
    // The compacted file as it would be: the last of three batches of the same size.
    await writeFile((file as string).replace('.log', ending), bytes.subarray((bytes.length / 3) * 2));

    const second = new OpenLog(folder);

    expect(second.texts('t')).toEqual(ending === '.clean' ? ['a', 'b', 'c'] : ['c']);
    expect(second.log.partition(partition).endOffset).toBe(3);
    expect((await readdir(dirname(file as string))).filter((name) => name.endsWith(ending))).toEqual([]);
    await second.close();
  });

  it('syncs before it acknowledges when flush.messages is 1, and by itself when flush.ms is over', async () => {
    const folder = await temporaryFolder();
    const open = new OpenLog(folder);
    await open.createTopic('t', { 'flush.messages': '1' });
    await open.createTopic('u', { 'flush.ms': '5' });
    expect((await open.write('t', [{ value: Buffer.from('v') }])).metadata).toHaveLength(1);
    await open.writeTexts('u', ['v']);
    await open.kafka.sync();
    expect([open.texts('t'), open.texts('u')]).toEqual([['v'], ['v']]);
    await open.close();
  });
});
