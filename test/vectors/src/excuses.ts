/** What JavaScript truly cannot hold: rules, never single cases. */

import type { VectorCase } from './component.ts';

export interface Excuse {
  readonly reason: string;
  applies(testCase: VectorCase): boolean;
}

/** Share of a file's cases that may be excused; {@link alwaysAllowed} cases are, however small the file. */
export const maxExcusedShare = 0.005;
export const alwaysAllowed = 2;

export const excuses: readonly Excuse[] = [
  {
    reason: 'lists the algorithms of a JVM',
    applies: ({ error }) => error?.message?.includes('the algorithm is not supported by this JVM') ?? false,
  },
];

export function excuseFor(testCase: VectorCase): Excuse | null {
  return excuses.find((excuse) => excuse.applies(testCase)) ?? null;
}
