/** `unscaled × 10^-scale`. */
interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

/**
 * The FLOAT32 nearest to an exact number of which the nearest double is known. Rounding twice goes wrong where the double lies in the middle
 * between two floats; then the side on which the exact number lies decides.
 *
 * @param side sign of the exact number minus the double; only asked for in that case
 */
export function nearestFloat(double: number, side: () => number): number {
  const float = Math.fround(double);
  if (float === double || !Number.isFinite(float)) return float;
  const other = neighbour(float, double > float);
  if ((float + other) / 2 !== double) return float;
  const sign = side();
  if (sign === 0) return float;
  return sign > 0 === other > float ? other : float;
}

const floatView = new Float32Array(1);
const bitsView = new Int32Array(floatView.buffer);

/** The next float above or below. */
function neighbour(float: number, above: boolean): number {
  if (float === 0) return above ? 2 ** -149 : -(2 ** -149);
  floatView[0] = float;
  const awayFromZero = float > 0 === above;
  bitsView[0] = (bitsView[0] as number) + (awayFromZero ? 1 : -1);
  return floatView[0];
}

/** Sign of a decimal number minus a finite double, compared exactly. */
export function decimalSign({ unscaled, scale }: Decimal, double: number): number {
  const { mantissa, exponent } = binaryForm(double);
  const left = unscaled * (scale < 0 ? 10n ** BigInt(-scale) : 1n) * (exponent < 0 ? 2n ** BigInt(-exponent) : 1n);
  const right = mantissa * (scale > 0 ? 10n ** BigInt(scale) : 1n) * (exponent > 0 ? 2n ** BigInt(exponent) : 1n);
  if (left === right) return 0;
  return left > right ? 1 : -1;
}

/** A finite double as `mantissa × 2^exponent`. */
function binaryForm(double: number): { mantissa: bigint; exponent: number } {
  let exponent = 0;
  let scaled = double;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    exponent -= 1;
  }
  return { mantissa: BigInt(scaled), exponent };
}
