import type { BigDecimal } from './big-decimal.ts';

/**
 * Rounding of exact numbers to single precision. Going through a double rounds twice, which is wrong when the double falls exactly
 * between two floats and the exact number does not.
 */

/** Infinity counts as the float that would follow the largest one. */
const beyondLargest = 2 ** 128;
const view = new DataView(new ArrayBuffer(4));

/** The FLOAT32 nearest to an integer, as Java's cast from long to float. */
export function floatOfInteger(value: number | bigint): number {
  if (typeof value === 'number') return Math.fround(value);
  return nearestFloat(Number(value), (midpoint) => compare(value < 0n ? -value : value, BigInt(midpoint)));
}

/** The FLOAT32 nearest to a decimal, as Java's `BigDecimal.floatValue`; infinite when it is too large. */
export function floatOfDecimal(decimal: BigDecimal): number {
  return nearestFloat(decimal.toNumber(), (midpoint) => {
    // Midpoints of floats are multiples of 2^-150.
    const magnitude = (decimal.unscaled < 0n ? -decimal.unscaled : decimal.unscaled) * 2n ** 150n;
    const target = BigInt(midpoint * 2 ** 150);
    const { scale } = decimal;
    return scale > 0 ? compare(magnitude, target * 10n ** BigInt(scale)) : compare(magnitude * 10n ** BigInt(-scale), target);
  });
}

/** @param sideOf where the exact magnitude lies, seen from a midpoint: -1 below, 0 on it, 1 above */
function nearestFloat(double: number, sideOf: (midpoint: number) => number): number {
  const rounded = Math.fround(double);
  const magnitude = Math.abs(double);
  const float = Math.min(Math.abs(rounded), beyondLargest);
  if (float === magnitude || !Number.isFinite(double)) return rounded;
  const other = neighbour(float, magnitude > float);
  if (Math.abs(other - magnitude) !== Math.abs(float - magnitude)) return rounded;
  const side = sideOf(magnitude);
  if (side === 0) return rounded;
  const nearest = Math.fround(side > 0 ? Math.max(float, other) : Math.min(float, other));
  return double < 0 ? -nearest : nearest;
}

function neighbour(float: number, above: boolean): number {
  view.setFloat32(0, float);
  view.setInt32(0, view.getInt32(0) + (above ? 1 : -1));
  return Math.min(view.getFloat32(0), beyondLargest);
}

function compare(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
