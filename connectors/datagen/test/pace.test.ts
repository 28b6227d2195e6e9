import { describe, expect, it } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { Pace } from '../src/pace.ts';
import { ManualClock } from './harness.ts';

const never = new AbortController().signal;

/** Releases for so long; returns how many records that were. */
async function releasedIn(pace: Pace, clock: ManualClock, ms: number): Promise<number> {
  const end = clock.nowMs + ms;
  let released = 0;
  while (clock.nowMs < end) released += await pace.release(1000, never);
  return released;
}

describe('Pace', () => {
  it.each([0.5, 3, 7, 100, 999.9, 20_000])(
    'keeps a rate of %d records a second over an hour, although every sleep takes too long',
    async (rate) => {
      const clock = new ManualClock();
      clock.oversleepMs = 3.7;
      const pace = new Pace(rate, clock);

      const released = await releasedIn(pace, clock, 3_600_000);

      expect(Math.abs(released - rate * 3600)).toBeLessThanOrEqual(1 + rate * 0.05);
    },
  );

  it('releases the first record at once, and a low rate one by one', async () => {
    const clock = new ManualClock();
    const pace = new Pace(2, clock);

    expect([await pace.release(1000, never), await pace.release(1000, never), await pace.release(1000, never)]).toEqual([1, 1, 1]);
    expect(clock.sleeps).toEqual([500, 500]);
  });

  it('needs no timer for each record of a high rate', async () => {
    const clock = new ManualClock();
    const pace = new Pace(50_000, clock);

    await releasedIn(pace, clock, 1000);

    expect(clock.sleeps.length).toBeLessThanOrEqual(100);
  });

  it('catches up after a short delay but sends no burst after a long break', async () => {
    const clock = new ManualClock();
    const pace = new Pace(100, clock);
    await pace.release(1000, never);

    clock.nowMs += 500;
    expect(await pace.release(1000, never)).toBe(50);
    clock.nowMs += 3_600_000;
    expect(await pace.release(1000, never)).toBeLessThanOrEqual(101);
    expect(await pace.release(1000, never)).toBe(1);
  });

  it('hands over no more than asked for, and the rest at once afterwards', async () => {
    const clock = new ManualClock();
    const pace = new Pace(100, clock);
    clock.nowMs += 100;

    expect(await pace.release(4, never)).toBe(4);
    expect(await pace.release(1000, never)).toBe(7);
    expect(clock.sleeps).toEqual([]);
  });

  it('ends a wait when the signal fires', async () => {
    const pace = new Pace(0.001, systemClock);
    await pace.release(1, never);
    const stop = new AbortController();

    const pending = pace.release(1, stop.signal);
    stop.abort();

    expect(await pending).toBe(0);
  });

  it('does not wait at all without a rate', async () => {
    expect(await new Pace(0, systemClock).release(7, never)).toBe(7);
    expect(await new Pace(0, systemClock).release(7, AbortSignal.abort())).toBe(0);
  });
});
