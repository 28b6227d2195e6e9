import { describe, expect, it } from 'vitest';
import { topicPattern } from '../../src/config/topic-pattern.ts';

describe('pattern of topics', () => {
  it.each([
    ['orders.*', 'orders-eu', true],
    ['orders', 'orders-eu', false],
    ['a|b', 'ab', false],
    ['(?i)ORDERS', 'orders', true],
    [String.raw`\Qa.b\E.*`, 'a.b-c', true],
    [String.raw`\Qa.b\E.*`, 'axb-c', false],
    [String.raw`\Aorders\z`, 'orders', true],
    [String.raw`a\_b`, 'a_b', true],
  ])('%s against %s: %s', (regex, topic, expected) => {
    expect(topicPattern(regex).test(topic)).toBe(expected);
  });

  it.each(['[', '(', 'a)|(b'])('refuses %s', (regex) => {
    expect(() => topicPattern(regex)).toThrow(SyntaxError);
  });
});
