import { NumberFormatException } from '../errors/exceptions.ts';
import { withAsciiDigits } from './java-digits.ts';
import { doubleText } from './number-text.ts';

const brand = Symbol.for('millrace.api/BigDecimal');

const decimalText = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/**
 * A decimal number of any size: `unscaled × 10^-scale`. The scale is part of the value, as in Java: 1.50 is not 1.5.
 * Its text is that of `java.math.BigDecimal`.
 */
export class BigDecimal {
  readonly unscaled: bigint;
  readonly scale: number;

  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled;
    this.scale = scale;
  }

  /** @throws NumberFormatException if the text is not a decimal number as Java's BigDecimal reads it. */
  static parse(text: string): BigDecimal {
    const match = decimalText.exec(withAsciiDigits(text));
    const whole = match?.[2] ?? '';
    const fraction = match?.[3] ?? '';
    if (match === null || whole.length + fraction.length === 0) {
      throw new NumberFormatException(`Not a decimal number: ${text}`);
    }
    const exponent = Number(match[4] ?? 0);
    const scale = fraction.length - exponent;
    if (!isInt32(exponent) || !isInt32(scale)) throw new NumberFormatException(`Exponent out of range: ${text}`);
    const magnitude = BigInt(whole + fraction);
    return new BigDecimal(match[1] === '-' ? -magnitude : magnitude, scale + 0);
  }

  /** The decimal that a double prints as, like Java's `BigDecimal.valueOf`: 5.0 has one digit after the point. @throws NumberFormatException for NaN and the infinities. */
  static ofDouble(value: number): BigDecimal {
    return BigDecimal.parse(doubleText(value));
  }

  get [brand](): true {
    return true;
  }

  /** The nearest double. */
  toNumber(): number {
    return Number(`${this.unscaled}e${-this.scale}`);
  }

  /** The integral part; the fraction is cut off, as by Java's `toBigInteger`. */
  toBigInt(): bigint {
    if (this.scale <= 0) return this.unscaled * 10n ** BigInt(-this.scale);
    // A scale beyond the number of digits leaves nothing, and 10^scale could be too large to compute.
    if (this.scale > this.unscaled.toString().length) return 0n;
    return this.unscaled / 10n ** BigInt(this.scale);
  }

  /** The lowest 64 bits of the integral part, as Java's `longValue`. */
  toInt64(): bigint {
    // 10^64 is a multiple of 2^64, and what lies beyond could be too large to compute.
    return this.scale <= -64 ? 0n : BigInt.asIntN(64, this.toBigInt());
  }

  /** Same scale and same unscaled value. */
  equals(other: unknown): boolean {
    return isBigDecimal(other) && other.unscaled === this.unscaled && other.scale === this.scale;
  }

  /** Plain notation where it is short, else scientific with `E`: Java's canonical form. */
  toString(): string {
    const negative = this.unscaled < 0n;
    const digits = (negative ? -this.unscaled : this.unscaled).toString();
    if (this.scale === 0) return negative ? `-${digits}` : digits;
    const adjusted = digits.length - 1 - this.scale;
    const sign = negative ? '-' : '';
    if (this.scale > 0 && adjusted >= -6) return sign + withPoint(digits, this.scale);
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    const exponent = adjusted === 0 ? '' : `E${adjusted > 0 ? '+' : ''}${adjusted}`;
    return `${sign}${digits[0]}${fraction}${exponent}`;
  }

  /** Without an exponent, whatever the scale. */
  toPlainString(): string {
    const negative = this.unscaled < 0n;
    const digits = (negative ? -this.unscaled : this.unscaled).toString();
    const sign = negative ? '-' : '';
    if (this.scale > 0) return sign + withPoint(digits, this.scale);
    return this.unscaled === 0n ? '0' : sign + digits + '0'.repeat(-this.scale);
  }
}

function isInt32(value: number): boolean {
  return value >= -0x8000_0000 && value <= 0x7fff_ffff;
}

function withPoint(digits: string, scale: number): string {
  const padded = digits.padStart(scale + 1, '0');
  return `${padded.slice(0, padded.length - scale)}.${padded.slice(padded.length - scale)}`;
}

export function isBigDecimal(value: unknown): value is BigDecimal {
  return typeof value === 'object' && value !== null && (value as { [brand]?: true })[brand] === true;
}
