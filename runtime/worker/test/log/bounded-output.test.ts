import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { BoundedOutput, type OutputLimits } from '../../src/log/bounded-output.ts';
import { openWorkerLog } from '../../src/log/worker-log.ts';
import { eventually } from '../support/eventually.ts';

/** A reader that takes a chunk only when told to. */
class SlowStream extends Writable {
  text = '';
  #release: (() => void) | null = null;
  isStuck = true;

  constructor() {
    super({ highWaterMark: 1 });
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    if (this.isStuck) this.#release = done;
    else done();
  }

  flow(): void {
    this.isStuck = false;
    this.#release?.();
    this.#release = null;
  }
}

const info = { level: 30, source: 'noisy' };
const error = { level: 50, source: 'noisy' };
const limits: OutputLimits = { perSource: 100, total: 300, errors: 1000 };

function offer(output: BoundedOutput, text: string, origin: { level: number; source: string }): boolean {
  if (!output.admits(origin)) return false;
  output.write(text, origin);
  return true;
}

describe('the output of the log', () => {
  it('drops and counts what one connector logs without end while the reader is slow, and takes the lines of others', async () => {
    const stream = new SlowStream();
    const output = new BoundedOutput(stream, limits);
    const drops: [string, number][] = [];
    output.onDropped = (source, count) => void drops.push([source, count]);

    const taken = Array.from({ length: 1000 }, () => offer(output, '0123456789', info)).filter(Boolean).length;
    const others = [offer(output, 'worker line\n', { level: 30, source: '' }), offer(output, 'other line\n', { level: 30, source: 'b' })];
    stream.flow();
    await output.flush(5000);

    expect(taken).toBe(10);
    expect(others).toEqual([true, true]);
    expect(drops).toEqual([['noisy', 990]]);
    expect(stream.text).toBe(`${'0123456789'.repeat(10)}worker line\nother line\n`);
  });

  it('takes errors beyond the limits of other lines', async () => {
    const stream = new SlowStream();
    const output = new BoundedOutput(stream, limits);
    for (let count = 0; count < 1000; count += 1) offer(output, '0123456789', info);

    const taken = Array.from({ length: 50 }, () => offer(output, 'E'.repeat(10), error));
    stream.flow();
    await output.flush(5000);

    expect(taken.every(Boolean)).toBe(true);
    expect(stream.text).toContain('E'.repeat(500));
  });

  it('has an end even for errors, so that memory has one', () => {
    const output = new BoundedOutput(new SlowStream(), limits);

    const taken = Array.from({ length: 1000 }, () => offer(output, 'E'.repeat(10), error)).filter(Boolean).length;

    expect(taken).toBe(100);
  });

  it('gives a waiting flush up after its time', async () => {
    const output = new BoundedOutput(new SlowStream(), limits);
    offer(output, 'never read', info);

    const startedAt = performance.now();
    await output.flush(20);

    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  it('outlives a reader that is gone', async () => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    const output = new BoundedOutput(stream, limits);

    offer(output, 'lost', info);

    await eventually(() => expect(output.admits(info)).toBe(false));
    await output.flush(1000);
  });
});

describe('a log on a slow stream', () => {
  it('says itself how many lines were dropped, with the connector that lost them', async () => {
    const stream = new SlowStream();
    const { log, close } = openWorkerLog(stream, { format: 'text' });
    const noisy = log.child({ connector: 'noisy', task: 0 });

    const line = 'x'.repeat(1000);
    for (let count = 0; count < 3000; count += 1) noisy.info(line);
    stream.flow();
    await eventually(() => expect(stream.text).toContain('log lines were dropped'));
    await close();

    const written = stream.text.split('\n').filter((text) => text.includes(line)).length;
    const said = /WARN \[noisy\|worker\] (\d+) log lines were dropped/.exec(stream.text)?.[1];
    expect(written + Number(said)).toBe(3000);
    expect(written).toBeGreaterThan(500);
  });
});
