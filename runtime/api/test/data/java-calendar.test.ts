import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOfDays, daysOfDate } from '../../src/data/java-calendar.ts';

describe('the calendar of Java', () => {
  it.each([
    [2019, 8, 23, 18_131],
    [1970, 1, 1, 0],
    [1582, 10, 15, -141_427],
    [1582, 10, 4, -141_428],
    [1500, 2, 29, -171_596],
    [1000, 1, 1, -354_280],
    [1, 1, 1, -719_164],
    [0, 1, 1, -719_530],
  ])('counts %i-%i-%i as day %i, and back', (year, month, day, days) => {
    expect(daysOfDate(year, month, day)).toBe(days);
    expect(dateOfDays(days)).toEqual({ year, month, day });
  });

  it.each([
    [2019, 13, 23, { year: 2020, month: 1, day: 23 }],
    [2019, 2, 30, { year: 2019, month: 3, day: 2 }],
    [2019, 0, 0, { year: 2018, month: 11, day: 30 }],
    [2019, -5, 1, { year: 2018, month: 7, day: 1 }],
    [2019, 8, 233, { year: 2020, month: 3, day: 20 }],
    [1582, 10, 10, { year: 1582, month: 10, day: 20 }],
  ])('rolls %i-%i-%i over', (year, month, day, expected) => {
    expect(dateOfDays(daysOfDate(year, month, day))).toEqual(expected);
  });

  it('stays Julian for a year before 1582 whose months run past it', () => {
    expect(daysOfDate(1576, 94, 51) * 86_400_000).toBe(-12_183_782_400_000);
  });

  it('agrees with the calendar of JavaScript since 1582', () => {
    fc.assert(
      fc.property(fc.integer({ min: -141_427, max: 100_000_000 }), (days) => {
        const date = new Date(days * 86_400_000);

        expect(dateOfDays(days)).toEqual({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() });
      }),
    );
  });

  it('finds the day of every date that it names', () => {
    fc.assert(
      fc.property(fc.integer({ min: -200_000_000, max: 200_000_000 }), (days) => {
        const { year, month, day } = dateOfDays(days);

        expect(daysOfDate(year, month, day)).toBe(days);
      }),
    );
  });
});
