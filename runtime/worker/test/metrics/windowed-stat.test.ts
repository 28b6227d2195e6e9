import { describe, expect, it } from 'vitest';
import { StateRatio } from '../../src/metrics/state-ratio.ts';
import { WindowedStat } from '../../src/metrics/windowed-stat.ts';

describe('a statistic over a window of 2 samples of 30 seconds', () => {
  it('has no average and no maximum, and the rate 0, before anything is measured', () => {
    const stat = new WindowedStat();

    expect([stat.average(0), stat.max(0)]).toEqual([Number.NaN, Number.NaN]);
    expect(stat.rate(0)).toBe(0);
  });

  it('gives a young rate as if it were 30 seconds old, as Kafka does', () => {
    const stat = new WindowedStat();

    stat.record(1000, 600, 1, 600);

    expect(stat.rate(1000)).toBe(20);
    expect(stat.rate(16_000)).toBe(600 / 45);
    expect(stat.rate(31_000)).toBe(20);
  });

  it('has the rate of an even stream, whenever one looks', () => {
    const stat = new WindowedStat();
    const rates: number[] = [];

    for (let now = 0; now <= 600_000; now += 250) {
      stat.record(now, 25, 1, 25);
      if (now > 60_000 && now % 7000 === 0) rates.push(stat.rate(now));
    }

    expect(Math.min(...rates)).toBeGreaterThan(99.9);
    expect(Math.max(...rates)).toBeLessThan(101);
  });

  it('averages over measurements and not over calls', () => {
    const stat = new WindowedStat();

    stat.record(0, 100, 4, 70);
    stat.record(250, 20, 1, 20);
    stat.record(500, 0, 0, 0);

    expect(stat.average(500)).toBe(24);
    expect(stat.max(500)).toBe(70);
  });

  it('forgets what is two samples old', () => {
    const stat = new WindowedStat();

    stat.record(0, 100, 1, 100);
    stat.record(30_000, 10, 1, 10);

    expect(stat.max(59_999)).toBe(100);
    expect(stat.max(60_000)).toBe(10);
    expect(stat.average(60_000)).toBe(10);
    expect(stat.max(90_000)).toBeNaN();
    expect(stat.rate(90_000)).toBe(0);
  });

  it('begins again after a long silence', () => {
    const stat = new WindowedStat({ sampleMs: 1000, samples: 3 });
    stat.record(0, 5, 1, 5);
    stat.record(3_600_000, 9, 3, 4);

    expect(stat.average(3_600_000)).toBe(3);
    expect(stat.rate(3_600_000)).toBe(4.5);
  });
});

describe('the share of a life that was spent in a state', () => {
  it('counts the state of now up to now', () => {
    const ratio = new StateRatio('UNASSIGNED', 1000);
    ratio.change('RUNNING', 2000);
    ratio.change('PAUSED', 5000);

    expect(ratio.of('RUNNING', 11_000)).toBe(0.3);
    expect(ratio.of('PAUSED', 11_000)).toBe(0.6);
    expect(ratio.of('FAILED', 11_000)).toBe(0);
  });

  it('is all of it at the very start', () => {
    expect(new StateRatio('RUNNING', 5).of('RUNNING', 5)).toBe(1);
    expect(new StateRatio('RUNNING', 5).of('PAUSED', 5)).toBe(0);
  });
});
