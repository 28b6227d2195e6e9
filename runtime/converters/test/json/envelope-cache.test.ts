import { describe, expect, test } from 'vitest';
import { EnvelopeCache } from '../../src/json/envelope-cache.ts';

const meaning = { schema: null, read: (): unknown => null };

function prefixOf(name: string): string {
  return `{"schema":{"type":"${name}"},"payload":`;
}

function message(name: string): Buffer {
  return Buffer.from(`${prefixOf(name)}1}`);
}

function add(cache: EnvelopeCache, name: string): void {
  cache.add(message(name), prefixOf(name).length, meaning);
}

describe('EnvelopeCache', () => {
  test('finds a beginning by its bytes, also among others of the same length', () => {
    const cache = new EnvelopeCache(10);
    for (const name of ['int8', 'bool', 'float']) add(cache, name);
    for (const name of ['bool', 'int8', 'float', 'bool']) expect(cache.find(message(name))?.bytes.toString()).toBe(prefixOf(name));
    expect(cache.find(message('text'))).toBeNull();
    expect(cache.find(Buffer.from(prefixOf('int8')))).toBeNull();
  });

  test('forgets what was not used for the longest time', () => {
    const cache = new EnvelopeCache(2);
    add(cache, 'a');
    add(cache, 'b');
    cache.find(message('a'));
    add(cache, 'c');
    expect(cache.size).toBe(2);
    expect(cache.find(message('b'))).toBeNull();
    expect(cache.find(message('a'))).not.toBeNull();
  });

  test('remembers nothing when it may not', () => {
    const cache = new EnvelopeCache(0);
    add(cache, 'a');
    expect(cache.size).toBe(0);
  });

  test('keeps no view of the message', () => {
    const cache = new EnvelopeCache(1);
    const bytes = message('a');
    cache.add(bytes, prefixOf('a').length, meaning);
    bytes.fill(0);
    expect(cache.find(message('a'))).not.toBeNull();
  });
});
