const multiplier = 40;

/** Time, in milliseconds, without revocations after so many rebalances in a row that had some; 0: revoke at once. */
export function revocationBackoffMs(successive: number, maxDelayMs: number): number {
  if (maxDelayMs === 0) return 0;
  const maxExponent = Math.log(maxDelayMs) / Math.log(multiplier);
  if (maxExponent <= 0) return 1;
  return Math.min(Math.trunc(multiplier ** Math.min(successive, maxExponent)), maxDelayMs);
}
