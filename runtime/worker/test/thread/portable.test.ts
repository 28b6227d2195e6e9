import { canonicalText, TypedNumber } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { fromPortable, toPortable } from '../../src/task/thread/portable.ts';

const values: Readonly<Record<string, unknown>> = {
  'plain values': { text: 'a', number: 1.5, none: null, yes: true, big: 2n ** 60n },
  'typed numbers': { byte: new TypedNumber('int8', 1), zero: new TypedNumber('float64', -0) },
  bytes: { raw: Buffer.from([1, 2, 3]) },
  'lists and maps': { list: [1, [new TypedNumber('int16', 2)], { a: [] }], map: new Map<unknown, unknown>([[1, Buffer.from('x')]]) },
  'a list that looks like a mark': { list: ['typed', 'int8', 1], other: ['array', 'a'] },
  nothing: null,
};

describe('offsets that cross to another thread', () => {
  for (const [name, value] of Object.entries(values)) {
    it(`keep ${name}`, () => {
      const received = fromPortable(structuredClone(toPortable(value)));
      expect(received).toEqual(value);
      expect(canonicalText(received)).toBe(canonicalText(value));
    });
  }

  it('have bytes as buffers', () => {
    const { raw } = fromPortable(structuredClone(toPortable({ raw: Buffer.from('b') }))) as { raw: unknown };
    expect(raw).toBeInstanceOf(Buffer);
  });
});
