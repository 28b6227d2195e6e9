import { appendFile, mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Schema } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { FileStreamSourceTask } from '../src/index.ts';
import { positions, startSource, temporaryFolder, values } from './contexts.ts';

const never = new AbortController().signal;

async function fileWith(content: string): Promise<string> {
  const file = join(await temporaryFolder(), 'in.txt');
  await writeFile(file, content);
  return file;
}

describe('FileStreamSourceTask', () => {
  it('makes the records that Kafka makes of a line', async () => {
    const file = await fileWith('first\nsecond\n');
    const before = Date.now();

    const records = await (await startSource({ file, topic: 't' })).take(2);

    const [first, second] = records;
    expect(first).toMatchObject({
      topic: 't',
      kafkaPartition: null,
      keySchema: null,
      key: null,
      valueSchema: Schema.STRING_SCHEMA,
      value: 'first',
    });
    expect(first?.sourcePartition).toEqual({ filename: file });
    expect(first?.sourceOffset).toEqual({ position: 6 });
    expect(first?.timestamp).toBeGreaterThanOrEqual(before);
    expect(second?.sourceOffset).toEqual({ position: 13 });
    expect(second?.sourcePartition).toBe(first?.sourcePartition);
  });

  it('goes on in the middle of a file that the connector of the JVM began', async () => {
    const file = await fileWith('a\nbb\nccc\n');

    const { take, warnings } = await startSource({ file, topic: 't' }, { position: 5 });

    expect(values(await take(1))).toEqual(['ccc']);
    expect(warnings).toEqual([]);
  });

  it('counts positions in bytes', async () => {
    const file = await fileWith('é😀\nx\n');

    expect(positions(await (await startSource({ file, topic: 't' })).take(2))).toEqual([7, 9]);
  });

  it('starts at the first byte when the stored position is null', async () => {
    const file = await fileWith('a\n');

    expect(values(await (await startSource({ file, topic: 't' }, { position: null })).take(1))).toEqual(['a']);
  });

  it('refuses a stored position that is no integer', async () => {
    const file = await fileWith('a\n');

    await expect(startSource({ file, topic: 't' }, { position: '4' })).rejects.toThrow('Offset position is the incorrect type');
  });

  it('hands over no more than a batch at a time and keeps the rest, also across an abort', async () => {
    const file = await fileWith('a\nb\nc\n');
    const { task } = await startSource({ file, topic: 't', 'batch.size': '2' });

    expect(values((await task.poll(never)) ?? [])).toEqual(['a', 'b']);
    expect(values((await task.poll(AbortSignal.abort())) ?? [])).toEqual(['c']);
    expect(await task.poll(AbortSignal.abort())).toBeNull();
  });

  it('takes a batch size below one as one, as Kafka does', async () => {
    const file = await fileWith('a\nb\n');
    const { task } = await startSource({ file, topic: 't', 'batch.size': '-1' });

    expect(await task.poll(never)).toHaveLength(1);
  });

  it('fills a batch from several reads', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `${index} ${'x'.repeat(190)}`);
    const file = await fileWith(`${lines.join('\n')}\n`);
    const { task } = await startSource({ file, topic: 't', 'batch.size': '10000' });

    expect(values((await task.poll(never)) ?? [])).toEqual(lines);
  });

  it('holds back a last line until its end is written', async () => {
    const file = await fileWith('a\nb');
    const { task, take } = await startSource({ file, topic: 't' });
    expect(values(await take(1))).toEqual(['a']);

    const pending = task.poll(never);
    await appendFile(file, 'c\n');

    const records = (await pending) ?? (await take(1));
    expect(values(records)).toEqual(['bc']);
    expect(positions(records)).toEqual([5]);
  });

  it('waits for a file that does not exist yet, and says so once', async () => {
    const file = join(await temporaryFolder(), 'late.txt');
    const { task, take, warnings } = await startSource({ file, topic: 't' });
    expect(await task.poll(never)).toBeNull();
    expect(await task.poll(never)).toBeNull();

    await writeFile(file, 'here\n');

    expect(values(await take(1))).toEqual(['here']);
    expect(warnings).toEqual([`File '${file}' does not exist; waiting for it to be created.`]);
  });

  it('reads a truncated file again from its start, with a warning', async () => {
    const file = await fileWith('one\ntwo\n');
    const { take, warnings } = await startSource({ file, topic: 't' });
    await take(2);

    await truncate(file, 0);
    await appendFile(file, 'new\n');

    const records = await take(1);
    expect(values(records)).toEqual(['new']);
    expect(positions(records)).toEqual([4]);
    expect(warnings).toEqual([expect.stringContaining('has 4 bytes, fewer than the 8 that were read of it')]);
  });

  it('finishes a file that was rotated away before it reads the new one', async () => {
    const file = await fileWith('one\n');
    const { take, warnings } = await startSource({ file, topic: 't' });
    await take(1);

    await rename(file, `${file}.1`);
    await writeFile(file, '');
    await appendFile(`${file}.1`, 'two\nfragment');
    expect(values(await take(1))).toEqual(['two']);
    await appendFile(file, 'a longer line than all of the old file had\n');

    expect(values(await take(2))).toEqual(['fragment', 'a longer line than all of the old file had']);
    expect(warnings).toEqual([
      expect.stringMatching(/was replaced by another file.*the 8 bytes of its unfinished last line become a record/),
    ]);
  });

  it('goes on with a file of the same name after the old one was deleted', async () => {
    const file = await fileWith('one\n');
    const { task, take } = await startSource({ file, topic: 't' });
    await take(1);

    await rm(file);
    expect(await task.poll(never)).toBeNull();
    await writeFile(file, 'uno\n');

    expect(values(await take(1))).toEqual(['uno']);
  });

  it('starts again at the first byte when the stored position is behind the end', async () => {
    const file = await fileWith('new\n');

    const { take, warnings } = await startSource({ file, topic: 't' }, { position: 100 });

    const records = await take(1);
    expect(values(records)).toEqual(['new']);
    expect(positions(records)).toEqual([4]);
    expect(warnings).toEqual([expect.stringContaining('fewer than the stored position 100')]);
  });

  it('warns when the stored position is in the middle of a line, and starts there as Kafka does', async () => {
    const file = await fileWith('hello\n');

    const { take, warnings } = await startSource({ file, topic: 't' }, { position: 2 });

    expect(values(await take(1))).toEqual(['llo']);
    expect(warnings).toEqual([expect.stringContaining('is in the middle of a line')]);
  });

  it('ends a wait as soon as the signal fires', async () => {
    const file = await fileWith('');
    const { task } = await startSource({ file, topic: 't' });
    const stop = new AbortController();

    const pending = task.poll(stop.signal);
    stop.abort();

    expect(await pending).toBeNull();
  });

  it('names the file and the remedy when it is not a regular file', async () => {
    const folder = join(await temporaryFolder(), 'folder');
    await mkdir(folder);
    const { task } = await startSource({ file: folder, topic: 't' });

    await expect(task.poll(never)).rejects.toMatchObject({
      message: `'${folder}' is a folder, not a regular file`,
      configKey: 'file',
      suggestion: expect.stringContaining('Set `file` to a regular file') as unknown,
    });
  });

  it('can be stopped twice, and before it was started', async () => {
    const file = await fileWith('a\n');
    const { task } = await startSource({ file, topic: 't' });
    await task.stop();
    await task.stop();
    await new FileStreamSourceTask().stop();

    expect(await task.poll(never)).toBeNull();
  });
});
