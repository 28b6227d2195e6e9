import { copyFile, cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConnectException, TopicPartition } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { OpenLog, segmentFiles, temporaryFolder } from './log-folder.ts';

const partition = TopicPartition.of('t', 0);

/** A folder whose log was killed after three batches, and where the last one begins in its file. */
async function killedFolder(): Promise<{ folder: string; file: string; bytes: Buffer; lastBatch: number }> {
  const folder = await temporaryFolder();
  const open = new OpenLog(folder);
  await open.writeTexts('t', ['a', 'b']);
  await open.writeTexts('t', ['c']);
  const [file] = await segmentFiles(folder);
  const lastBatch = (await readFile(file as string)).length;
  await open.writeTexts('t', ['d', 'e']);
  const copy = `${folder}/killed`;
  await mkdir(copy);
  for (const name of ['log.json', 'topics', 'groups']) await cp(join(folder, name), join(copy, name), { recursive: true });
  await open.close();
  const [copied] = await segmentFiles(copy);
  return { folder: copy, file: copied as string, bytes: await readFile(copied as string), lastBatch };
}

async function thrownBy(action: () => unknown): Promise<unknown> {
  return Promise.resolve()
    .then(action)
    .then(
      () => null,
      (error: unknown) => error,
    );
}

describe('recovery of a log in a folder', () => {
  it('has everything before the last batch, wherever in that the write was cut off, and says so', async () => {
    const { folder, file, bytes, lastBatch } = await killedFolder();
    for (let length = lastBatch; length <= bytes.length; length += 1) {
      await writeFile(file, bytes.subarray(0, length));
      await rm(file.replace(/log$/, 'index'), { force: true });

      const open = new OpenLog(folder);
      const texts = open.texts('t');
      await open.writeTexts('t', ['new']);
      const after = open.texts('t');
      await open.close();

      const expected = length === bytes.length ? ['a', 'b', 'c', 'd', 'e'] : ['a', 'b', 'c'];
      expect(texts).toEqual(expected);
      expect(after).toEqual([...expected, 'new']);
      const isTorn = length > lastBatch && length < bytes.length;
      expect(open.warnings).toEqual(isTorn ? [expect.stringContaining('a batch that was not written to its end, are cut off')] : []);
    }
  });

  it('has everything before a batch with a flipped bit, whichever bit it is, and never a wrong record', async () => {
    const { folder, file, bytes, lastBatch } = await killedFolder();
    for (let bit = lastBatch * 8; bit < bytes.length * 8; bit += 7) {
      const damaged = Buffer.from(bytes);
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
      await writeFile(file, damaged);
      await rm(file.replace(/log$/, 'index'), { force: true });

      const open = new OpenLog(folder);

      expect(open.texts('t')).toEqual(['a', 'b', 'c']);
      expect(open.warnings).toHaveLength(1);
      await open.close();
    }
  });

  it('keeps aside what lies behind a damaged batch in the middle, because somebody was promised it', async () => {
    const { folder, file, bytes } = await killedFolder();
    const damaged = Buffer.from(bytes);
    damaged[50] = (damaged[50] as number) ^ 1;
    await writeFile(file, damaged);

    const open = new OpenLog(folder);

    expect(open.texts('t')).toEqual([]);
    expect(open.warnings[0]).toMatch(/are damaged; they are kept as .*\.damaged-0 and cut off/);
    const aside = (await readdir(dirname(file))).find((name) => name.includes('.damaged-')) as string;
    expect(await readFile(join(dirname(file), aside))).toEqual(damaged);
    await open.close();
  });

  it('believes no index that says more than the file holds', async () => {
    const { folder, file, bytes, lastBatch } = await killedFolder();
    await (async () => new OpenLog(folder).close())();
    expect(await readdir(dirname(file))).toContain('00000000000000000000.index');
    await truncate(file, lastBatch);

    const open = new OpenLog(folder);

    expect(open.texts('t')).toEqual(['a', 'b', 'c']);
    expect(bytes.length).toBeGreaterThan(lastBatch);
    await open.close();
  });

  it('sets a committed offset back to the end of a log that lost its end, and says so', async () => {
    const { folder, file, lastBatch } = await killedFolder();
    const first = new OpenLog(folder);
    await first.kafka.admin({}).alterGroupOffsets('g', new Map([[partition, { offset: 5 }]]));
    await first.close();
    await truncate(file, lastBatch);

    const open = new OpenLog(folder);

    expect((await open.kafka.admin({}).groupOffsets('g')).get(partition)?.offset).toBe(3);
    expect(open.warnings).toEqual([expect.stringContaining('Group g had committed offset 5 of t-0, which now ends at 3')]);
    await open.close();
  });

  it('does away with topics that were half created or half deleted', async () => {
    const { folder } = await killedFolder();
    await mkdir(join(folder, 'topics/u.2.new/0'), { recursive: true });
    await mkdir(join(folder, 'topics/v.3.deleted'), { recursive: true });

    const open = new OpenLog(folder);

    expect(await open.kafka.admin({}).listTopics()).toEqual(['t']);
    expect(await readdir(join(folder, 'topics'))).toEqual(['t.1']);
    await open.close();
  });

  it.each(['log.json', 'topics/t.1/topic.json'])('refuses a folder whose %s is damaged, and says what to do', async (name) => {
    const { folder } = await killedFolder();
    const text = await readFile(join(folder, name), 'utf8');
    await copyFile(join(folder, name), join(folder, 'copy'));
    await writeFile(join(folder, name), text.replace(/.\}\n$/, 'x}\n'));

    const thrown = await thrownBy(() => new OpenLog(folder));

    expect(thrown).toBeInstanceOf(ConnectException);
    expect((thrown as ConnectException).message).toContain(`${name} is damaged: its checksum does not match`);
    expect((thrown as ConnectException).suggestion).toContain('Restore the file from a copy');
    await copyFile(join(folder, 'copy'), join(folder, name));
    const open = new OpenLog(folder);
    expect(open.texts('t')).toEqual(['a', 'b', 'c', 'd', 'e']);
    await open.close();
  });
});
