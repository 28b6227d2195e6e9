import type * as Fs from 'node:fs';
import type * as FsPromises from 'node:fs/promises';
import { TopicPartition } from '@millrace/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { KafkaStorageException } from '../src/errors.ts';
import { OpenLog, temporaryFolder } from './log-folder.ts';
import { Deliveries, recordOf } from './write-log.ts';

/** What the disk refuses. */
const disk = vi.hoisted(() => ({ isFull: false, isBroken: false }));

vi.mock('node:fs', async (original) => {
  const fs: typeof Fs = await original();
  // As much as fits is written, then nothing more.
  const writeSync = (descriptor: number, buffer: Buffer, offset: number, length: number, position: number): number => {
    if (!disk.isFull) return fs.writeSync(descriptor, buffer, offset, length, position);
    if (length <= 10) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    return fs.writeSync(descriptor, buffer, offset, length - 10, position);
  };
  return { ...fs, writeSync };
});

vi.mock('node:fs/promises', async (original) => {
  const fs: typeof FsPromises = await original();
  const open = async (...args: Parameters<typeof fs.open>): Promise<FsPromises.FileHandle> => {
    const file = await fs.open(...args);
    if (disk.isBroken) {
      file.datasync = async () => {
        throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
      };
    }
    return file;
  };
  return { ...fs, open };
});

afterEach(() => {
  disk.isFull = false;
  disk.isBroken = false;
});

describe('a log in a folder whose disk fails', () => {
  it('fails the records that it cannot write, has none of them, and goes on when there is room', async () => {
    const folder = await temporaryFolder();
    const open = new OpenLog(folder);
    await open.writeTexts('t', ['a']);
    disk.isFull = true;
    const failed = await open.write('t', [{ value: Buffer.from('b') }, { value: Buffer.from('c') }]);
    expect(failed.metadata).toEqual([]);
    expect(failed.errors.map((error) => error instanceof KafkaStorageException)).toEqual([true, true]);
    expect(failed.errors[0]?.message).toMatch(/^Cannot write .*00000000000000000000\.log: ENOSPC/);
    expect(open.texts('t')).toEqual(['a']);

    disk.isFull = false;
    await open.writeTexts('t', ['d']);
    expect(open.texts('t')).toEqual(['a', 'd']);
    await open.close();
    const again = new OpenLog(folder);
    expect(again.texts('t')).toEqual(['a', 'd']);
    expect(again.warnings).toEqual([]);
    await again.close();
  });

  it('fails the rest of a batch whose beginning could not be written, so that nothing comes to lie before what is repeated', async () => {
    const open = new OpenLog(await temporaryFolder());
    await open.createTopic('t');
    const producer = open.kafka.producer({});
    const deliveries = new Deliveries();
    const value = Buffer.alloc(600_000);
    disk.isFull = true;
    // More than is kept back: the first two are written before the batch ends.
    for (let count = 0; count < 2; count += 1) producer.append(recordOf('t', { value }), deliveries, count);
    disk.isFull = false;
    producer.append(recordOf('t', { value }), deliveries, 2);
    await producer.flush();

    expect(deliveries.errors).toHaveLength(3);
    expect(open.log.partition(TopicPartition.of('t', 0)).endOffset).toBe(0);
    await open.close();
  });

  it('does not commit an offset that it cannot make safe', async () => {
    const open = new OpenLog(await temporaryFolder());
    await open.writeTexts('t', ['a']);
    disk.isFull = true;
    const commit = open.kafka.admin({}).alterGroupOffsets('g', new Map([[TopicPartition.of('t', 0), { offset: 1 }]]));
    await expect(commit).rejects.toThrow(KafkaStorageException);
    disk.isFull = false;
    await open.close();
  });

  it('takes no more records after a failed sync, since nobody knows what the disk holds, and says so', async () => {
    const folder = await temporaryFolder();
    const open = new OpenLog(folder);
    await open.createTopic('t', { 'flush.messages': '1' });
    disk.isBroken = true;
    const unsafe = await open.write('t', [{ value: Buffer.from('a') }]);
    expect(unsafe.errors[0]).toBeInstanceOf(KafkaStorageException);
    disk.isBroken = false;
    const refused = await open.write('t', [{ value: Buffer.from('b') }]);
    expect(refused.errors[0]?.message).toMatch(/^t-0 takes no more records until the next start: Cannot keep .* in order: EIO/);
    expect(open.warnings).toHaveLength(1);
    await open.close();

    const again = new OpenLog(folder);
    await again.writeTexts('t', ['c']);
    expect(again.texts('t').at(-1)).toBe('c');
    await again.close();
  });
});
