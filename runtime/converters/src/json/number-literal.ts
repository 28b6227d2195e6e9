import { BigDecimal, SerializationException } from '@millrace/api';

/** A literal's digits and scale stay below what Java's BigDecimal takes. */
const maxScale = 2_147_483_647;
/** From this power of ten on, the low 64 bits of an integer are all zero: 10^64 is a multiple of 2^64. */
const noLowBits = -64;

/** The exact value of a JSON number. */
export function decimalOf(literal: string): BigDecimal {
  return BigDecimal.parse(literal);
}

/**
 * The integral part of a JSON number, cut off towards zero. Of a number beyond 10^64 in scientific notation only the low 64 bits (all
 * zero) are right, which spares computing it.
 */
export function truncatedOf(literal: string, isIntegral: boolean): bigint {
  if (isIntegral) return BigInt(literal);
  const decimal = BigDecimal.parse(literal);
  return decimal.scale <= noLowBits ? 0n : decimal.toBigInt();
}

/** Whether cutting a JSON number off to an integer of so many bits keeps its value. */
export function fitsInteger(literal: string, bits: number): boolean {
  const decimal = BigDecimal.parse(literal);
  if (decimal.unscaled === 0n) return true;
  if (decimal.scale <= noLowBits) return false;
  const integer = decimal.toBigInt();
  if (BigInt.asIntN(bits, integer) !== integer || integer === 0n) return false;
  return decimal.scale <= 0 || integer * 10n ** BigInt(decimal.scale) === decimal.unscaled;
}

/** @throws SerializationException if Java's BigDecimal has no room for this exponent. */
export function checkExponent(literal: string): void {
  const match = /(?:\.(\d+))?[eE]([+-]?)0*(\d+)$/.exec(literal);
  if (match === null) return;
  const digits = match[3] ?? '';
  const exponent = digits.length > 10 ? Number.POSITIVE_INFINITY : Number(digits);
  const scale = (match[1]?.length ?? 0) - (match[2] === '-' ? -exponent : exponent);
  if (Math.abs(scale) > maxScale) throw new SerializationException(`Exponent out of range: ${literal}`);
}
