import { describe, expect, it } from 'vitest';
import { Semaphore } from '../src/index.ts';
import { HeldRecords } from '../src/task/held-records.ts';
import type { OpenFile } from '../src/task/open-file.ts';
import { UploadQueue } from '../src/task/upload-queue.ts';

/** A file that is stored as soon as it is asked for. */
function file(endOffset: number): OpenFile {
  const stored = { startOffset: endOffset, endOffset, finish: () => Promise.resolve({ kind: 'stored' }) };
  return stored as unknown as OpenFile;
}

function generation(endOffset: number) {
  return { files: [{ directory: 'd', file: file(endOffset) }], nextOffset: endOffset + 1 };
}

describe('UploadQueue', () => {
  it.each(Array.from({ length: 30 }, (_, turns) => turns))('writes what is added %i turns after the last file', async (turns) => {
    const queue = new UploadQueue(new Semaphore(1), new HeldRecords(), { isDeterministic: true, hasFixedDirectories: true });
    queue.add(generation(1));
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();

    queue.add(generation(2));

    await expect.poll(() => queue.storedOffset).toBe(3);
    expect(queue.isEmpty).toBe(true);
  });
});
