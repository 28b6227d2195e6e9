/** Units of a Unix timestamp. */
export type UnixPrecision = 'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds';

const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;

/** Milliseconds of one unit, or units of one millisecond. */
const factors: Readonly<Record<UnixPrecision, number>> = { seconds: 1000, milliseconds: 1, microseconds: 1000, nanoseconds: 1_000_000 };

/** Milliseconds of a Unix timestamp. As Java's `TimeUnit`: cut off towards zero, and stopped at the limits of a long. */
export function unixMillis(time: number | bigint, precision: UnixPrecision): number | bigint {
  return precision === 'seconds' ? multiplied(time, factors.seconds) : divided(time, factors[precision]);
}

/** The Unix timestamp of milliseconds, by the same rules. */
export function unixTime(millis: number | bigint, precision: UnixPrecision): number | bigint {
  return precision === 'seconds' ? divided(millis, factors.seconds) : multiplied(millis, factors[precision]);
}

function divided(value: number | bigint, factor: number): number | bigint {
  if (factor === 1) return value;
  if (typeof value === 'bigint') return normalized(value / BigInt(factor));
  return Math.trunc(value / factor) + 0; // there is no −0 among the integers
}

function multiplied(value: number | bigint, factor: number): number | bigint {
  const product = Number(value) * factor;
  if (Number.isSafeInteger(product)) return product;
  const exact = BigInt(value) * BigInt(factor);
  if (exact > int64Max) return int64Max;
  return exact < int64Min ? int64Min : exact;
}

function normalized(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
