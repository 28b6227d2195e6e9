import { NumberFormatException } from '../errors/exceptions.ts';

const brand = Symbol.for('millrace.api/BigDecimal');

/** Digits beyond which an exponent is no longer written out: the range of Java's 32-bit scale. */
const maxScale = 2_147_483_647;

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
    const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,10}))?$/.exec(text);
    const whole = match?.[2] ?? '';
    const fraction = match?.[3] ?? '';
    if (match === null || whole.length + fraction.length === 0) {
      throw new NumberFormatException(`Not a decimal number: ${text}`);
    }
    const exponent = Number(match[4] ?? 0);
    const scale = fraction.length - exponent;
    if (Math.abs(scale) > maxScale) throw new NumberFormatException(`Scale out of range: ${text}`);
    const magnitude = BigInt(whole + fraction);
    return new BigDecimal(match[1] === '-' ? -magnitude : magnitude, scale);
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

function withPoint(digits: string, scale: number): string {
  const padded = digits.padStart(scale + 1, '0');
  return `${padded.slice(0, padded.length - scale)}.${padded.slice(padded.length - scale)}`;
}

export function isBigDecimal(value: unknown): value is BigDecimal {
  return typeof value === 'object' && value !== null && (value as { [brand]?: true })[brand] === true;
}
