export const MILLIS_PER_DAY = 86_400_000;

/** Milliseconds of a count of days, exact also beyond 2^53. */
export function millisOfDays(days: number): number | bigint {
  const millis = days * MILLIS_PER_DAY;
  return Number.isSafeInteger(millis) ? millis : BigInt(days) * BigInt(MILLIS_PER_DAY);
}
