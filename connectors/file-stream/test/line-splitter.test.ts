import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../src/line-splitter.ts';

interface Line {
  readonly text: string;
  readonly position: number;
}

function drain(splitter: LineSplitter, into: Line[]): void {
  for (let text = splitter.next(); text !== null; text = splitter.next()) into.push({ text, position: splitter.position });
}

function split(chunks: readonly Buffer[], end = false): Line[] {
  const splitter = new LineSplitter('test');
  const lines: Line[] = [];
  for (const chunk of chunks) {
    splitter.push(chunk);
    drain(splitter, lines);
  }
  if (end) splitter.end();
  drain(splitter, lines);
  return lines;
}

/** What the lines of a text are, told in another way than the splitter does. */
function expected(bytes: Buffer): Line[] {
  const lines: Line[] = [];
  let position = 0;
  for (const [match] of bytes.toString('latin1').matchAll(/[^\r\n]*(?:\r\n|\n|\r(?!$))/gs)) {
    position += match.length;
    lines.push({ text: Buffer.from(match.replace(/[\r\n]+$/, ''), 'latin1').toString('utf8'), position });
  }
  return lines;
}

describe('LineSplitter', () => {
  it('ends lines at a line feed, at both together and at a lone carriage return, and counts bytes', () => {
    const bytes = Buffer.from('a\r\nb\rc\n\né😀\nz\r');

    expect(split([bytes])).toEqual([
      { text: 'a', position: 3 },
      { text: 'b', position: 5 },
      { text: 'c', position: 7 },
      { text: '', position: 8 },
      { text: 'é😀', position: 15 },
    ]);
  });

  it('waits behind a carriage return for the byte that follows', () => {
    expect(split([Buffer.from('z\r')])).toEqual([]);
    expect(split([Buffer.from('z\r'), Buffer.from('\n')])).toEqual([{ text: 'z', position: 3 }]);
    expect(split([Buffer.from('z\r'), Buffer.from('y\n')])).toEqual([
      { text: 'z', position: 2 },
      { text: 'y', position: 4 },
    ]);
  });

  it('holds a last line back until its end comes, or until the stream has ended', () => {
    expect(split([Buffer.from('a\nb')])).toEqual([{ text: 'a', position: 2 }]);
    expect(split([Buffer.from('a\nb')], true)).toEqual([
      { text: 'a', position: 2 },
      { text: 'b', position: 3 },
    ]);
    expect(split([Buffer.from('b\r')], true)).toEqual([{ text: 'b', position: 2 }]);
    expect(split([Buffer.from('b\n')], true)).toEqual([{ text: 'b', position: 2 }]);
  });

  it('gives the same lines however the bytes are cut into chunks', () => {
    const text = fc
      .array(fc.constantFrom('a', 'bc', '\n', '\r', '\r\n', 'é', '😀', '\u2028', ' '), { maxLength: 60 })
      .map((parts) => parts.join(''));
    const cuts = fc.array(fc.nat({ max: 100 }), { maxLength: 10 });

    fc.assert(
      fc.property(text, cuts, (content, at) => {
        const bytes = Buffer.from(content);
        const edges = [0, ...at.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
        expect(split(chunks)).toEqual(expected(bytes));
      }),
    );
  });

  it('reads a line of many chunks, and lines that straddle the buffer', () => {
    const long = 'ä'.repeat(1_000_000);
    const shorts = Array.from({ length: 20_000 }, (_, index) => `line ${index} ${'x'.repeat(index % 97)}`);
    const all = [...shorts, long, ...shorts];

    const lines = split([Buffer.from(`${all.join('\n')}\n`)]);

    expect(lines.map(({ text }) => text)).toEqual(all);
  });

  it('reads a text that has carriage returns only in a time that grows with its length', () => {
    const count = 200_000;

    expect(split([Buffer.from('x\r'.repeat(count)), Buffer.from('y')])).toHaveLength(count);
  });

  it('replaces bytes that are not UTF-8 and goes on', () => {
    expect(split([Buffer.from([0x61, 0xff, 0x62, 0x0a, 0x63, 0x0a])])).toEqual([
      { text: 'a\ufffdb', position: 4 },
      { text: 'c', position: 6 },
    ]);
  });

  it('starts anew at another position', () => {
    const splitter = new LineSplitter('test');
    splitter.push(Buffer.from('old\nfragment'));
    splitter.next();
    splitter.reset(100);

    splitter.push(Buffer.from('new\n'));

    expect(splitter.next()).toBe('new');
    expect(splitter.position).toBe(104);
    expect(splitter.heldBytes).toBe(0);
  });
});
