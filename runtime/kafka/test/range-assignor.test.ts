import { describe, expect, it } from 'vitest';
import { assignRanges } from '../src/consumer/range-assignor.ts';

function assign(subscriptions: Record<string, string[]>, partitions: Record<string, number>): Record<string, string[]> {
  const assignment = assignRanges(new Map(Object.entries(subscriptions)), (topic) => partitions[topic] ?? 0);
  return Object.fromEntries([...assignment].map(([member, assigned]) => [member, assigned.map(String)]));
}

describe('assignRanges', () => {
  it('gives the first members one partition more where the number does not divide', () => {
    expect(assign({ b: ['t'], a: ['t'], c: ['t'] }, { t: 5 })).toEqual({ a: ['t-0', 't-1'], b: ['t-2', 't-3'], c: ['t-4'] });
  });

  it('leaves members without partitions when there are more of them', () => {
    expect(assign({ a: ['t'], b: ['t'] }, { t: 1 })).toEqual({ a: ['t-0'], b: [] });
  });

  it('deals out each topic among those who read it', () => {
    expect(assign({ a: ['t', 'u'], b: ['u'] }, { t: 2, u: 2 })).toEqual({ a: ['t-0', 't-1', 'u-0'], b: ['u-1'] });
  });

  it('gives out nothing of a topic that does not exist', () => {
    expect(assign({ a: ['t', 'missing'] }, { t: 1 })).toEqual({ a: ['t-0'] });
  });
});
