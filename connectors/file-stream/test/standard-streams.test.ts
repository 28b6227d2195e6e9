import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../src/line-splitter.ts';
import { StandardInput } from '../src/standard-input.ts';
import { StandardOutput } from '../src/standard-output.ts';

const never = new AbortController().signal;

async function lineOf(input: StandardInput, lines: LineSplitter): Promise<string> {
  for (;;) {
    while (await input.read(lines));
    const line = lines.next();
    if (line !== null) return line;
    await input.wait(lines, never);
  }
}

describe('StandardInput', () => {
  it('hands out lines as they come, and the last one when the stream ends without a line end', async () => {
    const stream = new PassThrough();
    const input = new StandardInput(stream);
    const lines = new LineSplitter('test');

    stream.write('a\nb');
    expect(await lineOf(input, lines)).toBe('a');
    stream.end('c');

    expect(await lineOf(input, lines)).toBe('bc');
  });

  it('ends a wait when the signal fires, and leaves no listener behind', async () => {
    const stream = new PassThrough();
    const input = new StandardInput(stream);
    const stop = new AbortController();

    const pending = input.wait(new LineSplitter('test'), stop.signal);
    stop.abort();
    await pending;
    await input.close();

    expect(stream.listenerCount('readable') + stream.listenerCount('error')).toBe(0);
  });

  it('reports an error of the stream instead of ending the worker', async () => {
    const stream = new PassThrough();
    const input = new StandardInput(stream);
    const lines = new LineSplitter('test');

    stream.destroy(new Error('gone'));
    await input.wait(lines, never);

    await expect(input.read(lines)).rejects.toThrow("Couldn't read the standard input: gone");
  });
});

describe('StandardOutput', () => {
  it('resolves when the stream has taken the text', async () => {
    const chunks: string[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        chunks.push(String(chunk));
        done();
      },
    });
    const output = new StandardOutput(stream);

    await output.write('a\nb\n');
    await output.sync();
    await output.close();

    expect(chunks).toEqual(['a\nb\n']);
  });

  it('rejects with a remedy when the reader is gone', async () => {
    const broken = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const output = new StandardOutput(new Writable({ write: (_chunk, _encoding, done) => done(broken) }));

    await expect(output.write('a\n')).rejects.toMatchObject({
      message: "Couldn't write to the standard output: write EPIPE",
      suggestion: expect.stringContaining('has ended') as unknown,
    });
  });
});
