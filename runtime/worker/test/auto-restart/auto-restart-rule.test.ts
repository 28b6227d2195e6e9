import { describe, expect, it } from 'vitest';
import { autoRestartStep, nextRestartMs } from '../../src/herder/auto-restart/auto-restart-rule.ts';

const minuteMs = 60_000;

describe('the rule of automatic restarts', () => {
  it.each([
    [1, 2],
    [2, 6],
    [3, 12],
    [4, 20],
    [5, 30],
    [6, 42],
    [7, 56],
    [8, 60],
    [100, 60],
  ])('after restart %i waits %i minutes', (count, minutes) => {
    expect(nextRestartMs({ count, lastRestartMs: 1000 })).toBe(1000 + minutes * minuteMs);
  });

  it('restarts a first failure at once, and later ones when they have waited', () => {
    expect(autoRestartStep(true, null, 0, null)).toBe('restart');
    const record = { count: 2, lastRestartMs: 0 };
    expect(autoRestartStep(true, record, 6 * minuteMs - 1, null)).toBe('nothing');
    expect(autoRestartStep(true, record, 6 * minuteMs, null)).toBe('restart');
  });

  it('forgets the past of a connector that has run for as long as it would have waited', () => {
    const record = { count: 2, lastRestartMs: 0 };
    expect(autoRestartStep(false, record, 6 * minuteMs - 1, null)).toBe('nothing');
    expect(autoRestartStep(false, record, 6 * minuteMs, null)).toBe('forget');
    expect(autoRestartStep(false, null, 6 * minuteMs, null)).toBe('nothing');
  });

  it('gives up after the most restarts in a row', () => {
    expect(autoRestartStep(true, { count: 2, lastRestartMs: 0 }, 60 * minuteMs, 3)).toBe('restart');
    expect(autoRestartStep(true, { count: 3, lastRestartMs: 0 }, 60 * minuteMs, 3)).toBe('nothing');
    expect(autoRestartStep(true, null, 0, 0)).toBe('nothing');
  });
});
