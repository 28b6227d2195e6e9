import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConnectException, SinkRecord, type Schema } from '@millrace/api';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileStreamSinkTask } from '../src/index.ts';
import { temporaryFolder } from './contexts.ts';

let nextOffset = 0;

function record(value: unknown, valueSchema: Schema | null = null): SinkRecord {
  nextOffset += 1;
  return new SinkRecord({ topic: 't', kafkaPartition: 0, kafkaOffset: nextOffset, valueSchema, value });
}

async function startSink(file: string): Promise<FileStreamSinkTask> {
  const task = new FileStreamSinkTask();
  onTestFinished(() => task.stop());
  await task.start({ file, topics: 't' });
  return task;
}

describe('FileStreamSinkTask', () => {
  it('writes one line a record, and the word null for a null value', async () => {
    const file = join(await temporaryFolder(), 'out.txt');
    const task = await startSink(file);

    await task.put([record('plain'), record(null), record('two\nlines'), record('é😀'), record(5)]);

    expect(await readFile(file, 'utf8')).toBe('plain\nnull\ntwo\nlines\né😀\n5\n');
  });

  it('appends to a file that exists', async () => {
    const file = join(await temporaryFolder(), 'out.txt');
    await writeFile(file, 'old\n');
    const task = await startSink(file);

    await task.put([record('new')]);
    await task.put([]);
    await task.flush();

    expect(await readFile(file, 'utf8')).toBe('old\nnew\n');
  });

  it('ends a line that a crash left unfinished, so that it does not run into the next record', async () => {
    const file = join(await temporaryFolder(), 'out.txt');
    await writeFile(file, 'old\ntor');
    const task = await startSink(file);

    await task.put([record('new')]);

    expect(await readFile(file, 'utf8')).toBe('old\ntor\nnew\n');
  });

  it('keeps the lines of several tasks whole', async () => {
    const file = join(await temporaryFolder(), 'out.txt');
    const tasks = await Promise.all([startSink(file), startSink(file)]);
    const lines = Array.from({ length: 2000 }, (_, index) => `${index} ${'x'.repeat(200)}`);

    await Promise.all(tasks.map((task) => task.put(lines.map((line) => record(line)))));

    expect((await readFile(file, 'utf8')).split('\n').sort()).toEqual(['', ...lines, ...lines].sort());
  });

  it('writes a put of many megabytes in parts', async () => {
    const file = join(await temporaryFolder(), 'out.txt');
    const task = await startSink(file);
    const large = 'x'.repeat(1_000_000);

    await task.put(Array.from({ length: 12 }, () => record(large)));

    expect(await readFile(file, 'utf8')).toBe(`${large}\n`.repeat(12));
  });

  it('names the file, the cause and the remedy when the file cannot be opened', async () => {
    const folder = await temporaryFolder();
    const inMissingFolder = join(folder, 'missing', 'out.txt');
    await mkdir(join(folder, 'folder'));

    await expect(startSink(inMissingFolder)).rejects.toMatchObject({
      message: expect.stringMatching(/^Couldn't find or create file '.*out.txt' for FileStreamSinkTask: ENOENT/) as unknown,
      suggestion: expect.stringContaining('Create the folder') as unknown,
    });
    const error = await startSink(join(folder, 'folder')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConnectException);
    expect(error).toMatchObject({ configKey: 'file', suggestion: expect.stringContaining('this is a folder') as unknown });
  });

  it.runIf(existsSync('/dev/full'))('fails when the disk is full, so that nothing is committed', async () => {
    const task = await startSink('/dev/full');

    await expect(task.put([record('a')])).rejects.toMatchObject({
      message: expect.stringContaining("Couldn't write to file '/dev/full': ENOSPC") as unknown,
      suggestion: expect.stringContaining('Free space') as unknown,
    });
  });

  it('can be stopped twice, and before it was started', async () => {
    const task = await startSink(join(await temporaryFolder(), 'out.txt'));
    await task.stop();

    await task.stop();
    await new FileStreamSinkTask().stop();
  });
});
