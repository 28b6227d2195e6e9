import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { abortOrphans, ByteSpool, compressionCodec, MemoryBudget, PartAssembler, Semaphore, SLAB_BYTES, SlabPool } from '../src/index.ts';
import { ObjectUpload } from '../src/upload/object-upload.ts';
import { noLog, uploadContext } from './upload-context.ts';

const description = { key: 'k', startOffset: 5, endOffset: 9, recordCount: 5 };

function assembler(context: ReturnType<typeof uploadContext>, options: { codec?: 'gzip'; key?: string | null } = {}): PartAssembler {
  const codec = compressionCodec(options.codec ?? 'none');
  return new PartAssembler({
    context,
    codec,
    contentType: 'text/plain',
    key: options.key === undefined ? 'k' : options.key,
    startOffset: 5,
  });
}

function write(target: PartAssembler, text: string, pieces = 7): void {
  for (let start = 0; start < text.length; start += pieces) target.append(Buffer.from(text.slice(start, start + pieces)));
}

describe('ByteSpool', () => {
  it('gives back what was appended, over slabs and spills', async () => {
    const budget = new MemoryBudget(1);
    const spool = new ByteSpool(new SlabPool(budget));
    const bytes = Buffer.from(Array.from({ length: 3 * SLAB_BYTES + 17 }, (_, index) => index % 251));

    spool.append(bytes.subarray(0, 100_000));
    const spilled = spool.spill();
    spool.append(bytes.subarray(100_000, 100_003));
    await spilled;
    await spool.spill();
    expect(budget.used).toBe(0);
    spool.append(bytes.subarray(100_003));
    const taken = await spool.take();

    expect(taken.equals(bytes)).toBe(true);
    expect(spool.length).toBe(0);
    expect(budget.used).toBe(bytes.length);
    spool.release(taken);
    expect(budget.used).toBe(0);
  });

  it('frees everything when it is discarded', async () => {
    const budget = new MemoryBudget(1);
    const spool = new ByteSpool(new SlabPool(budget));
    spool.append(Buffer.alloc(100_000));
    const kept = budget.whenKept();

    await spool.discard();
    await kept;

    expect(budget.used).toBe(0);
  });
});

describe('an object', () => {
  it('of one part is one conditional put with metadata', async () => {
    const context = uploadContext();
    const target = assembler(context);
    write(target, 'short');

    expect(await target.finish(description)).toEqual({ kind: 'stored' });
    expect(context.store.calls).toEqual(['putObject k']);
    expect(context.store.objects.get('k')?.options).toMatchObject({
      contentType: 'text/plain',
      ifNoneMatch: true,
      metadata: { 'start-offset': '5', 'end-offset': '9', 'record-count': '5' },
    });
    expect(context.pool.budget.used).toBe(0);
  });

  it('without bytes is there too', async () => {
    const context = uploadContext();

    await assembler(context).finish(description);

    expect(context.store.texts()).toEqual({ k: '' });
  });

  it('of more parts is uploaded while it grows', async () => {
    const context = uploadContext({ tagsEnd: true });
    const target = assembler(context);
    const text = 'abcdefghijklmnopqrstuvwxyz0123456789';
    write(target, text);
    await expect.poll(() => context.store.calls.filter((call) => call.startsWith('uploadPart')).length).toBe(2);

    await target.finish(description);

    expect(context.store.texts()).toEqual({ k: text });
    expect(context.store.objects.get('k')?.tags).toEqual({ startOffset: '5', endOffset: '9', recordCount: '5' });
    expect(context.store.uploads.size).toBe(0);
    expect(context.pool.budget.used).toBe(0);
  });

  it('that ends at the border of a part gets no empty part', async () => {
    const context = uploadContext();
    const target = assembler(context);
    write(target, '0123456789', 10);

    await target.finish(description);

    expect(context.store.texts()).toEqual({ k: '0123456789' });
  });

  it('whose key is known at its end only is cut into parts then', async () => {
    const context = uploadContext();
    const target = assembler(context, { key: null });
    const text = 'abcdefghijklmnopqrstuvwxyz';
    write(target, text);
    expect(context.store.calls).toEqual([]);

    await target.finish(description);

    expect(context.store.texts()).toEqual({ k: text });
    expect(context.store.calls.filter((call) => call === 'uploadPart k')).toHaveLength(3);
    expect(context.pool.budget.used).toBe(0);
  });

  it('that is compressed has the same bytes on every run, and no time in its header', async () => {
    const bodies: Buffer[] = [];
    for (let run = 0; run < 2; run += 1) {
      const context = uploadContext({ partBytes: 100 });
      const target = assembler(context, { codec: 'gzip' });
      write(target, 'line\n'.repeat(2_000_000), 7000);
      await target.finish(description);
      bodies.push(context.store.objects.get('k')!.body);
    }

    expect(gunzipSync(bodies[0]!).toString()).toBe('line\n'.repeat(2_000_000));
    expect(bodies[0]!.readUInt32LE(4)).toBe(0);
    expect(bodies[1]!.equals(bodies[0]!)).toBe(true);
  });

  it('is complete after spills at any moment', async () => {
    const context = uploadContext({ partBytes: 1000 });
    const target = assembler(context);
    const text = 'x'.repeat(990) + 'y'.repeat(500);
    write(target, text.slice(0, 500));
    await target.spill();
    expect(target.memoryBytes).toBe(0);
    write(target, text.slice(500));

    await target.finish(description);

    expect(context.store.texts()).toEqual({ k: text });
  });

  it('bounds the calls under way over all uploads', async () => {
    const context = uploadContext({ semaphore: new Semaphore(2) });
    const open = context.store.hold();
    const targets = Array.from({ length: 6 }, (_, index) => {
      const target = assembler(context, { key: `k${index}` });
      write(target, 'short');
      return target.finish({ ...description, key: `k${index}` });
    });
    await expect.poll(() => context.store.underWay).toBe(2);

    open();
    await Promise.all(targets);

    expect(context.store.mostUnderWay).toBe(2);
    expect(context.store.objects.size).toBe(6);
  });
});

describe('a failing store', () => {
  const text = 'abcdefghijklmnopqrstuvwxyz';

  it.each(['transient', 'throttled'] as const)('is asked again when it is %s', async (kind) => {
    const context = uploadContext();
    for (const call of ['createMultipart', 'uploadPart', 'complete'] as const) context.store.fail(call, kind, { times: 2 });
    const target = assembler(context);
    write(target, text);

    expect(await target.finish(description)).toEqual({ kind: 'stored' });
    expect(context.store.texts()).toEqual({ k: text });
  });

  it('leaves the object in memory, and the next try writes what is missing', async () => {
    const context = uploadContext();
    const target = assembler(context);
    context.store.fail('uploadPart', 'transient', { times: 100 });
    write(target, text);

    await expect(target.finish(description)).rejects.toThrow('uploadPart on demand');
    context.store.heal();

    expect(await target.finish(description)).toEqual({ kind: 'stored' });
    expect(context.store.texts()).toEqual({ k: text });
    expect(context.pool.budget.used).toBe(0);
  });

  it('is not asked again for what is stored', async () => {
    const context = uploadContext({ conditional: false });
    const target = assembler(context);
    write(target, 'short');
    await target.finish(description);

    expect(await target.finish(description)).toEqual({ kind: 'stored' });
    expect(context.store.texts()).toEqual({ k: 'short' });
    expect(context.store.calls).toEqual(['putObject k']);
  });

  it('is not asked again without rights', async () => {
    const context = uploadContext();
    context.store.fail('putObject', 'auth');
    const target = assembler(context);
    write(target, 'short');

    await expect(target.finish(description)).rejects.toMatchObject({ kind: 'auth' });
    expect(context.store.calls).toHaveLength(1);
  });

  it.each([
    ['putObject', 'short'],
    ['complete', text],
  ] as const)('that loses the answer to %s has the object all the same', async (call, content) => {
    const context = uploadContext();
    context.store.fail(call, 'transient', { after: true });
    const target = assembler(context);
    write(target, content);

    expect(await target.finish(description)).toEqual({ kind: 'stored' });
    expect(context.store.texts()).toEqual({ k: content });
    expect(context.store.uploads.size).toBe(0);
  });

  it('that meets another write makes a put again, and has lost an upload in parts', async () => {
    const context = uploadContext();
    context.store.fail('putObject', 'conflict');
    context.store.fail('complete', 'conflict');
    const short = assembler(context);
    const long = assembler(context, { key: 'l' });
    write(short, 'short');
    write(long, text);

    expect(await short.finish(description)).toEqual({ kind: 'stored' });
    expect(await long.finish({ ...description, key: 'l' })).toEqual({ kind: 'lost' });
    expect(context.store.uploads.size).toBe(0);
  });
});

describe('a key that is taken', () => {
  async function occupy(context: ReturnType<typeof uploadContext>, content: string): Promise<void> {
    const target = assembler(context);
    write(target, content);
    await target.finish({ ...description, endOffset: 7, recordCount: 3 });
  }

  it('by the same bytes counts as written', async () => {
    const context = uploadContext();
    await occupy(context, 'same');
    const target = assembler(context);
    write(target, 'same');

    expect(await target.finish(description)).toEqual({ kind: 'stored' });
  });

  it('by others is told with what is there, and nothing is replaced', async () => {
    const context = uploadContext();
    await occupy(context, 'other');
    for (const content of ['mine', 'longer than a single part']) {
      const target = assembler(context);
      write(target, content);

      expect(await target.finish(description)).toEqual({ kind: 'occupied', endOffset: 7 });
    }
    expect(context.store.texts()).toEqual({ k: 'other' });
    expect(context.store.uploads.size).toBe(0);
    expect(context.pool.budget.used).toBe(0);
  });

  it('is compared by metadata where the store tells no checksum', async () => {
    const context = uploadContext();
    await occupy(context, 'same');
    context.store.capabilities = { ...context.store.capabilities, checksums: false };
    const finish = async (changes: object) => {
      const target = assembler(context);
      write(target, 'same');
      return target.finish({ ...description, ...changes });
    };

    expect(await finish({ endOffset: 7, recordCount: 3 })).toEqual({ kind: 'stored' });
    expect(await finish({})).toEqual({ kind: 'occupied', endOffset: 7 });
  });

  it('is written over where that is wanted', async () => {
    const context = uploadContext({ conditional: false });
    await occupy(context, 'other');
    const target = assembler(context);
    write(target, 'mine');

    expect(await target.finish(description)).toEqual({ kind: 'stored' });
    expect(context.store.texts()).toEqual({ k: 'mine' });
  });
});

describe('uploads that are given up', () => {
  it('leave nothing in the store nor in memory', async () => {
    const context = uploadContext();
    const target = assembler(context);
    write(target, 'abcdefghijklmnopqrstuvwxyz');
    await target.abort();

    expect(context.store.uploads.size).toBe(0);
    expect(context.pool.budget.used).toBe(0);
  });

  it.each(['short', 'abcdefghijklmnopqrstuvwxyz'])('make no object of %s, whenever somebody still finishes them', async (text) => {
    const context = uploadContext({ conditional: false });
    const target = assembler(context);
    write(target, text);
    const aborted = target.abort();

    await expect(target.finish(description)).rejects.toMatchObject({ kind: 'gone' });
    await aborted;
    await expect(target.finish(description)).rejects.toMatchObject({ kind: 'gone' });
    expect(context.store.texts()).toEqual({});
  });

  it('make no object either when only their parts were handed over', async () => {
    const context = uploadContext({ conditional: false });
    const upload = new ObjectUpload(context, { contentType: 'text/plain' });
    upload.add(Buffer.from('short'));
    await upload.abort();

    await expect(upload.finish(description)).rejects.toMatchObject({ kind: 'gone' });
    expect(context.store.calls).toEqual([]);
  });

  it('and were left behind by others are aborted once they are old, under the own prefix', async () => {
    const { store } = uploadContext();
    const options = { metadata: {}, contentType: 'text/plain' };
    await store.createMultipart('mine/old', options);
    await store.createMultipart('theirs/old', options);
    store.now = 100;
    await store.createMultipart('mine/new', options);

    expect(await abortOrphans(store, noLog, { prefix: 'mine/', begunBefore: 50 })).toBe(1);
    expect([...store.uploads.values()].map(({ upload }) => upload.key)).toEqual(['theirs/old', 'mine/new']);
  });
});
