import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogRecord, RecordContents } from '../src/embedded/log-record.ts';
import { PackedSegments } from '../src/embedded/packed-segments.ts';

const home = { topic: 't', partition: 0, timestampType: 'CreateTime' } as const;

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const contents = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.array(fc.record({ key: fc.string({ unit: 'grapheme', maxLength: 20 }), value: fc.option(bytes) }), { maxLength: 3 }),
});
/** Records with the distance of each to the one before, and their timestamps. */
const records = fc.array(fc.record({ contents, gap: fc.integer({ min: 1, max: 3 }), timestamp: fc.nat({ max: 2 ** 50 }) }), {
  minLength: 1,
  maxLength: 60,
});

/** Everything from the offset on. */
function readAll(segments: PackedSegments, offset: number, max: number): LogRecord[] {
  const all: LogRecord[] = [];
  for (let at = offset; ; ) {
    const run = segments.read(at, max);
    const last = run.at(-1);
    if (last === undefined) return all;
    all.push(...run);
    at = last.offset + 1;
  }
}

function parts({ offset, timestamp, key, value, headers }: LogRecord) {
  return { offset, timestamp, key, value, headers };
}

function text(value: string): RecordContents {
  return { key: null, value: Buffer.from(value), headers: [] };
}

describe('packed segments', () => {
  it('give back what was added, from every offset, in runs of every length, whatever the size of a page', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 70 }), fc.nat(), (added, maxBytes, max, from) => {
        const segments = new PackedSegments(home, maxBytes);
        let offset = -1;
        const expected = added.map((record) => {
          offset += record.gap;
          segments.add(offset, record.timestamp, record.contents);
          return { offset, timestamp: record.timestamp, ...record.contents };
        });
        const first = from % (offset + 2);
        expect(readAll(segments, first, max).map(parts)).toEqual(expected.filter((record) => record.offset >= first));
        expect(segments.recordCount).toBe(added.length);
        expect(segments.bytes).toBe(segments.list.reduce((sum, segment) => sum + segment.bytes, 0));
      }),
    );
  });

  it('leave what was read as it was when the page of a dropped segment is used again', () => {
    const segments = new PackedSegments(home, 4096);
    let offset = 0;
    while (segments.list.length < 2) segments.add(offset, offset++, text('old old old old'));
    const [page] = segments.list.map((segment) => segment.page);
    const read = segments.read(0, 1000);
    segments.dropOldest();
    while (segments.list.at(-1)?.page !== page) segments.add(offset, offset++, text('new new new new'));
    expect(new Set(read.map(({ value }) => value?.toString()))).toEqual(new Set(['old old old old']));
    expect(segments.read(offset - 1, 1).map(({ value }) => value?.toString())).toEqual(['new new new new']);
  });

  it('know the newest timestamp of a segment, wherever it lies', () => {
    const segments = new PackedSegments(home, 4096);
    for (const [offset, timestamp] of [5, 9, 2].entries()) segments.add(offset, timestamp, text('v'));
    expect(segments.list.map(({ maxTimestamp }) => maxTimestamp)).toEqual([9]);
  });
});
